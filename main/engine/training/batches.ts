/**
 * Which rows make up which optimizer step. The plan is a pure function of (row lengths, seed, step): seeking is free
 * and a checkpoint needs no more than the step number. Rows of one length bucket meet in a step, yet order and company
 * change every epoch. Padding rows have weight zero, so that the last, smaller batch has the shape of the others.
 */
import type { TokenRows } from '../../formats/tokenFile.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap } from '../tf.ts';
import { createRandom, shuffled } from '../random.ts';
import { bucketLengthFor, chooseBucketLengths } from './lengthBuckets.ts';

/** One tokenised row: `lossMask[p]` is 1 where the token at p is a trained target; the shift by one happens here. */
export interface TokenRow {
  readonly ids: Int32Array;
  readonly lossMask: Uint8Array;
}

/** Row indices of one micro-batch and the length that its rows are padded to. */
export interface MicroBatchPlan {
  readonly rows: readonly number[];
  readonly length: number;
}

export interface BatchPlan {
  /** Rows of every micro-batch, padding rows included. */
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly bucketLengths: readonly number[];
  /** Micro-batches of a step, counted from 1 over the whole run. */
  step(step: number): readonly MicroBatchPlan[];
}

export interface BatchPlanOptions {
  /** Tokens of each row, already cut to the maximum length. */
  readonly rowLengths: readonly number[];
  readonly batchSize: number;
  readonly gradientAccumulation: number;
  /** False keeps the file's order and its exact batches. */
  readonly shuffle: boolean;
  readonly seed: number;
}

/** A micro-batch on the host, as loop and steps know it, whatever is learned from it. */
export interface Batch {
  readonly batchSize: number;
  readonly length: number;
  /** Tokens that are not padding. */
  readonly tokens: number;
  /** What the loss is a mean over: trained tokens, or rows with labels. */
  readonly trainedTokens: number;
  /** Of each row that is not padding, where rows have labels: class id or value. */
  readonly labels?: readonly number[];
  /** What the objective reads; the caller's to dispose. */
  upload(): NamedTensorMap;
}

/** Arrays of a micro-batch of language modelling, row-major (batchSize, length). */
export interface TokenBatch extends Batch {
  readonly ids: Int32Array;
  /** The next token at each position, 0 where its weight is 0. */
  readonly targets: Int32Array;
  /** 1 where the next token is trained. */
  readonly weights: Float32Array;
}

/**
 * Rows are ordered by length within windows of so many steps: long enough to fill buckets, short enough to stay mixed.
 */
const stepsPerWindow = 32;

/** Plans all epochs; the plan of one epoch is kept, so walking on costs nothing. */
export function planBatches(options: BatchPlanOptions): BatchPlan {
  const { rowLengths, gradientAccumulation } = options;
  const batchSize = Math.max(1, Math.min(options.batchSize, rowLengths.length));
  const rowsPerStep = batchSize * gradientAccumulation;
  const stepsPerEpoch = Math.max(1, Math.ceil(rowLengths.length / rowsPerStep));
  const bucketLengths = chooseBucketLengths(rowLengths);
  let epochKept = -1;
  let steps: readonly (readonly number[])[] = [];
  const step = (number: number): readonly MicroBatchPlan[] => {
    const epoch = Math.floor((number - 1) / stepsPerEpoch);
    if (epoch !== epochKept) steps = planEpoch(options, { epoch, rowsPerStep, bucketLengths });
    epochKept = epoch;
    return chunk(steps[(number - 1) % stepsPerEpoch], batchSize).map((rows) => padded(rows, rowLengths, bucketLengths));
  };
  return { batchSize, stepsPerEpoch, bucketLengths, step };
}

/** Batches that hold every row once, in an order that wastes little padding: for evaluation. */
export function planEvaluation(
  rowLengths: readonly number[],
  batchSize: number,
  bucketLengths: readonly number[],
): readonly MicroBatchPlan[] {
  const byLength = rowLengths.map((_, row) => row).sort((a, b) => rowLengths[a] - rowLengths[b]);
  return chunk(byLength, batchSize).map((rows) => padded(rows, rowLengths, bucketLengths));
}

