/**
 * The worker behind parquetRows.ts: reads one row group after the other and answers each `next` with some hundred rows,
 * none at the end. The first answer says what the file declares.
 */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { parentPort, workerData } from 'node:worker_threads';
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  snappyUncompress,
} from 'hyparquet';
import type { Compressors, FileMetaData, SchemaTree } from 'hyparquet';
import { readFeatures } from './classLabels.ts';
import { NoPlainValue, NoText, plainValuesOf } from './plainValues.ts';
import type { ToPlain } from './plainValues.ts';
import { commonWords } from '../../contract/words/common.ts';
import type { Said } from '../../contract/words/words.ts';

export interface ParquetJob {
  readonly path: string;
  /** How many rows are wanted at most. */
  readonly maxRows: number;
}

export type ParquetRow = { readonly value: Readonly<Record<string, unknown>> } | { readonly reason: Said };

export interface DeclaredClasses {
  readonly column: string;
  readonly names: readonly string[];
}

export type ParquetBatch =
  | { readonly rows: readonly ParquetRow[] }
  | { readonly classes: readonly DeclaredClasses[] }
  | { readonly failure: string; readonly unknownCodec?: string };

const batchRows = 500;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A page's size is in its header, so that a bomb fails instead of filling the memory; a page of nothing has no
 * compressed bytes either, which no decompressor takes.
 */
const compressors: Compressors = {
  GZIP: orNothing((bytes, length) => gunzipSync(bytes, { maxOutputLength: length })),
  ZSTD: orNothing((bytes, length) => zstdDecompressSync(bytes, { maxOutputLength: length })),
  BROTLI: orNothing((bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: length })),
  SNAPPY: orNothing((bytes, length) => {
    const page = new Uint8Array(length);
    snappyUncompress(bytes, page);
    return page;
  }),
};

function orNothing(
  decompress: (bytes: Uint8Array, length: number) => Uint8Array,
): (bytes: Uint8Array, length: number) => Uint8Array {
  return (bytes, length) => (length === 0 ? new Uint8Array() : new Uint8Array(decompress(bytes, length)));
}

class UnknownCodec extends Error {
  override readonly name = 'UnknownCodec';
}

async function* readBatches({ path, maxRows }: ParquetJob): AsyncGenerator<ParquetBatch> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  requireKnownCodecs(metadata);
  const { columns, classes } = describe(metadata);
  yield { classes };
  let start = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const rowEnd = Math.min(start + Number(count), maxRows);
    if (start >= rowEnd) break;
    const rows = await parquetReadObjects({
      file,
      metadata,
      compressors,
      parsers,
      rowStart: start,
      rowEnd,
      useOffsetIndex: true,
    });
    for (let from = 0; from < rows.length; from += batchRows) {
      yield { rows: rows.slice(from, from + batchRows).map((row) => toRow(row, columns)) };
    }
    start = rowEnd;
  }
  yield { rows: [] };
}

function requireKnownCodecs({ row_groups: groups }: FileMetaData): void {
  const codecs = groups.flatMap(({ columns }) =>
    columns.map(({ meta_data: column }) => column?.codec ?? 'UNCOMPRESSED'),
  );
  const unknown = codecs.find((codec) => codec !== 'UNCOMPRESSED' && compressors[codec] === undefined);
  if (unknown !== undefined) throw new UnknownCodec(unknown);
}

function describe(metadata: FileMetaData): {
  readonly columns: ReadonlyMap<string, ToPlain>;
  readonly classes: readonly DeclaredClasses[];
} {
  const features = readFeatures(metadata.key_value_metadata ?? []);
  const trees: readonly SchemaTree[] = parquetSchema(metadata).children;
  const columns = new Map(
    trees.map((tree) => [tree.element.name, plainValuesOf(tree, features.get(tree.element.name))]),
  );
  const classes = [...features].flatMap(([column, feature]) =>
    feature.kind === 'classes' ? [{ column, names: feature.names }] : [],
  );
  return { columns, classes };
}

/** Text that is none is told apart from a text with replacement characters, and JSON that is none is a text. */
const parsers = {
  stringFromBytes: (bytes: Uint8Array | undefined): unknown => (bytes === undefined ? undefined : decodeOr(bytes)),
  jsonFromBytes: (bytes: Uint8Array | undefined): unknown => {
    const text = bytes === undefined ? undefined : decodeOr(bytes);
    if (typeof text !== 'string') return text;
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  },
};

function decodeOr(bytes: Uint8Array): string | NoText {
  try {
    return utf8.decode(bytes);
  } catch {
    return new NoText(bytes.byteLength);
  }
}

function toRow(row: Readonly<Record<string, unknown>>, columns: ReadonlyMap<string, ToPlain>): ParquetRow {
  const fields: [string, unknown][] = [];
  for (const [name, field] of Object.entries(row)) {
    try {
      fields.push([name, columns.get(name)?.(field) ?? null]);
    } catch (error) {
      if (error instanceof NoPlainValue) return { reason: commonWords.ofField({ field: name, problem: error.reason }) };
      throw error;
    }
  }
  return { value: Object.fromEntries(fields) };
}

async function answer(batches: AsyncGenerator<ParquetBatch>): Promise<ParquetBatch> {
  try {
    const next = await batches.next();
    return next.done === true ? { rows: [] } : next.value;
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return error instanceof UnknownCodec ? { failure, unknownCodec: failure } : { failure };
  }
}

const batches = readBatches(workerData as ParquetJob);
parentPort?.on('message', () => void answer(batches).then((batch) => parentPort?.postMessage(batch)));
