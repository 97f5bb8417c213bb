/**
 * The rows of a run: read from the token file, split into training and evaluation by the seed, planned into batches.
 * Rows without a trained token teach nothing and are left out, unless the file's own order and batches were asked for.
 */
import { createHash } from 'node:crypto';
import type { TrainJob } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import { readTokenFile } from '../../formats/tokenFile.ts';
import type { TokenFile } from '../../formats/tokenFile.ts';
import { cutRows, fillBatch, planBatches, planEvaluation, splitRows } from './batches.ts';
import type { Batch, MicroBatchPlan, TokenRow } from './batches.ts';

export interface TrainingData {
  readonly stepsPerEpoch: number;
  readonly trainingRows: number;
  readonly evaluationRows: number;
  /** Rows left out since nothing in them is trained after the cut. */
  readonly skippedRows: number;
  /** Of ids, masks and offsets: a checkpoint only goes on with the data it was made with. */
  readonly sha256: string;
  readonly largestId: number;
  /** Micro-batches of an optimizer step, counted from 1 over the whole run. */
  step(step: number): Batch[];
  evaluation(): Iterable<Batch>;
}

/** Throws GraftError('invalid') when no row can be trained on. */
export function loadTrainingData({ tokenFile, training }: Pick<TrainJob, 'tokenFile' | 'training'>): TrainingData {
  const file = readTokenFile(tokenFile);
  const all = cutRows(file, training.maxLength);
  const usable = all.filter((row) => row.lossMask.includes(1));
  if (usable.length === 0) {
    throw new GraftError('invalid', `No row has a token to train on within ${training.maxLength} tokens.`, {
      field: 'maxLength',
      remedy: 'Raise the maximum length, or look at the dataset: it shows which tokens are trained.',
    });
  }
  const rows = training.shuffle ? usable : all;
  const split = splitRows(rows.length, training.evaluationSplit, training.seed);
  const trainingRows = split.training.map((row) => rows[row]);
  const evaluationRows = split.evaluation.map((row) => rows[row]);
  const plan = planBatches({ ...training, rowLengths: lengthsOf(trainingRows) });
  const evaluationPlans = planEvaluation(lengthsOf(evaluationRows), plan.batchSize, plan.bucketLengths);
  const fill = (from: readonly TokenRow[], { rows: indices, length }: MicroBatchPlan): Batch => {
    const chosen = indices.map((index) => from[index]);
    return fillBatch(chosen, length, plan.batchSize);
  };
  function* evaluation(): Generator<Batch> {
    for (const micro of evaluationPlans) yield fill(evaluationRows, micro);
  }
  return {
    stepsPerEpoch: plan.stepsPerEpoch,
    trainingRows: trainingRows.length,
    evaluationRows: evaluationRows.length,
    skippedRows: all.length - rows.length,
    sha256: hashTokens(file),
    largestId: file.ids.reduce((most, id) => Math.max(most, id), 0),
    step: (step) => plan.step(step).map((micro) => fill(trainingRows, micro)),
    evaluation,
  };
}

function lengthsOf(rows: readonly TokenRow[]): number[] {
  return rows.map(({ ids }) => ids.length);
}

function hashTokens({ ids, lossMask, offsets }: TokenFile): string {
  const hash = createHash('sha256');
  for (const part of [ids, lossMask, offsets]) hash.update(part);
  return hash.digest('hex');
}
