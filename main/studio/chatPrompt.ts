/**
 * A conversation as token ids. A model with a chat template gets that. One without continues a first message as it
 * stands, as rows of prompt and completion taught it; longer conversations, and adapters trained on chats, get the plain
 * template that chats are trained with.
 */
import type { DatasetFormat, Model } from '../contract/entities.ts';
import type { ModelService } from '../contract/services.ts';
import type { ChatMessage } from '../contract/conversations.ts';
import { plainChatTemplate } from '../datasets/plainChatTemplate.ts';
import { renderChat } from '../tokenizers/chatTemplate.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';

/** Formats whose rows are chats; rows of prompt and completion, text and ids are not. */
const chatFormats: readonly DatasetFormat[] = ['openai', 'sharegpt', 'alpaca'];

export interface PromptRequest {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  readonly messages: readonly ChatMessage[];
  /** What the adapter was trained on, where that is known. */
  readonly trainedOn: DatasetFormat | undefined;
}

export async function chatPrompt(models: Pick<ModelService, 'prompt'>, request: PromptRequest): Promise<readonly number[]> {
  const { model, tokenizer, messages, trainedOn } = request;
  if (model.hasChatTemplate) return (await models.prompt(model.id, messages)).ids;
  const [first] = messages;
  const isChat = messages.length > 1 || (trainedOn !== undefined && chatFormats.includes(trainedOn));
  if (first !== undefined && !isChat) return tokenizer.encode(first.content);
  const { bosToken, eosToken } = tokenizer;
  const text = await renderChat(plainChatTemplate, messages, { addGenerationPrompt: messages.at(-1)?.role === 'user', bosToken, eosToken });
  return tokenizer.encode(text);
}
