/**
 * The rows of a run: read from the token file, split into training and evaluation, planned into batches; rows of a
 * dataset for evaluation or test come out of files of their own. "Row" is a row of a token file here: one trained piece
 * of a dataset row. Rows without a trained token teach nothing and are left out, unless the file's own order and
 * batches were asked for.
 */
import { createHash } from 'node:crypto';
import type { TrainJob } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import type { LabelTask } from '../../contract/labels.ts';
import { countRows, type Split, type SplitRequest, splitForEvaluation } from '../../contract/evaluationSplit.ts';
import { splitNotes, type SplitSummary, summariseSplit } from '../../contract/splitSummary.ts';
import { readTokenFile } from '../../formats/tokenFile.ts';
import type { TokenFile } from '../../formats/tokenFile.ts';
import { cutRows, fillBatch, planBatches, planEvaluation, splitRowsBySeed } from './batches.ts';
import type { Batch, BatchPlan, MicroBatchPlan } from './batches.ts';
import { fillLabelBatch, readLabelRows } from './labelRows.ts';
import { chooseBucketLengths } from './lengthBuckets.ts';
import { engineTrainingWords } from '../../contract/words/engineTraining.ts';

export interface TrainingData {
  readonly stepsPerEpoch: number;
  readonly split: SplitSummary;
  /** Rows of the dataset left out since nothing in them is trained after the cut. */
  readonly skippedRows: number;
  /** What a person should know of the split. */
  readonly notes: readonly string[];
  /** Of all that decides the batches: a checkpoint only goes on with the data it was made with. */
  readonly sha256: string;
  readonly largestId: number;
  /** Micro-batches of an optimizer step, counted from 1 over the whole run. */
  step(step: number): Batch[];
  evaluation(): Iterable<Batch>;
  /** undefined without a test dataset. */
  readonly test: { readonly rows: number; readonly batches: () => Iterable<Batch> } | undefined;
}

/** Rows as one kind of task has them. */
interface RowSource {
  readonly file: TokenFile;
  readonly lengths: readonly number[];
  /** As long as `lengths`. */
  readonly rows: readonly HeldOutRow[];
  /** Rows that teach something, as indices. */
  readonly usable: readonly number[];
  fill(rows: readonly number[], length: number, batchSize: number): Batch;
}

/** A row by itself: with a mask of the tokens that count, or with a label and perhaps a second text. */
export interface HeldOutRow {
  readonly ids: Int32Array;
  readonly lossMask?: Uint8Array;
  readonly secondStart?: number;
  readonly label?: number;
}

type DataJob = Pick<TrainJob, 'tokenFile' | 'evaluationFile' | 'testFile' | 'training' | 'labelTask'>;

/**
 * Throws GraftError('invalid') when no row can be trained on. `shape`: the model's, which rows with labels are laid out
 * for.
 */
export function loadTrainingData(job: DataJob, shape: ModelShape): TrainingData {
  const { training, labelTask } = job;
  const open = (path: string): RowSource => readSource(path, job, shape);
  const source = open(job.tokenFile);
  const [own, test] = [job.evaluationFile, job.testFile].map((path) => (path === undefined ? undefined : open(path)));
  const { file, lengths } = source;
  const all = lengths.map((_, row) => row);
  const pieces = { ...file, usable: training.shuffle ? source.usable : all };
  const request = { pieces, share: own ? 0 : training.evaluationSplit, task: labelTask };
  const split = splitPieces(request, training);
  const summary = summariseSplit(request, split, own && { ...own.file, usable: own.usable });
  const plan = planBatches({ ...training, rowLengths: split.training.map((row) => lengths[row]) });
  const fill = ({ rows, length }: MicroBatchPlan): Batch => {
    const chosen = rows.map((index) => split.training[index]);
    return source.fill(chosen, length, plan.batchSize);
  };
  const evaluation = own ? ownBatches(own, plan) : batchesOf(source, split.evaluation, plan);
  return {
    stepsPerEpoch: plan.stepsPerEpoch,
    split: summary,
    skippedRows: countRows(file.sourceRows, all) - countRows(file.sourceRows, pieces.usable),
    notes: splitNotes(summary),
    sha256: hashAll([file, ...(own ? [own.file] : [])], training),
    largestId: [source, own, test].reduce((most, each) => largestIdOf(each, most), 0),
    step: (step) => plan.step(step).map(fill),
    evaluation,
    test: test && { rows: countRows(test.file.sourceRows, test.usable), batches: ownBatches(test, plan) },
  };
}

/** The rows that the run evaluates on: its own dataset's for that, or the share that was split off. Perhaps none. */
export function heldOutRows(job: DataJob, shape: ModelShape): readonly HeldOutRow[] {
  const { training, labelTask, evaluationFile } = job;
  const source = readSource(evaluationFile ?? job.tokenFile, job, shape);
  const usable = training.shuffle || evaluationFile !== undefined ? source.usable : source.lengths.map((_, row) => row);
  const request = { pieces: { ...source.file, usable }, share: training.evaluationSplit, task: labelTask };
  const rows = evaluationFile === undefined ? splitPieces(request, training).evaluation : usable;
  return rows.map((row) => source.rows[row]);
}

