/**
 * A model's chat template in Ollama's language. Ollama runs Go templates and no Jinja, so the shape is found out: fixed
 * conversations go through the model's template, what stands around the messages is cut out, and what was found must
 * write further conversations exactly as the template does. ChatML, Llama 2 and 3, Gemma, Mistral, Phi-3 and Zephyr are
 * of this kind.
 */
import type { ChatMessage } from '../../contract/conversations.ts';
import { GraftError } from '../../contract/errors.ts';
import { renderChat } from '../../tokenizers/chatTemplate.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';

export interface OllamaTemplate {
  /** Go text. */
  readonly template: string;
  /** What the template puts first when a conversation has no system message. */
  readonly system: string | null;
  /** What stands right after an answer. */
  readonly stops: readonly string[];
}

/** Text before and after the content of a message. */
interface Around {
  readonly before: string;
  readonly after: string;
}

interface Shape {
  /** `inUser`: the text stands inside the first message of the user, after that one's beginning. */
  readonly system: Around & { readonly inUser: boolean };
  readonly user: Around;
  readonly assistant: Around;
  /** Where the answer is to begin. */
  readonly opening: string;
  readonly defaultSystem: string | null;
}

interface TemplateSource extends Pick<Tokenizer, 'chatTemplate' | 'bosToken' | 'eosToken'> {
  /** Whether the tokenizer puts `bosToken` before every text by itself. */
  readonly addsBos: boolean;
}

type Render = (messages: readonly ChatMessage[]) => Promise<string | undefined>;

const system: ChatMessage = { role: 'system', content: 'Speak §1 plainly.' };
const user: ChatMessage = { role: 'user', content: 'Ask §2 this.' };
const assistant: ChatMessage = { role: 'assistant', content: 'Say §3 that.' };
const again: ChatMessage = { role: 'user', content: 'Then §4 more.' };

