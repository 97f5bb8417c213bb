/** Special tokens that the text of a dataset's rows spells, and how a person is told, in English. */
import type { SpellingKind } from './training.ts';

export interface SpelledTokens {
  readonly rows: number;
  readonly tokens: number;
  /** `plain`: rows of plain text, which keep their special tokens whatever is asked for. */
  readonly countAs: SpellingKind | 'plain';
}

const meanings: Readonly<Record<SpelledTokens['countAs'], string>> = {
  text: 'they are ordinary text, so that none of them ends an answer; --special-tokens special makes them count',
  special: 'they count as such, so that an end of turn in an answer teaches to end there',
  plain: 'in plain text they count as such',
};

/** Undefined where there are none. */
export function spelledNote({ rows, tokens, countAs }: SpelledTokens): string | undefined {
  if (tokens === 0) return undefined;
  const where = `The text of ${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'} spells special tokens of the model`;
  return `${where} (${tokens.toLocaleString('en')} in all): ${meanings[countAs]}.`;
}
