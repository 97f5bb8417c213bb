/**
 * The worker behind parquetRows.ts: reads one row group after the other and answers each `next` with some hundred rows, none
 * at the end. Values become what JSON has, so that every dataset format reads them as it reads a line of JSON.
 */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { parentPort, workerData } from 'node:worker_threads';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { Compressors } from 'hyparquet';

export interface ParquetJob {
  readonly path: string;
  /** How many rows are wanted at most. */
  readonly maxRows: number;
}

export type ParquetBatch = { readonly rows: readonly Readonly<Record<string, unknown>>[] } | { readonly failure: string };

const batchRows = 500;

/** Snappy is hyparquet's own. A page's size is in its header, so that a bomb fails instead of filling the memory. */
const compressors: Compressors = {
  GZIP: (bytes, outputLength) => new Uint8Array(gunzipSync(bytes, { maxOutputLength: outputLength })),
  ZSTD: (bytes, outputLength) => new Uint8Array(zstdDecompressSync(bytes, { maxOutputLength: outputLength })),
  BROTLI: (bytes, outputLength) => new Uint8Array(brotliDecompressSync(bytes, { maxOutputLength: outputLength })),
};

async function* readBatches({ path, maxRows }: ParquetJob): AsyncGenerator<ParquetBatch> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  let start = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const rowEnd = Math.min(start + Number(count), maxRows);
    if (start >= rowEnd) break;
    const rows = await parquetReadObjects({ file, metadata, compressors, rowStart: start, rowEnd, useOffsetIndex: true });
    for (let from = 0; from < rows.length; from += batchRows) {
      yield { rows: rows.slice(from, from + batchRows).map((row) => Object.fromEntries(Object.entries(row).map(toPlainEntry))) };
    }
    start = rowEnd;
  }
  yield { rows: [] };
}

function toPlainEntry([name, value]: [string, unknown]): [string, unknown] {
  return [name, toPlain(value)];
}

function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(toPlainEntry));
  return value;
}

async function answer(batches: AsyncGenerator<ParquetBatch>): Promise<ParquetBatch> {
  try {
    const next = await batches.next();
    return next.done === true ? { rows: [] } : next.value;
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

const batches = readBatches(workerData as ParquetJob);
parentPort?.on('message', () => void answer(batches).then((batch) => parentPort?.postMessage(batch)));
