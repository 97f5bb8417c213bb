/**
 * A file's bytes in chunks of 256 KiB, stopped by a signal: what is made of one chunk is a slice of the host's time.
 */
import { createReadStream } from 'node:fs';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import { commonWords } from '../../contract/words/common.ts';

const chunkBytes = 2 ** 18;

/**
 * `maxBytes`, at least 1: where to stop. Throws GraftError('cancelled') when the signal is aborted, `notFound` or
 * `invalid` when the file cannot be read.
 */
export async function* readBytes(
  file: string,
  signal?: AbortSignal,
  maxBytes = Infinity,
): AsyncGenerator<Uint8Array, void, undefined> {
  throwIfCancelled(signal);
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes, end: maxBytes - 1 })) {
      throwIfCancelled(signal);
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } catch (error) {
    throw toGraftError(error);
  }
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new GraftError('cancelled', commonWords.cancelled());
}
