/** Whether a model writes text at all, by its shape: told before an engine starts and reads gigabytes. */
import type { Model } from '../contract/entities.ts';
import { GraftError } from '../contract/errors.ts';

/** Throws GraftError('invalid') for an encoder. */
export function requireWriter({ name, shape }: Pick<Model, 'name' | 'shape'>): void {
  if (shape.encoder === undefined) return;
  throw new GraftError('invalid', `${name} is a ${shape.family} encoder: it sorts texts and writes none.`, {
    field: 'model',
    remedy: 'Classify texts with it, or choose a model that writes.',
  });
}
