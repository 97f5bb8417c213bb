/**
 * A conversation as token ids, by the function that training writes prompts with. A model with a chat template gets
 * that. One without continues a first message as it stands, as rows of prompt and completion taught it; longer
 * conversations, and adapters trained on chats, get the plain template that chats are trained with.
 */
import type { DatasetFormat, Model } from '../../../contract/entities.ts';
import type { ChatMessage, PromptEnding } from '../../../contract/conversations.ts';
import { awaitsAnswer, promptIds } from '../../../datasets/chatPrompts.ts';
import { shieldMessages } from '../../../datasets/shieldConversation.ts';
import type { TemplateMessage } from '../../../tokenizers/chatTemplate.ts';
import type { Tokenizer } from '../../../tokenizers/tokenizer.ts';
import { continuedText } from './continuedMessage.ts';
import { refuseHiddenMessages } from './hiddenMessages.ts';
import { renderedText } from './renderedText.ts';

/** Formats whose rows are chats; rows of prompt and completion, text and ids are not. */
const chatFormats: readonly DatasetFormat[] = ['openai', 'sharegpt', 'alpaca'];

export interface PromptRequest {
  readonly model: Pick<Model, 'hasChatTemplate'>;
  readonly tokenizer: Tokenizer;
  readonly messages: readonly ChatMessage[];
  /** What the adapter was trained on, where that is known. */
  readonly trainedOn: DatasetFormat | undefined;
  /** Default: a turn of the model's. */
  readonly ending?: PromptEnding | undefined;
}

/** Throws GraftError('invalid') with the template's own words, or for a message that the template leaves out. */
export async function chatPrompt({
  model,
  tokenizer,
  messages,
  trainedOn,
  ending = 'answer',
}: PromptRequest): Promise<readonly number[]> {
  const [first] = messages;
  const isChat = messages.length > 1 || (trainedOn !== undefined && chatFormats.includes(trainedOn));
  const isPlain = first?.role === 'user' && !isChat && !model.hasChatTemplate;
  if (isPlain) return promptIds(tokenizer.shield(first.content), tokenizer);
  const shielded = shieldMessages(messages, (text) => tokenizer.shield(text));
  const text = await textOf(tokenizer, shielded, ending);
  await refuseHiddenMessages(tokenizer, shielded, { text, ending });
  return promptIds(text, tokenizer);
}

/**
 * For whoever looks at a template: the generation prompt is added where the model has not spoken last. Special tokens
 * that people spell are marked in it, for `promptIds`; whoever shows it takes the marks out. Throws as chatPrompt.
 */
export async function promptText(tokenizer: Tokenizer, messages: readonly ChatMessage[]): Promise<string> {
  const shielded = shieldMessages(messages, (text) => tokenizer.shield(text));
  return textOf(tokenizer, shielded, awaitsAnswer(messages) ? 'answer' : 'none');
}

async function textOf(
  tokenizer: Tokenizer,
  messages: readonly TemplateMessage[],
  ending: PromptEnding,
): Promise<string> {
  if (ending === 'continue') return continuedText(tokenizer, messages);
  return renderedText(tokenizer, messages, { addGenerationPrompt: ending === 'answer' });
}
