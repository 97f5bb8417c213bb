/** Whether an adapter can answer at a scale: what was trained as a whole is there or not, and nothing lies between. */
import type { Adapter } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import { isWholeModel } from '../../methods/registry.ts';
import { chatWords } from '../../contract/words/chats.ts';

/** Throws GraftError('unsupported') for another scale than 1 of a fully trained model. */
export function requireScale({ name, method }: Pick<Adapter, 'name' | 'method'>, scale: number): void {
  if (scale === 1 || !isWholeModel(method)) return;
  throw new GraftError('unsupported', chatWords.noScale({ name }), {
    field: 'scale',
    remedy: chatWords.leaveAtOne(),
  });
}
