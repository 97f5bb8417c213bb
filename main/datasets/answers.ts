/**
 * Each answer of a conversation with the prompt that a chat would show before it. The template is asked twice: for the
 * messages before the answer with its generation prompt, and for the same with the answer. What the second has more is
 * the answer and its end of turn. Where the second does not go on from the first, or leaves out what the answer says,
 * the answer is written as the model must write it: behind that very prompt, in its own words, with the template's end
 * of turn.
 *
 * Surprising: two kinds of template need this. Some write earlier turns differently as soon as an answer follows (the
 * system message stands in the last question only); the answer then stands right in a conversation without that
 * message. Others drop the thoughts even of the last answer, or open a block of thoughts in the generation prompt that
 * answers lack.
 */
import type { TemplateMessage } from '../tokenizers/chatTemplate.ts';
import { closingTag, continueFrom, joinThoughts, openBlockOf } from './reasoning.ts';
import { RowRefusal } from './Renderings.ts';
import type { Renderings } from './Renderings.ts';
import { partsOf, showsInOrder } from './shownText.ts';
import { aroundProbe, probeWord, splitTail } from './TemplateFacts.ts';
import type { Ending, TemplateFacts } from './TemplateFacts.ts';
import type { TemplateConversation } from './templateMessages.ts';
import { messageWords } from '../contract/words/messages.ts';
import { templateWords as words } from '../contract/words/templates.ts';

export interface RenderedAnswer {
  /** All that the chat shows before the answer, the generation prompt at its end. */
  readonly prompt: string;
  /** What the model writes: the answer and its end of turn. */
  readonly text: string;
  /** What the template writes behind that; never trained. */
  readonly behind: string;
  /** Whether the text has an end of turn by the template. */
  readonly ended: boolean;
  /** It is not as the template writes it. */
  readonly own?: 'words' | 'closedThoughts';
}

/** One conversation and those who answer questions about its template. */
export interface Chat extends TemplateConversation {
  readonly renderings: Renderings;
  readonly facts: TemplateFacts;
}

type Messages = readonly TemplateMessage[];

/**
 * Throws RowRefusal where the template refuses the conversation or does not show a part of the answer. `index`: its
 * message.
 */
export async function answerAt(chat: Chat, index: number): Promise<RenderedAnswer> {
  const history = chat.messages.slice(0, index);
  const turn = chat.messages[index];
  if (turn === undefined) throw new RowRefusal(words.noSuchMessage({ number: index + 1 }));
  const { prompt, shown } = await look(chat, history, turn);
  if (shown !== undefined) return { prompt, ...(await cutEnd(chat, { history, turn, shown })) };
  for (const simpler of simplerHistories(history)) {
    const there = await look(chat, simpler, turn);
    if (there.shown !== undefined)
      return { prompt, ...(await cutEnd(chat, { history: simpler, turn, shown: there.shown })) };
  }
  return { prompt, ...(await inOwnWords(chat, { history, turn, index, prompt })) };
}

/** What a chat shows before the next answer. */
export function promptOf({ renderings, tools }: Chat, history: Messages): Promise<string> {
  return renderings.text(history, { addGenerationPrompt: true, tools });
}

export function wholeOf({ renderings, tools }: Chat, messages: Messages): Promise<string> {
  return renderings.text(messages, { addGenerationPrompt: false, tools });
}

interface Looked {
  readonly prompt: string;
  /**
   * What the template writes behind the prompt for this answer, if it goes on from the prompt (white space at the
   * prompt's end aside) and shows the whole answer.
   */
  readonly shown: string | undefined;
}

async function look(chat: Chat, history: Messages, turn: TemplateMessage): Promise<Looked> {
  const [prompt, whole] = await Promise.all([promptOf(chat, history), wholeOf(chat, [...history, turn])]);
  const shared = sharedLength(prompt, whole);
  const shown = prompt.slice(shared).trim() === '' ? whole.slice(shared) : undefined;
  return { prompt, shown: shown !== undefined && showsInOrder(shown, partsOf(turn)) ? shown : undefined };
}

/** The same question with less before it. */
function simplerHistories(history: Messages): readonly Messages[] {
  const withoutSystem = history.filter(({ role }) => role !== 'system');
  const lastQuestion = withoutSystem.findLastIndex(({ role }) => role === 'user');
  const candidates = [withoutSystem, withoutSystem.slice(Math.max(0, lastQuestion))];
  return candidates.filter((candidate, index) => candidate.length < (candidates[index - 1] ?? history).length);
}

interface Shown {
  readonly history: Messages;
  readonly turn: TemplateMessage;
  readonly shown: string;
}

type AnswerText = Omit<RenderedAnswer, 'prompt'>;

