/** For work that is given text alone: told by the model's name before an engine starts. */
import type { Model } from '../contract/entities.ts';
import { GraftError } from '../contract/errors.ts';

const importAgain = 'Import the model with its tokenizer.json.';

/** Throws GraftError('unsupported') for a model without a tokenizer. */
export function requireTokenizer({ name, hasTokenizer }: Pick<Model, 'name' | 'hasTokenizer'>, remedy = importAgain): void {
  if (hasTokenizer) return;
  throw new GraftError('unsupported', `The model ${name} was imported without a tokenizer.`, {
    field: 'model',
    remedy,
  });
}
