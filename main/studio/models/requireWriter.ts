/** Whether a model writes text at all, by its shape: told before an engine starts and reads gigabytes. */
import type { Model } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import { chatWords } from '../../contract/words/chats.ts';

/** Throws GraftError('invalid') for an encoder. */
export function requireWriter({ name, shape }: Pick<Model, 'name' | 'shape'>): void {
  if (shape.encoder === undefined) return;
  throw new GraftError('invalid', chatWords.isEncoder({ name, family: shape.family }), {
    field: 'model',
    remedy: chatWords.classifyOrWriter(),
  });
}
