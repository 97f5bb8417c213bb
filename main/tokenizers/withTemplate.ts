/** A tokenizer with another template and other ends around the same pipeline, which may be large and stays one. */
import type { Tokenizer } from './tokenizer.ts';
import type { TokenizerSource } from './tokenizerSource.ts';

type Prompts = Pick<TokenizerSource, 'chatTemplate' | 'bosToken' | 'eosToken' | 'padToken' | 'stopTokenIds'>;

/** `ids`: of special tokens by their text. */
export function withTemplate(tokenizer: Tokenizer, prompts: Prompts, ids: ReadonlyMap<string, number>): Tokenizer {
  const idOf = (token: string | null): number | null => (token === null ? null : (ids.get(token) ?? null));
  const end = idOf(prompts.eosToken);
  const ends = [...new Set([...(end === null ? [] : [end]), ...prompts.stopTokenIds])];
  return {
    encode: (text, options) => tokenizer.encode(text, options),
    shield: (text) => tokenizer.shield(text),
    countSpecialSpellings: (text) => tokenizer.countSpecialSpellings(text),
    decode: (tokens, options) => tokenizer.decode(tokens, options),
    tokenBytes: (id) => tokenizer.tokenBytes(id),
    tokenText: (id) => tokenizer.tokenText(id),
    get textPairLayout() {
      return tokenizer.textPairLayout;
    },
    vocabSize: tokenizer.vocabSize,
    bosTokenId: idOf(prompts.bosToken),
    eosTokenIds: ends.filter((id) => id >= 0 && id < tokenizer.vocabSize),
    padTokenId: idOf(prompts.padToken),
    bosToken: prompts.bosToken,
    eosToken: prompts.eosToken,
    chatTemplate: prompts.chatTemplate,
  };
}
