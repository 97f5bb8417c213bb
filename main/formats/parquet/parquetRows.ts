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

export interface ParquetOptions {
  /** For messages. */
  readonly file: string;
  readonly signal?: AbortSignal | undefined;
  /** How many rows are wanted at most. */
  readonly maxRows?: number | undefined;
}

const memoryLimitMb = 4096;

/** `line` is the number of the row, from 1. Throws GraftError('invalid') for what is no Parquet or damaged, 'cancelled'. */
export async function* readParquetRows(path: string, { file, signal, maxRows }: ParquetOptions): RawRows {
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
      if ('failure' in batch) throw new Error(batch.failure);
      if (batch.rows.length === 0) return;
      for (const value of batch.rows) yield { line: line++, value };
    }
  } catch (error) {
    throwIfCancelled(signal);
    if (error instanceof GraftError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const remedy = 'Write it again with pyarrow or another library, or save the rows as JSON Lines.';
    throw new GraftError('invalid', `${file} cannot be read as Parquet: ${why}`, { file, line, remedy }, error);
  } finally {
    await worker.terminate();
  }
}
