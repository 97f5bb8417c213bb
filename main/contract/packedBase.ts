/** Bases whose blocks can be kept as they are stored: those of a GGUF. */
import type { Model } from './entities.ts';
import type { WeightPrecision } from './engine.ts';
import { GraftError } from './errors.ts';
import { weightWords as words } from './words/weights.ts';

/** Throws GraftError('unsupported') where there is nothing to keep packed. */
export function requireBlocks(
  { name, format }: Pick<Model, 'name' | 'format'>,
  precision: WeightPrecision | undefined,
): void {
  if (precision !== 'packed' || format === 'gguf') return;
  throw new GraftError('unsupported', words.noBlocks({ name, format }), {
    field: 'precision',
    remedy: words.useNf4(),
  });
}
