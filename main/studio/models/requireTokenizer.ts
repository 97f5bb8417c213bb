/** For work that is given text alone: told by the model's name before an engine starts. */
import type { Model } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import { libraryWords } from '../../contract/words/library.ts';
import type { Said } from '../../contract/words/words.ts';

const importAgain = libraryWords.importTokenizer();

/** Throws GraftError('unsupported') for a model without a tokenizer. */
export function requireTokenizer(
  { name, hasTokenizer }: Pick<Model, 'name' | 'hasTokenizer'>,
  remedy: Said = importAgain,
): void {
  if (hasTokenizer) return;
  throw new GraftError('unsupported', libraryWords.noTokenizer({ name }), {
    field: 'model',
    remedy,
  });
}
