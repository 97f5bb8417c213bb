/**
 * The rows of a run: read from the token file, split into training and evaluation, planned into batches. "Row" is a row of
 * the token file here: one trained piece of a dataset row. Rows without a trained token teach nothing and are left out, unless the file's own order and batches were asked for.
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
import type { Batch, MicroBatchPlan } from './batches.ts';
import { fillLabelBatch, readLabelRows } from './labelRows.ts';

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
}

/** Rows as one kind of task has them. */
interface RowSource {
  readonly lengths: readonly number[];
  /** Rows that teach something, as indices. */
  readonly usable: readonly number[];
  fill(rows: readonly number[], length: number, batchSize: number): Batch;
}

type DataJob = Pick<TrainJob, 'tokenFile' | 'training' | 'labelTask'>;

/** Throws GraftError('invalid') when no row can be trained on. `shape`: the model's, which rows with labels are laid out for. */
export function loadTrainingData({ tokenFile, training, labelTask }: DataJob, shape: ModelShape): TrainingData {
  const file = readTokenFile(tokenFile);
  const source = labelTask ? labelSource(file, labelTask, { shape, ...training }) : languageSource(file, training);
  const all = source.lengths.map((_, row) => row);
  const pieces = { ...file, usable: training.shuffle ? source.usable : all };
  const request = { pieces, share: training.evaluationSplit, task: labelTask };
  const split = splitPieces(request, training);
  const { training: trainingRows, evaluation: evaluationRows } = split;
  const summary = summariseSplit(request, split);
  const lengthsOf = (chosen: readonly number[]): number[] => chosen.map((row) => source.lengths[row]);
  const plan = planBatches({ ...training, rowLengths: lengthsOf(trainingRows) });
  const evaluationPlans = planEvaluation(lengthsOf(evaluationRows), plan.batchSize, plan.bucketLengths);
  const fill = (from: readonly number[], { rows: indices, length }: MicroBatchPlan): Batch => {
    const chosen = indices.map((index) => from[index]);
    return source.fill(chosen, length, plan.batchSize);
  };
  function* evaluation(): Generator<Batch> {
    for (const micro of evaluationPlans) yield fill(evaluationRows, micro);
  }
  return {
    stepsPerEpoch: plan.stepsPerEpoch,
    split: summary,
    skippedRows: countRows(file.sourceRows, all) - countRows(file.sourceRows, pieces.usable),
    notes: splitNotes(summary),
    sha256: hashTokens(file, training),
    largestId: file.ids.reduce((most, id) => Math.max(most, id), 0),
    step: (step) => plan.step(step).map((micro) => fill(trainingRows, micro)),
    evaluation,
  };
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
    throw new GraftError('invalid', `No row has a token to train on within ${maxLength} tokens.`, {
      field: 'maxLength',
      remedy: 'Raise the maximum length, or look at the dataset: it shows which tokens are trained.',
    });
  }
  return {
    lengths: rows.map(({ ids }) => ids.length),
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
  if (rows.length === 0) throw new GraftError('invalid', 'The dataset has no row with a label.', { field: 'dataset' });
  return {
    lengths: rows.map(({ ids }) => ids.length),
    usable: rows.map((_, row) => row),
    fill: (chosen, length, batchSize) => {
      const ofBatch = chosen.map((row) => rows[row]);
      return fillLabelBatch(ofBatch, { shape, task, length, batchSize });
    },
  };
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
