/** The tokens of a pipeline by their text, whatever kind of model it is, added ones included. */
import { isJsonObject } from './tokenizerSource.ts';
import type { JsonObject } from './tokenizerSource.ts';

interface AddedToken {
  readonly id: number;
  readonly content: string;
}

/** Text to id. */
export function vocabularyOf(pipeline: JsonObject): ReadonlyMap<string, number> {
  return new Map([
    ...modelTokens(pipeline),
    ...addedTokensOf(pipeline).map(({ content, id }) => [content, id] as const),
  ]);
}

export function addedTokensOf({ added_tokens: added }: JsonObject): readonly AddedToken[] {
  const listed: readonly unknown[] = Array.isArray(added) ? added : [];
  return listed.filter((token): token is AddedToken & JsonObject => {
    return isJsonObject(token) && typeof token.content === 'string' && Number.isInteger(token.id);
  });
}

/** A table of BPE and WordPiece; of Unigram a list of `[text, score]`, whose places are the ids. */
export function modelTokens({ model }: JsonObject): readonly (readonly [string, number])[] {
  const vocabulary: unknown = isJsonObject(model) ? model.vocab : undefined;
  if (isJsonObject(vocabulary)) return Object.entries(vocabulary).map(([text, id]) => [text, Number(id)] as const);
  if (!Array.isArray(vocabulary)) return [];
  return vocabulary.map((entry: unknown, id) => [Array.isArray(entry) ? String(entry[0]) : '', id] as const);
}
