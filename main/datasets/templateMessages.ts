/**
 * The messages of a row in the forms that a template takes: thoughts under the name that it knows, arguments of calls
 * as the object or the text that it means, tools as its variable or in the system message. What it has no place for
 * ends the row, with the reason: it would be dropped in silence.
 */
import type { TemplateMessage } from '../tokenizers/chatTemplate.ts';
import type { ExampleMessage, Tool, ToolCall } from './example.ts';
import { joinThoughts } from './reasoning.ts';
import { RowRefusal } from './Renderings.ts';
import type { CallForms, ReasoningForm, TemplateFacts } from './TemplateFacts.ts';
import { templateWords as words } from '../contract/words/templates.ts';
import type { Said } from '../contract/words/words.ts';

export interface Conversation {
  readonly messages: readonly ExampleMessage[];
  readonly tools?: readonly Tool[] | undefined;
}

export interface TemplateConversation {
  readonly messages: readonly TemplateMessage[];
  readonly tools: readonly Tool[] | undefined;
}

/** Throws RowRefusal for a part that the template shows nowhere. */
export async function toTemplateConversation(
  { messages, tools }: Conversation,
  facts: TemplateFacts,
): Promise<TemplateConversation> {
  const reasoning = messages.some((message) => message.reasoning !== undefined) ? await facts.reasoning() : undefined;
  const calls = messages.some((message) => message.tool_calls !== undefined) ? await facts.calls() : undefined;
  const converted = messages.map((message) => toTemplateMessage(message, { reasoning, calls, title: facts.title }));
  if (tools === undefined) return { messages: converted, tools };
  const place = await facts.tools();
  if (place === undefined) throw new RowRefusal(words.hides({ template: facts.title, what: words.tools() }));
  return place === 'variable'
    ? { messages: converted, tools }
    : { messages: withToolsInSystem(converted, tools), tools: undefined };
}

interface Forms {
  readonly title: Said;
  readonly reasoning: ReasoningForm | undefined;
  readonly calls: CallForms | undefined;
}

function toTemplateMessage(message: ExampleMessage, forms: Forms): TemplateMessage {
  const { role, name, tool_call_id: callId, tool_calls: calls } = message;
  return {
    role,
    ...contentOf(message, forms),
    ...(name !== undefined && { name }),
    ...(callId !== undefined && { tool_call_id: callId }),
    ...(calls !== undefined && { tool_calls: calls.map((call) => withArguments(call, forms.calls)) }),
  };
}

function contentOf(
  { content, reasoning, role }: ExampleMessage,
  { reasoning: form, calls, title }: Forms,
): Pick<TemplateMessage, 'content'> {
  if (reasoning === undefined) return { content: content ?? calls?.noContent ?? null };
  if (form === undefined) throw new RowRefusal(words.hides({ template: title, what: words.thoughts({ role }) }));
  if (form === 'inContent') return { content: joinThoughts(reasoning, content ?? '') };
  return { content: content ?? calls?.noContent ?? null, [form]: reasoning };
}

function withArguments(call: ToolCall, forms: CallForms | undefined): ToolCall {
  const given = call.function.arguments;
  const form = forms?.arguments ?? 'any';
  if (form === 'object' && typeof given === 'string')
    return { ...call, function: { ...call.function, arguments: parsedOr(given) } };
  if (form === 'text' && typeof given !== 'string')
    return { ...call, function: { ...call.function, arguments: JSON.stringify(given) } };
  return call;
}

/** The object that the text spells, or the text. */
function parsedOr(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : text;
  } catch {
    return text;
  }
}

function withToolsInSystem(messages: readonly TemplateMessage[], tools: readonly Tool[]): readonly TemplateMessage[] {
  const [first, ...rest] = messages;
  const text = JSON.stringify(tools);
  if (first?.role === 'system') return [{ ...first, tools: text }, ...rest];
  return [{ role: 'system', content: '', tools: text }, ...messages];
}