/** The split of runs made before they had a split seed: drawn from the training seed; both lists stay in file order. */
export function splitRowsBySeed(
  rowCount: number,
  fraction: number,
  seed: number,
): { readonly training: number[]; readonly evaluation: number[] } {
  const all = Array.from({ length: rowCount }, (_, row) => row);
  const wanted = fraction > 0 ? Math.max(1, Math.round(rowCount * fraction)) : 0;
  const drawn = new Set(shuffled(all, createRandom(seed, 'evaluation split')).slice(0, Math.min(wanted, rowCount - 1)));
  return { training: all.filter((row) => !drawn.has(row)), evaluation: all.filter((row) => drawn.has(row)) };
}

/** The rows of a token file as views, cut to `maxLength` tokens. */
export function cutRows({ ids, lossMask, offsets }: TokenRows, maxLength: number): TokenRow[] {
  return Array.from({ length: offsets.length - 1 }, (_, row) => {
    const end = Math.min(offsets[row + 1], offsets[row] + maxLength);
    return { ids: ids.subarray(offsets[row], end), lossMask: lossMask.subarray(offsets[row], end) };
  });
}

/** Arrays of one micro-batch; missing rows become padding of weight zero. No row may be longer than `length`. */
export function fillBatch(rows: readonly TokenRow[], length: number, batchSize: number): TokenBatch {
  const ids = new Int32Array(batchSize * length);
  const targets = new Int32Array(batchSize * length);
  const weights = new Float32Array(batchSize * length);
  let tokens = 0;
  let trainedTokens = 0;
  rows.forEach((row, index) => {
    const start = index * length;
    ids.set(row.ids, start);
    tokens += row.ids.length;
    for (let position = 1; position < row.ids.length; position++) {
      if (row.lossMask[position] === 0) continue;
      targets[start + position - 1] = row.ids[position];
      weights[start + position - 1] = 1;
      trainedTokens += 1;
    }
  });
  const upload = (): NamedTensorMap => ({
    ids: tf.tensor2d(ids, [batchSize, length], 'int32'),
    targets: tf.tensor1d(targets, 'int32'),
    weights: tf.tensor1d(weights),
  });
  return { batchSize, length, ids, targets, weights, tokens, trainedTokens, upload };
}

interface EpochShape {
  readonly epoch: number;
  readonly rowsPerStep: number;
  readonly bucketLengths: readonly number[];
}

/** Row indices of every step of an epoch. The one incomplete step comes last. */
function planEpoch(
  { rowLengths, shuffle, seed }: BatchPlanOptions,
  { epoch, rowsPerStep, bucketLengths }: EpochShape,
): readonly (readonly number[])[] {
  const inFileOrder = rowLengths.map((_, row) => row);
  if (!shuffle) return chunk(inFileOrder, rowsPerStep);
  const random = createRandom(seed, 'shuffle', epoch);
  const bucketOf = (row: number): number => bucketLengthFor(bucketLengths, rowLengths[row]);
  const windows = chunk(shuffled(inFileOrder, random), rowsPerStep * stepsPerWindow);
  const steps = windows.flatMap((window) =>
    chunk(
      window.sort((a, b) => bucketOf(a) - bucketOf(b)),
      rowsPerStep,
    ),
  );
  const whole = steps.filter((rows) => rows.length === rowsPerStep);
  const rest = steps.filter((rows) => rows.length < rowsPerStep);
  return [...shuffled(whole, random), ...rest];
}

function padded(
  rows: readonly number[],
  rowLengths: readonly number[],
  bucketLengths: readonly number[],
): MicroBatchPlan {
  const longest = rows.reduce((most, row) => Math.max(most, rowLengths[row]), 1);
  return { rows, length: bucketLengthFor(bucketLengths, longest) };
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