/** The answer ends with what the template writes right behind it: `<|im_end|>`, ` </s>`. */
async function cutEnd(chat: Chat, { history, turn, shown }: Shown): Promise<AnswerText> {
  const usual = await chat.facts.ending();
  if (usual !== undefined && shown.endsWith(usual.mark + usual.behind)) return cutTail(shown, usual);
  const tail = turn.tool_calls === undefined ? (await probe(chat, history))?.after : undefined;
  if (tail !== undefined && shown.endsWith(tail)) return cutTail(shown, splitTail(tail, usual?.mark));
  const { mark, behind } = usual ?? { mark: '', behind: '' };
  const kept = behind.trim() !== '' && shown.endsWith(behind) ? shown.slice(0, -behind.length) : shown;
  const text = kept.trimEnd();
  return { text, behind: shown.slice(text.length), ended: mark !== '' && text.endsWith(mark.trim()) };
}

function cutTail(shown: string, { mark, behind }: Ending): AnswerText {
  if (mark !== '') return { text: shown.slice(0, shown.length - behind.length), behind, ended: true };
  const text = shown.slice(0, shown.length - behind.length).trimEnd();
  return { text, behind: shown.slice(text.length), ended: false };
}

/** What the template writes before and behind an answer there. */
async function probe(
  chat: Chat,
  history: Messages,
): Promise<{ readonly before: string; readonly after: string } | undefined> {
  const text = await chat.renderings.find([...history, { role: 'assistant', content: probeWord }], {
    addGenerationPrompt: false,
    tools: chat.tools,
  });
  return text === undefined ? undefined : aroundProbe(text);
}

interface Unshown {
  readonly history: Messages;
  readonly turn: TemplateMessage;
  readonly index: number;
  readonly prompt: string;
}

async function inOwnWords(chat: Chat, { history, turn, index, prompt }: Unshown): Promise<AnswerText> {
  const message = { title: messageWords.message({ number: index + 1 }) };
  const around = await probe(chat, history);
  if (around === undefined)
    throw new RowRefusal(words.hides({ template: chat.facts.title, what: words.answer(message) }));
  const whole = await wholeOf(chat, [...history, turn]);
  const written = whole.slice(sharedLength(around.before, whole));
  const isShown = showsInOrder(written, partsOf(turn));
  if (turn.tool_calls !== undefined && !isShown)
    throw new RowRefusal(words.hides({ template: chat.facts.title, what: words.besideCalls(message) }));
  const opening = await findOpening(chat, { history, prompt, before: around.before });
  const { text, closes } = goOn(prompt, opening, turn.tool_calls === undefined ? wordsOf(turn) : written);
  const own = closes ? { own: 'closedThoughts' as const } : isShown ? {} : { own: 'words' as const };
  const { mark, behind } = splitTail(around.after, (await chat.facts.ending())?.mark);
  if (turn.tool_calls === undefined)
    return { text: text + mark, behind: mark === '' ? '' : behind, ended: mark !== '', ...own };
  const ended = text.trimEnd();
  return { text: ended, behind: '', ended: mark !== '' && ended.endsWith(mark.trim()), ...own };
}

/** Thoughts and answer in one text. */
function wordsOf({ content, reasoning_content, reasoning, thinking }: TemplateMessage): string {
  const thoughts = reasoning_content ?? reasoning ?? thinking;
  return thoughts === undefined ? (content ?? '') : joinThoughts(thoughts, content ?? '');
}

/** The words behind the prompt, whatever of them that has already. */
function goOn(
  prompt: string,
  { opened, opening }: OpeningTexts,
  words: string,
): { readonly text: string; readonly closes: boolean } {
  const block = openBlockOf(prompt);
  const closing = closingTag(block.trim());
  if (closing === undefined) {
    const { text, closes } = continueFrom(opened, words);
    return { text: opening + text, closes };
  }
  if (!words.includes(closing) && opening.includes(closing)) return { text: opening + words, closes: true };
  return continueFrom(block, words);
}

interface OpeningTexts {
  /** What the prompt has already of an answer. */
  readonly opened: string;
  /** What the template still writes before one. */
  readonly opening: string;
}

interface Opening {
  readonly history: Messages;
  readonly prompt: string;
  readonly before: string;
}

async function findOpening(chat: Chat, { history, prompt, before }: Opening): Promise<OpeningTexts> {
  const direct = compare(prompt, before);
  if (direct !== undefined) return direct;
  for (const simpler of simplerHistories(history)) {
    const [simplerPrompt, around] = await Promise.all([promptOf(chat, simpler), probe(chat, simpler)]);
    const found = around && compare(simplerPrompt, around.before);
    if (found !== undefined) return found;
  }
  return { opened: '', opening: '' };
}

function compare(prompt: string, before: string): OpeningTexts | undefined {
  if (prompt.startsWith(before)) return { opened: prompt.slice(before.length), opening: '' };
  const shared = sharedLength(prompt, before);
  return prompt.slice(shared).trim() === '' ? { opened: '', opening: before.slice(shared) } : undefined;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
