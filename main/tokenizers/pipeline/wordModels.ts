/** Models that look words up: the longest pieces first (WordPiece), or the whole word alone (WordLevel). */
import type { TokenModel } from './model.ts';
import { rememberWords } from './rememberWords.ts';
import type { StepConfig } from './stepConfig.ts';
import { readUnknownId, readVocabulary } from './vocabulary.ts';

/** Throws GraftError('invalid') for wrong fields. */
export function createWordPiece(config: StepConfig): TokenModel {
  const ids = readVocabulary(config);
  const unknown = [readUnknownId(config, ids, '[UNK]')];
  const prefix = config.text('continuing_subword_prefix', '##');
  const maxLength = config.count('max_input_chars_per_word', 100);
  const tokenize = (word: string): readonly number[] => {
    const characters = Array.from(word);
    if (characters.length > maxLength) return unknown;
    return longestPieces(characters, prefix, ids) ?? unknown;
  };
  return { ids, tokenize: rememberWords(tokenize) };
}

function longestPieces(
  characters: readonly string[],
  prefix: string,
  ids: ReadonlyMap<string, number>,
): number[] | undefined {
  const pieces: number[] = [];
  for (let start = 0; start < characters.length;) {
    let end = characters.length;
    let id: number | undefined;
    for (; end > start && id === undefined; end--)
      id = ids.get((start > 0 ? prefix : '') + characters.slice(start, end).join(''));
    if (id === undefined) return undefined;
    pieces.push(id);
    start = end + 1;
  }
  return pieces;
}

/** Throws GraftError('invalid') for wrong fields. */
export function createWordLevel(config: StepConfig): TokenModel {
  const ids = readVocabulary(config);
  const unknown = [readUnknownId(config, ids, '<unk>')];
  return {
    ids,
    tokenize: (word) => {
      const id = ids.get(word);
      return id === undefined ? unknown : [id];
    },
  };
}
