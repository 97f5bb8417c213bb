/** A file's bytes in chunks of 1 MiB, stopped by a signal. */
import { createReadStream } from 'node:fs';
import { GraftError, toGraftError } from '../../contract/errors.ts';

/** Throws GraftError('cancelled') when the signal is aborted, `notFound` or `invalid` when the file cannot be read. */
export async function* readBytes(file: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  throwIfCancelled(signal);
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) {
      throwIfCancelled(signal);
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } catch (error) {
    throw toGraftError(error);
  }
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new GraftError('cancelled', 'Cancelled.');
}
