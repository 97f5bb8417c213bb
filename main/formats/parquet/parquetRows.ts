/**
 * Rows of a Parquet file. They are decoded in a worker thread, because a row group is decoded in one go and may hold a
 * hundred thousand rows; the worker sends some hundred at a time and waits until they are taken.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { programFile } from '../../processes/programFile.ts';
import { GraftError } from '../../contract/errors.ts';
import type { RawRows } from '../text/rows.ts';
import { throwIfCancelled } from '../text/readBytes.ts';
import type { ParquetBatch, ParquetJob } from './parquetWorker.ts';
import { parquetWords } from '../../contract/words/parquet.ts';

export interface ParquetOptions {
  /** For messages. */
  readonly file: string;
  readonly signal?: AbortSignal | undefined;
  /** How many rows are wanted at most. */
  readonly maxRows?: number | undefined;
  /** Told of the classes that the file declares for a column, before its rows, whose values are then their names. */
  readonly onClasses?: ((column: string, names: readonly string[]) => void) | undefined;
}

const memoryLimitMb = 4096;

/**
 * `line` is the number of the row, from 1. Throws GraftError('invalid') for what is no Parquet or damaged,
 * 'unsupported' for a compression that is not known, 'cancelled'.
 */
export async function* readParquetRows(path: string, { file, signal, maxRows, onClasses }: ParquetOptions): RawRows {
  throwIfCancelled(signal);
  const workerData = { path, maxRows: maxRows ?? Infinity } satisfies ParquetJob;
  const worker = new Worker(programFile('./parquetWorker', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
  });
  let line = 1;
  try {
    for (;;) {
      const answer = once(worker, 'message', { signal }) as Promise<[ParquetBatch]>;
      worker.postMessage('next');
      const [batch] = await answer;
      if ('failure' in batch)
        throw batch.unknownCodec === undefined ? new Error(batch.failure) : unknownCodec(file, batch.unknownCodec);
      if ('classes' in batch) {
        for (const { column, names } of batch.classes) onClasses?.(column, names);
        continue;
      }
      if (batch.rows.length === 0) return;
      for (const row of batch.rows) yield { line: line++, ...row };
    }
  } catch (error) {
    throwIfCancelled(signal);
    if (error instanceof GraftError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new GraftError(
      'invalid',
      parquetWords.unreadable({ file, why }),
      { file, line, remedy: parquetWords.writeAgain() },
      error,
    );
  } finally {
    await worker.terminate();
  }
}

function unknownCodec(file: string, codec: string): GraftError {
  return new GraftError('unsupported', parquetWords.unknownCodec({ file, codec }), {
    file,
    remedy: parquetWords.otherCodec(),
  });
}
