/**
 * Examples to text as the model will see it, cut into segments that are trained or not.
 *
 * Chats, and completions of a model that has a chat template, go through the template. Loss on answers trains exactly what
 * the model must write itself: each answer from the end of its generation prompt to the end-of-turn token, without the line
 * end behind it. Completions of a model without a template are prompt + completion as they stand + end-of-text token.
 */
import type { GraftError } from '../contract/errors.ts';
import { renderChats } from '../tokenizers/chatTemplate.ts';
import type { ChatRendering } from '../tokenizers/chatTemplate.ts';
import { findAnswerSpans } from './answerSpans.ts';
import type { AnswerTurn } from './answerSpans.ts';
import type { Example, ExampleMessage, RowFault } from './example.ts';
import { asCompletion } from './labelled.ts';
import { plainChatTemplate } from './plainChatTemplate.ts';

export interface RenderContext {
  /** Jinja, or null where the model has none. */
  readonly chatTemplate: string | null;
  readonly bosToken: string | null;
  readonly eosToken: string | null;
  readonly trainOn: 'answers' | 'all';
}

export interface Segment {
  readonly text: string;
  readonly trained: boolean;
}

export interface RenderedText {
  readonly segments: readonly Segment[];
  /** Whether the tokenizer's begin-of-text token belongs before it (templates write their own). */
  readonly bos: boolean;
  /** Whether an end-of-text token, trained, belongs behind it. */
  readonly eos: boolean;
}

export type RenderedExample = RenderedText | RowFault;
export type TextExample = Exclude<Example, { readonly kind: 'tokens' }>;

/**
 * One rendering for each example, in order; a row that the template refuses has a reason. Throws GraftError when the
 * template runs away (time, memory) or cannot render anything at all.
 */
export async function renderExamples(examples: readonly TextExample[], context: RenderContext): Promise<RenderedExample[]> {
  const conversations = examples.map((example) => conversationOf(example, context));
  const chats = conversations.filter((messages) => messages !== undefined);
  const rendered = (await renderConversations(chats, context)).values();
  return examples.map((example, index) => {
    if (conversations[index] === undefined) return joinPlain(example, context);
    return rendered.next().value ?? { reason: 'the chat template gave no answer' };
  });
}

function conversationOf(example: TextExample, { chatTemplate }: RenderContext): readonly ExampleMessage[] | undefined {
  if (example.kind === 'chat') return example.messages;
  if (example.kind === 'text' || chatTemplate === null) return undefined;
  const { prompt, completion } = asCompletion(example);
  return [
    { role: 'user', content: prompt },
    { role: 'assistant', content: completion },
  ];
}

function joinPlain(example: TextExample, { trainOn }: RenderContext): RenderedText {
  if (example.kind === 'text' || example.kind === 'chat') {
    const text = example.kind === 'text' ? example.text : example.messages.map(({ content }) => content).join('\n');
    return { segments: [{ text, trained: true }], bos: true, eos: true };
  }
  const { prompt, completion } = asCompletion(example);
  return {
    segments: [
      { text: prompt, trained: trainOn === 'all' },
      { text: completion, trained: true },
    ],
    bos: true,
    eos: true,
  };
}

type Conversation = readonly ExampleMessage[];

/** Every text that the spans of one conversation need. */
interface Prefixes {
  readonly conversation: Conversation;
  /** Positions of the assistant's messages. */
  readonly answers: readonly number[];
}

async function renderConversations(conversations: readonly Conversation[], context: RenderContext): Promise<RenderedExample[]> {
  const rows: Prefixes[] = conversations.map((conversation) => ({
    conversation,
    answers: context.trainOn === 'all' ? [] : conversation.flatMap(({ role }, index) => (role === 'assistant' ? [index] : [])),
  }));
  const questions = rows.flatMap(({ conversation, answers }) => answers.map((index) => conversation.slice(0, index)));
  const upToAnswer = rows.flatMap(({ conversation, answers }) => [
    ...answers.filter((index) => index + 1 < conversation.length).map((index) => conversation.slice(0, index + 1)),
    conversation,
  ]);
  const withAnswer = (await renderAll(upToAnswer, context, false)).values();
  const withPrompt = (await renderAll(questions, context, true)).values();
  return rows.map(({ conversation, answers }) => {
    const prompts = answers.map(() => withPrompt.next().value);
    const earlier = answers.filter((index) => index + 1 < conversation.length).map(() => withAnswer.next().value);
    const full = withAnswer.next().value;
    const failed = [full, ...prompts, ...earlier].find((rendering) => rendering === undefined || 'error' in rendering);
    if (failed !== undefined && 'error' in failed) return { reason: failed.error.message };
    const turns = answers.map((index, turn): AnswerTurn => ({
      answer: conversation[index]?.content ?? '',
      withPrompt: textOf(prompts[turn]),
      withAnswer: textOf(index + 1 < conversation.length ? earlier[turn] : full),
    }));
    return toSegments(textOf(full), turns, context);
  });
}

function textOf(rendering: ChatRendering | undefined): string {
  return rendering !== undefined && 'text' in rendering ? rendering.text : '';
}

async function renderAll(
  conversations: readonly Conversation[],
  context: RenderContext,
  addGenerationPrompt: boolean,
): Promise<readonly ChatRendering[]> {
  const { chatTemplate, bosToken, eosToken } = context;
  const renderings = await renderChats(chatTemplate ?? plainChatTemplate, conversations, { addGenerationPrompt, bosToken, eosToken });
  const runaway = findRunaway(renderings);
  if (runaway !== undefined) throw runaway;
  return renderings;
}

/** A template that ran away gives the row at fault and all after it one and the same error. */
function findRunaway(renderings: readonly ChatRendering[]): GraftError | undefined {
  const [last, before] = [renderings.at(-1), renderings.at(-2)];
  if (last === undefined || before === undefined || !('error' in last) || !('error' in before)) return undefined;
  return last.error === before.error ? last.error : undefined;
}

function toSegments(text: string, turns: readonly AnswerTurn[], { chatTemplate, trainOn }: RenderContext): RenderedExample {
  const bos = chatTemplate === null;
  if (trainOn === 'all') return { segments: [{ text, trained: true }], bos, eos: false };
  const found = findAnswerSpans(text, turns);
  if ('reason' in found) return found;
  const segments: Segment[] = [];
  let at = 0;
  for (const { start, end } of found.spans) {
    segments.push({ text: text.slice(at, start), trained: false }, { text: text.slice(start, end), trained: true });
    at = end;
  }
  // A template without an end-of-turn token would never teach the model to stop: the row then ends with its answer.
  if (!found.ended) return { segments, bos, eos: true };
  return { segments: [...segments, { text: text.slice(at), trained: false }], bos, eos: false };
}
