/** Whether an adapter can answer at a scale: what was trained as a whole is there or not, and nothing lies between. */
import type { Adapter } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import { findMethodSpec } from '../../methods/registry.ts';
import { chatWords } from '../../contract/words/chats.ts';

/** Throws GraftError('unsupported') for another scale than 1 of a method that has none. */
export function requireScale({ name, method }: Pick<Adapter, 'name' | 'method'>, scale: number): void {
  const spec = findMethodSpec(method);
  if (scale === 1 || spec?.capabilities.scalable !== false) return;
  const isWholeModel = spec.capabilities.trains === 'model';
  const reason = isWholeModel
    ? chatWords.noScale({ name })
    : chatWords.methodWithoutScale({ name, method: spec.title });
  throw new GraftError('unsupported', reason, {
    field: 'scale',
    remedy: chatWords.leaveAtOne(),
  });
}
