/**
 * A conversation as token ids, by the function that training writes prompts with. A model with a chat template gets that. One
 * without continues a first message as it stands, as rows of prompt and completion taught it; longer conversations, and
 * adapters trained on chats, get the plain template that chats are trained with.
 */
import type { DatasetFormat, Model } from '../contract/entities.ts';
import type { ChatMessage } from '../contract/conversations.ts';
import { GraftError } from '../contract/errors.ts';
import { awaitsAnswer, promptIds, renderConversations } from '../datasets/chatPrompts.ts';
import { shieldMessages } from '../datasets/shieldConversation.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';

/** Formats whose rows are chats; rows of prompt and completion, text and ids are not. */
const chatFormats: readonly DatasetFormat[] = ['openai', 'sharegpt', 'alpaca'];

export interface PromptRequest {
  readonly model: Pick<Model, 'hasChatTemplate'>;
  readonly tokenizer: Tokenizer;
  readonly messages: readonly ChatMessage[];
  /** What the adapter was trained on, where that is known. */
  readonly trainedOn: DatasetFormat | undefined;
}

/** Throws GraftError('invalid') with the template's own words. */
export async function chatPrompt({ model, tokenizer, messages, trainedOn }: PromptRequest): Promise<readonly number[]> {
  const [first] = messages;
  const isChat = messages.length > 1 || (trainedOn !== undefined && chatFormats.includes(trainedOn));
  if (first !== undefined && !isChat && !model.hasChatTemplate) return promptIds(tokenizer.shield(first.content), tokenizer);
  return promptIds(await promptText(tokenizer, messages), tokenizer);
}

/**
 * The generation prompt is added where the model has not spoken last. Special tokens that people spell are marked in it, for
 * `promptIds`; whoever shows it takes the marks out. Throws as chatPrompt.
 */
export async function promptText(tokenizer: Tokenizer, messages: readonly ChatMessage[]): Promise<string> {
  const [rendering] = await renderConversations(tokenizer, [shieldMessages(messages, (text) => tokenizer.shield(text))], {
    addGenerationPrompt: awaitsAnswer(messages),
  });
  if (rendering === undefined) throw new GraftError('internal', 'The chat template gave no answer.');
  if ('error' in rendering) throw rendering.error;
  return rendering.text;
}
