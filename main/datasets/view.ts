/**
 * What a person wants to know of a dataset before training on it: rows as the model sees them with trained tokens marked,
 * how long rows are, what is cut, what is left empty, what is there twice. Nothing is removed; pre-tokenised rows are compared
 * by their ids, others by their text without regard to case and white space.
 */
import { createHash } from 'node:crypto';
import type { Dataset } from '../contract/entities.ts';
import type { CallOptions, DatasetView, RenderedRow } from '../contract/services.ts';
import { readTokenFile } from '../formats/tokenFile.ts';
import type { TokenFile } from '../formats/tokenFile.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import type { Example } from './example.ts';
import { readStoredRows } from './storedRows.ts';
import { tokeniseDataset } from './tokeniseDataset.ts';
import type { ModelTokens } from './tokeniseDataset.ts';

export interface ViewRequest {
  readonly dataset: Dataset;
  readonly model: ModelTokens;
  /** Tokens a row is cut to. */
  readonly maxLength: number;
  /** First row shown, from 0. */
  readonly from: number;
  readonly count: number;
}

const histogramBars = 20;

/** Throws what tokenising the dataset throws. */
export async function viewDataset(
  { dataset, model, maxLength, from, count }: ViewRequest,
  options: CallOptions = {},
): Promise<DatasetView> {
  const { path, totalTokens, trainedTokens, truncatedRows, emptyRows, unusable } = await tokeniseDataset(
    { dataset, model, maxLength },
    options,
  );
  const tokens = readTokenFile(path);
  const shown = [...tokens.sourceRows.keys()].filter((index) => {
    const row = tokens.sourceRows[index] ?? 0;
    return row >= from && row < from + count;
  });
  return {
    dataset,
    rows: shown.map((index) => toRenderedRow(tokens, index, model.tokenizer)),
    lengths: describeLengths(tokens.fullLengths),
    totalTokens,
    trainedTokens,
    truncatedRows,
    emptyRows,
    unusable,
    duplicates: await findDuplicates(dataset.dir, options.signal),
  };
}

function toRenderedRow(
  { ids, lossMask, offsets, sourceRows, fullLengths }: TokenFile,
  index: number,
  tokenizer: Tokenizer | null,
): RenderedRow {
  const [start = 0, end = 0] = offsets.subarray(index, index + 2);
  const rowIds = [...ids.subarray(start, end)];
  return {
    row: sourceRows[index] ?? 0,
    text: tokenizer?.decode(rowIds) ?? rowIds.join(' '),
    tokens: rowIds.map((id, position) => ({
      id,
      text: tokenizer?.tokenText(id) ?? String(id),
      trained: lossMask[start + position] === 1,
    })),
    truncated: (fullLengths[index] ?? 0) - rowIds.length,
  };
}

/** Lengths in tokens before the cut; bars of equal width, from inclusive, to exclusive. */
function describeLengths(lengths: Int32Array): DatasetView['lengths'] {
  const sorted = Int32Array.from(lengths).sort();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const [min, max] = [at(0), at(1)];
  const width = Math.max(1, Math.ceil((max - min + 1) / histogramBars));
  const counts = new Array<number>(sorted.length === 0 ? 0 : Math.ceil((max - min + 1) / width)).fill(0);
  for (const length of sorted) {
    const bar = Math.floor((length - min) / width);
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  const histogram = counts.map((count, bar) => ({ from: min + bar * width, to: min + (bar + 1) * width, count }));
  return { min, median: at(0.5), p95: at(0.95), max, histogram };
}

async function findDuplicates(datasetDir: string, signal: AbortSignal | undefined): Promise<{ row: number; of: number }[]> {
  const firstRows = new Map<string, number>();
  const duplicates: { row: number; of: number }[] = [];
  for await (const { row, example } of readStoredRows(datasetDir, signal)) {
    const key = createHash('sha256').update(comparable(example)).digest('base64').slice(0, 24);
    const of = firstRows.get(key);
    if (of === undefined) firstRows.set(key, row);
    else duplicates.push({ row, of });
  }
  return duplicates;
}

function comparable(example: Example): string {
  if (example.kind === 'tokens') return JSON.stringify([example.ids, example.labels]);
  const normalise = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();
  if (example.kind === 'chat') return JSON.stringify(example.messages.map(({ role, content }) => [role, normalise(content)]));
  return JSON.stringify(example.kind === 'text' ? [normalise(example.text)] : [normalise(example.prompt), normalise(example.completion)]);
}
