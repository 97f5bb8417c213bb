/**
 * What stands before an answer, for training and for chat alike: one function writes it and one makes its token ids, so
 * that an adapter is asked with the very tokens that it was trained behind. Surprising: a model without a chat template
 * gets the plain layout, and the begin-of-text token that its tokenizer puts before plain text.
 */
import { renderChats } from '../tokenizers/chatTemplate.ts';
import type { ChatRendering, TemplateMessage } from '../tokenizers/chatTemplate.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import type { Tool } from './example.ts';
import { plainChatTemplate } from './plainChatTemplate.ts';

/** What of a tokenizer decides how a conversation is written. */
export type TemplateContext = Pick<Tokenizer, 'chatTemplate' | 'bosToken' | 'eosToken'>;

export interface PromptOptions {
  /** Whether the model is to answer next. */
  readonly addGenerationPrompt: boolean;
  /** What the model may call. */
  readonly tools?: readonly Tool[] | undefined;
}

/** Conversations as text, in order; one that the template cannot write has its own error. */
export async function renderConversations(
  { chatTemplate, bosToken, eosToken }: TemplateContext,
  conversations: readonly (readonly TemplateMessage[])[],
  { addGenerationPrompt, tools }: PromptOptions,
): Promise<readonly ChatRendering[]> {
  const variables = tools === undefined ? {} : { variables: { tools } };
  return renderChats(chatTemplate ?? plainChatTemplate, conversations, {
    addGenerationPrompt,
    bosToken,
    eosToken,
    ...variables,
  });
}

/**
 * The ids of such a text, which people's own words are marked in (tokenizers/shield.ts). A template writes its
 * begin-of-text token itself; the plain layout leaves it to the tokenizer.
 */
export function promptIds(
  text: string,
  tokenizer: Pick<Tokenizer, 'chatTemplate' | 'encode' | 'bosTokenId'>,
): number[] {
  const ids = tokenizer.encode(text, { addSpecialTokens: false, spellings: 'marked' });
  return tokenizer.chatTemplate === null ? [...leadingIds(tokenizer), ...ids] : ids;
}

/** The begin-of-text token where this tokenizer adds one to plain text. */
export function leadingIds(tokenizer: Pick<Tokenizer, 'encode' | 'bosTokenId'>): number[] {
  const { bosTokenId } = tokenizer;
  return bosTokenId !== null && tokenizer.encode('').at(0) === bosTokenId ? [bosTokenId] : [];
}

/** The model is to answer next where it has not spoken last. */
export function awaitsAnswer(messages: readonly { readonly role: string }[]): boolean {
  return messages.length > 0 && messages.at(-1)?.role !== 'assistant';
}
