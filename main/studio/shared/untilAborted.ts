import { GraftError } from '../../contract/errors.ts';
import { coreWords } from '../../contract/words/core.ts';

/**
 * Waits no longer than the signal allows; the work goes on. Throws what it throws, or GraftError('cancelled') with
 * `message`.
 */
export async function untilAborted<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  message = coreWords.cancelled(),
): Promise<T> {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = (): void => reject(new GraftError('cancelled', message));
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