function readSource(path: string, { training, labelTask }: DataJob, shape: ModelShape): RowSource {
  const file = readTokenFile(path);
  return labelTask ? labelSource(file, labelTask, { shape, ...training }) : languageSource(file, training);
}

type BatchShape = Pick<BatchPlan, 'batchSize' | 'bucketLengths'>;

function batchesOf(
  source: RowSource,
  rows: readonly number[],
  { batchSize, bucketLengths }: BatchShape,
): () => Iterable<Batch> {
  const lengthsOfRows = rows.map((row) => source.lengths[row]);
  const plans = planEvaluation(lengthsOfRows, batchSize, bucketLengths);
  return function* batches(): Generator<Batch> {
    for (const { rows: indices, length } of plans) {
      const chosen = indices.map((index) => rows[index]);
      yield source.fill(chosen, length, batchSize);
    }
  };
}

/** In the lengths that training has, and few more for rows longer than its longest: each one is compiled. */
function ownBatches(own: RowSource, { batchSize, bucketLengths }: BatchShape): () => Iterable<Batch> {
  const longest = bucketLengths[bucketLengths.length - 1] ?? 0;
  const longer = own.usable.map((row) => own.lengths[row]).filter((length) => length > longest);
  const further = longer.length === 0 ? [] : chooseBucketLengths(longer).filter((length) => length > longest);
  return batchesOf(own, own.usable, { batchSize, bucketLengths: [...bucketLengths, ...further] });
}

function largestIdOf(source: RowSource | undefined, atLeast: number): number {
  return source ? source.file.ids.reduce((most, id) => Math.max(most, id), atLeast) : atLeast;
}

/** As a plan before the run has it; runs of earlier versions keep the split they were made with. */
function splitPieces(request: Omit<SplitRequest, 'splitSeed'>, { splitSeed, seed }: TrainJob['training']): Split {
  if (splitSeed !== undefined) return splitForEvaluation({ ...request, splitSeed });
  const { usable } = request.pieces;
  const { training, evaluation } = splitRowsBySeed(usable.length, request.share, seed);
  return { training: training.map((at) => usable[at]), evaluation: evaluation.map((at) => usable[at]) };
}

function languageSource(file: TokenFile, { maxLength }: Pick<TrainJob['training'], 'maxLength'>): RowSource {
  const rows = cutRows(file, maxLength);
  const usable = rows.flatMap(({ lossMask }, row) => (lossMask.includes(1) ? [row] : []));
  if (usable.length === 0) {
    throw new GraftError('invalid', engineTrainingWords.nothingWithin({ maxLength }), {
      field: 'maxLength',
      remedy: engineTrainingWords.raiseLength(),
    });
  }
  return {
    file,
    lengths: rows.map(({ ids }) => ids.length),
    rows,
    usable,
    fill: (chosen, length, batchSize) =>
      fillBatch(
        chosen.map((row) => rows[row]),
        length,
        batchSize,
      ),
  };
}

interface LabelContext {
  readonly shape: ModelShape;
  readonly maxLength: number;
}

function labelSource(file: TokenFile, task: LabelTask, { shape, maxLength }: LabelContext): RowSource {
  const rows = readLabelRows(file, task, maxLength);
  if (rows.length === 0) throw new GraftError('invalid', engineTrainingWords.noLabelledRow(), { field: 'dataset' });
  return {
    file,
    lengths: rows.map(({ ids }) => ids.length),
    rows,
    usable: rows.map((_, row) => row),
    fill: (chosen, length, batchSize) => {
      const ofBatch = chosen.map((row) => rows[row]);
      return fillLabelBatch(ofBatch, { shape, task, length, batchSize });
    },
  };
}

/** Of a single file as runs of earlier versions have it. */
function hashAll(files: readonly TokenFile[], training: TrainJob['training']): string {
  const [first, ...others] = files.map((file) => hashTokens(file, training));
  return others.length === 0
    ? first
    : createHash('sha256')
        .update([first, ...others].join())
        .digest('hex');
}

function hashTokens(
  { ids, lossMask, offsets, sourceRows, groups, labels, secondStarts }: TokenFile,
  { splitSeed }: TrainJob['training'],
): string {
  const hash = createHash('sha256');
  for (const part of [ids, lossMask, offsets]) hash.update(part);
  if (labels && secondStarts) hash.update(JSON.stringify(labels)).update(secondStarts);
  if (splitSeed === undefined) return hash.digest('hex'); // as runs of earlier versions have it
  hash.update(sourceRows);
  if (groups) hash.update(groups);
  if (labels && !secondStarts) hash.update(JSON.stringify(labels));
  return hash.digest('hex');
}