/** Undefined where the template is of another shape; then nothing is better than something wrong. */
export async function ollamaTemplate(source: TemplateSource): Promise<OllamaTemplate | undefined> {
  const { chatTemplate, bosToken } = source;
  if (chatTemplate === null) return undefined;
  const render = renderer(source);
  const shape = await findShape(render);
  if (shape === undefined || !(await writesTheSame(shape, render))) return undefined;
  const template = goText(shape);
  if (/"""|"$/.test(template)) return undefined;
  const stop = /^\s*(<[^<>\s]+>|\[[^[\]\s]+\])/.exec(shape.assistant.after)?.[1];
  return { template, system: shape.defaultSystem, stops: stop === undefined || stop === bosToken ? [] : [stop] };
}

/** Without what the tokenizer puts before every text: Ollama's does so too. Undefined where the template refuses. */
function renderer({ chatTemplate, bosToken, eosToken, addsBos }: TemplateSource): Render {
  return async (messages) => {
    try {
      const addGenerationPrompt = messages.at(-1)?.role === 'user';
      const text = await renderChat(chatTemplate ?? '', messages, { addGenerationPrompt, bosToken, eosToken });
      return addsBos && bosToken !== null && text.startsWith(bosToken) ? text.slice(bosToken.length) : text;
    } catch (error) {
      if (error instanceof GraftError && error.code === 'invalid') return undefined;
      throw error;
    }
  };
}

async function findShape(render: Render): Promise<Shape | undefined> {
  const alone = gaps(await render([user]), [user]);
  const rounds = gaps(await render([user, assistant, again]), [user, assistant, again]);
  if (!alone || !rounds) return undefined;
  const withSystem = gaps(await render([system, user]), [system, user]);
  const [begin] = alone;
  const [, toAnswer, toNext, toEnd] = rounds;
  const head = withSystem && headOf(begin, withSystem);
  const beforeUser = head ? head.beforeUser : begin;
  if (!toNext.endsWith(beforeUser)) return undefined;
  const afterUser = commonStart(toAnswer, toEnd);
  return {
    user: { before: beforeUser, after: afterUser },
    assistant: { before: toAnswer.slice(afterUser.length), after: toNext.slice(0, toNext.length - beforeUser.length) },
    opening: toEnd.slice(afterUser.length),
    // A template without a place for it: before the first question, as Ollama does for such models.
    system: head?.system ?? { before: '', after: '\n\n', inUser: true },
    defaultSystem: head?.defaultSystem ?? null,
  };
}

/** From the beginning without a system message and the gaps around one. */
function headOf(begin: string, [before, after]: readonly string[]) {
  if (after.endsWith(begin)) {
    const system = { before, after: after.slice(0, after.length - begin.length), inUser: false };
    return { beforeUser: begin, system, defaultSystem: null };
  }
  if (before.startsWith(begin)) {
    return {
      beforeUser: begin,
      system: { before: before.slice(begin.length), after, inUser: true },
      defaultSystem: null,
    };
  }
  if (!begin.startsWith(before) || !begin.endsWith(after)) return undefined;
  // A message of the template's own stands there; where it ends and the user's begins is told by the last mark.
  const cut = Math.max(after.lastIndexOf('<'), after.lastIndexOf('['), 0);
  const system = { before, after: after.slice(0, cut), inUser: false };
  return {
    beforeUser: after.slice(cut),
    system,
    defaultSystem: begin.slice(before.length, begin.length - after.length),
  };
}

/** The text before, between and after the contents of the messages; undefined where one is not there as it is. */
function gaps(text: string | undefined, messages: readonly ChatMessage[]): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const found: string[] = [];
  let rest = text;
  for (const { content } of messages) {
    const at = rest.indexOf(content);
    if (at < 0) return undefined;
    found.push(rest.slice(0, at));
    rest = rest.slice(at + content.length);
  }
  return [...found, rest];
}

async function writesTheSame(shape: Shape, render: Render): Promise<boolean> {
  const last: ChatMessage = { role: 'user', content: 'And §5 the end?' };
  const conversations = [[user], [user, assistant, again], [user, assistant, again, assistant, last]];
  const supported = (await render([system, user])) !== undefined;
  if (supported) conversations.push([system, user], [system, user, assistant, again, assistant, last]);
  const same = conversations.map(async (messages) => (await render(messages)) === write(shape, messages));
  return (await Promise.all(same)).every(Boolean);
}

/** What the Go text does. */
function write(
  { system: forSystem, user: forUser, assistant: forAssistant, opening, defaultSystem }: Shape,
  messages: readonly ChatMessage[],
) {
  const whole =
    defaultSystem === null || messages[0].role === 'system'
      ? messages
      : [{ role: 'system', content: defaultSystem }, ...messages];
  let held = '';
  let text = '';
  for (const { role, content } of whole) {
    if (role === 'system' && forSystem.inUser) held = forSystem.before + content + forSystem.after;
    else if (role === 'system') text += forSystem.before + content + forSystem.after;
    else if (role === 'assistant') text += forAssistant.before + content + forAssistant.after;
    else {
      text += forUser.before + held + content + forUser.after;
      held = '';
    }
  }
  return text + opening;
}

function goText({ system: forSystem, user: forUser, assistant: forAssistant, opening }: Shape): string {
  const content = '{{ .Content }}';
  const turn = (around: Around, inside = content): string => literal(around.before) + inside + literal(around.after);
  const held = `{{ if $system }}${turn(forSystem, '{{ $system }}')}{{ $system = "" }}{{ end }}${content}`;
  const ofSystem = forSystem.inUser ? '{{ $system = .Content }}' : turn(forSystem);
  const ofUser = turn(forUser, forSystem.inUser ? held : content);
  return [
    forSystem.inUser ? '{{ $system := "" }}' : '',
    `{{ range .Messages }}{{ if eq .Role "system" }}${ofSystem}`,
    `{{ else if eq .Role "user" }}${ofUser}`,
    `{{ else if eq .Role "assistant" }}${turn(forAssistant)}{{ end }}{{ end }}`,
    literal(opening),
  ].join('');
}

/** Braces would be read as an action. */
function literal(text: string): string {
  return text.includes('{{') ? `{{ ${JSON.stringify(text)} }}` : text;
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
