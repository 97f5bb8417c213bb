/**
 * Looks whether a template shows every part of a conversation somewhere that is trained: names, calls, the text of each
 * message. What a rendering does not show by its characters (a tool's answer as JSON, say) is asked for with a word of
 * ours in its place. A part that is shown nowhere ends the row: it would be lost in silence.
 */
import type { TemplateMessage } from '../tokenizers/chatTemplate.ts';
import { promptOf, wholeOf } from './answers.ts';
import type { Chat } from './answers.ts';
import { RowRefusal } from './Renderings.ts';
import { showsInOrder } from './shownText.ts';
import { probeWord } from './TemplateFacts.ts';
import { messageWords } from '../contract/words/messages.ts';
import { templateWords as words } from '../contract/words/templates.ts';
import type { Speaker } from '../contract/words/words.ts';

/** A rendering with the number of messages in it. */
export interface Look {
  readonly text: string;
  readonly upTo: number;
}

/** Throws RowRefusal that names the part. `looks`: what the row will show, in order. */
export async function refuseUnshown(chat: Chat, looks: readonly Look[]): Promise<void> {
  for (const [index, message] of chat.messages.entries()) {
    if (message.tool_calls !== undefined)
      await refuseHidden(chat, index, { change: withCallOfProbe, what: words.toolCalls });
    if (message.name !== undefined && !isSaidByCall(chat.messages, index)) {
      await refuseHidden(chat, index, { change: (turn) => ({ ...turn, name: probeWord }), what: words.name });
    }
    if (message.role !== 'assistant') await refuseHiddenText(chat, index, looks);
  }
}

async function refuseHiddenText(chat: Chat, index: number, looks: readonly Look[]): Promise<void> {
  const content = chat.messages[index]?.content ?? '';
  const later = looks.filter(({ upTo }) => upTo > index);
  if (content.trim() === '' || later.length === 0) return;
  if (later.some(({ text }) => showsInOrder(text, [content]))) return;
  await refuseHidden(chat, index, {
    change: (turn) => ({ ...turn, content: probeWord }),
    what: words.text,
    upTo: later[0]?.upTo,
  });
}

interface Hidden {
  readonly change: (message: TemplateMessage) => TemplateMessage;
  readonly what: Speaker<{ readonly title: string }>;
  /** Messages of the rendering that is looked at; default: up to this one. */
  readonly upTo?: number | undefined;
}

async function refuseHidden(chat: Chat, index: number, { change, what, upTo = index + 1 }: Hidden): Promise<void> {
  const messages = chat.messages.slice(0, upTo).map((message, at) => (at === index ? change(message) : message));
  const isAnswered = messages.at(-1)?.role === 'assistant';
  const text = await (isAnswered ? wholeOf(chat, messages) : promptOf(chat, messages));
  if (text.includes(probeWord)) return;
  const title = messageWords.messageOf({ number: index + 1, role: chat.messages[index]?.role ?? '' });
  throw new RowRefusal(words.hides({ template: chat.facts.title, what: what({ title }) }));
}

function withCallOfProbe(message: TemplateMessage): TemplateMessage {
  const calls = (message.tool_calls ?? []).map((call) =>
    isCall(call) ? { ...call, function: { ...call.function, name: probeWord } } : call,
  );
  return { ...message, tool_calls: calls };
}

function isCall(call: unknown): call is { readonly function: Readonly<Record<string, unknown>> } {
  return typeof call === 'object' && call !== null && 'function' in call && typeof call.function === 'object';
}

/** The name of a tool that answers says no more than the call before it. */
function isSaidByCall(messages: readonly TemplateMessage[], index: number): boolean {
  return (
    messages[index]?.role === 'tool' && messages.slice(0, index).some(({ tool_calls: calls }) => calls !== undefined)
  );
}
