/**
 * Examples to text as the model will see it, and what of it is trained.
 *
 * Chats, and completions of a model that has a chat template, go through the template. Loss on answers trains exactly
 * what the model must write itself: each answer behind the prompt that the chat would show for it (answers.ts).
 * Completions of a model without a template are prompt + completion as they stand + end-of-text token.
 */
import { answerAt, wholeOf } from './answers.ts';
import type { Chat, RenderedAnswer } from './answers.ts';
import type { TemplateContext } from './chatPrompts.ts';
import type { Example, RowFault } from './example.ts';
import { asCompletion } from './labelled.ts';
import { Renderings, RowRefusal } from './Renderings.ts';
import { partsOf, showsInOrder } from './shownText.ts';
import { shieldMessages, shieldTools } from './shieldConversation.ts';
import type { Shield } from './shieldConversation.ts';
import { refuseUnshown } from './shownParts.ts';
import { templateFacts } from './TemplateFacts.ts';
import type { TemplateFacts } from './TemplateFacts.ts';
import { toTemplateConversation } from './templateMessages.ts';
import type { Conversation } from './templateMessages.ts';
import { templateWords } from '../contract/words/templates.ts';
import { tokenRowWords } from '../contract/words/tokenRows.ts';

export interface RenderContext extends TemplateContext {
  readonly trainOn: 'answers' | 'all';
  /** Marks the special tokens that rows spell, where they are to be ordinary text; without it they count as such. */
  readonly shield?: Shield;
}

export interface Segment {
  readonly text: string;
  readonly trained: boolean;
}

/** One text. */
export interface RenderedText {
  readonly segments: readonly Segment[];
  /** Whether the tokenizer's begin-of-text token belongs before it (templates write their own). */
  readonly bos: boolean;
  /** Whether an end-of-text token, trained, belongs behind it. */
  readonly eos: boolean;
  /** The text may bring these tokens itself: plain text that was prepared elsewhere. */
  readonly isPlain?: boolean;
  /** The template leaves out a part of the conversation. */
  readonly leavesOut?: boolean;
}

/** Answers, each behind its own prompt: they share a text where the prompts go on from one another. */
export interface RenderedAnswers {
  readonly answers: readonly RenderedAnswer[];
  /** See RenderedText. */
  readonly bos: boolean;
}

export type RenderedExample = RenderedText | RenderedAnswers | RowFault;
export type TextExample = Exclude<Example, { readonly kind: 'tokens' }>;

/**
 * One rendering for each example, in order; a row that the template refuses has a reason. Throws GraftError when the
 * template runs away (time, memory) or cannot render anything at all.
 */
export async function renderExamples(
  examples: readonly TextExample[],
  context: RenderContext,
): Promise<RenderedExample[]> {
  const [renderings, facts] = [new Renderings(context), templateFacts(context)];
  return Promise.all(
    examples.map(async (example) => {
      const conversation = conversationOf(example, context);
      return conversation === undefined
        ? joinPlain(example, context)
        : renderChat(conversation, { ...context, renderings, facts });
    }),
  );
}

function conversationOf(example: TextExample, { chatTemplate }: RenderContext): Conversation | undefined {
  if (example.kind === 'chat') return example;
  if (example.kind === 'text' || chatTemplate === null) return undefined;
  const { prompt, completion } = asCompletion(example);
  return {
    messages: [
      { role: 'user', content: prompt },
      { role: 'assistant', content: completion },
    ],
  };
}

function joinPlain(example: TextExample, { trainOn, shield = asItIs }: RenderContext): RenderedExample {
  if (example.kind === 'chat') return { reason: tokenRowWords.isConversation() };
  if (example.kind === 'text')
    return { segments: [{ text: example.text, trained: true }], bos: true, eos: true, isPlain: true };
  const { prompt, completion } = shieldedCompletion(example, shield);
  if (trainOn === 'answers') return { answers: [{ prompt, text: completion, behind: '', ended: false }], bos: true };
  return { segments: [{ text: prompt + completion, trained: true }], bos: true, eos: true };
}

const asItIs: Shield = (text) => text;

function shieldedCompletion(example: Parameters<typeof asCompletion>[0], shield: Shield) {
  const { prompt, completion } = asCompletion(example);
  return { prompt: shield(prompt), completion: shield(completion) };
}

interface ChatContext extends RenderContext {
  readonly renderings: Renderings;
  readonly facts: TemplateFacts;
}

async function renderChat(conversation: Conversation, context: ChatContext): Promise<RenderedExample> {
  const { renderings, facts, trainOn, chatTemplate, shield = asItIs } = context;
  const bos = chatTemplate === null;
  try {
    const { messages, tools } = await toTemplateConversation(conversation, facts);
    const chat: Chat = {
      messages: shieldMessages(messages, shield),
      tools: shieldTools(tools, shield),
      renderings,
      facts,
    };
    const offset = chat.messages.length - conversation.messages.length;
    const isAnswer = conversation.messages.map(({ role }) => role === 'assistant');
    const weights = conversation.messages.map(({ weight }) => weight ?? 1);
    const positions = (weight: 0 | 1): number[] =>
      isAnswer.flatMap((answers, index) => (answers && weights[index] === weight ? [index + offset] : []));
    if (trainOn === 'all') return { ...(await renderAll(chat, positions(0))), bos, eos: false };
    return { answers: await renderAnswers(chat, positions(1)), bos };
  } catch (error) {
    if (error instanceof RowRefusal) return { reason: error.reason };
    throw error;
  }
}

/** `trained`: positions of messages. */
async function renderAnswers(chat: Chat, trained: readonly number[]): Promise<readonly RenderedAnswer[]> {
  if (trained.length === 0) throw new RowRefusal(templateWords.noneToTrain());
  const answers = await Promise.all(trained.map((index) => answerAt(chat, index)));
  const looks = answers.map(({ prompt }, turn) => ({ text: prompt, upTo: trained[turn] ?? 0 }));
  await refuseUnshown(chat, looks);
  return answers;
}

/** The whole conversation once, without the answers at `untrained`. */
async function renderAll(
  chat: Chat,
  untrained: readonly number[],
): Promise<Pick<RenderedText, 'segments' | 'leavesOut'>> {
  const text = await wholeOf(chat, chat.messages);
  await refuseUnshown(chat, []);
  const segments: Segment[] = [];
  let at = 0;
  for (const index of untrained) {
    const { prompt, text: answer } = await answerAt(chat, index);
    if (prompt.length < at || !text.startsWith(prompt + answer))
      throw new RowRefusal(templateWords.writtenOtherwise({ number: index + 1 }));
    segments.push({ text: text.slice(at, prompt.length), trained: true }, { text: answer, trained: false });
    at = prompt.length + answer.length;
  }
  const leavesOut = !showsInOrder(text, chat.messages.flatMap(partsOf));
  return { segments: [...segments, { text: text.slice(at), trained: true }], ...(leavesOut && { leavesOut }) };
}
