/** The rows of a classification run: cut inside their texts, with the class or the value that each is to get. */
import { GraftError } from '../../contract/errors.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import { classIdOf, type LabelTask, outputsOf } from '../../contract/labels.ts';
import { cutTextPair } from '../../formats/cutTextPair.ts';
import type { TokenFile } from '../../formats/tokenFile.ts';
import { encoderArrays, encoderTensors } from '../models/encoderRows.ts';
import type { EncoderRow } from '../models/encoderRows.ts';
import { tf } from '../tf.ts';
import type { Batch } from './batches.ts';
import { engineTrainingWords } from '../../contract/words/engineTraining.ts';
import type { Said } from '../../contract/words/words.ts';

export interface LabelRow extends EncoderRow {
  readonly ids: Int32Array;
  /** Class id, or the value of a regression. */
  readonly label: number;
  /** As the dataset has it. */
  readonly labelText: string;
}

/** Throws GraftError('integrity') for a token file that was made for another task. */
export function readLabelRows(
  { ids, offsets, labels, secondStarts, layout }: TokenFile,
  task: LabelTask,
  maxLength: number,
): LabelRow[] {
  if (!labels || !secondStarts || !layout) throw otherTask(engineTrainingWords.rowsWithoutLabels());
  return labels.map((labelText, row) => {
    const whole = { ids: ids.subarray(offsets[row], offsets[row + 1]), secondStart: secondStarts[row] };
    return { ...cutTextPair(whole, layout, { maxLength, join: joined }), label: labelOf(labelText, task), labelText };
  });
}

/** targets (B, L): the class as a one, or the value; weights (B): 0 for the rows of padding that fill the batch. */
export function fillLabelBatch(
  rows: readonly LabelRow[],
  {
    shape,
    task,
    length,
    batchSize,
  }: { readonly shape: ModelShape; readonly task: LabelTask; readonly length: number; readonly batchSize: number },
): Batch {
  const arrays = encoderArrays(shape, rows, length, batchSize);
  const width = outputsOf(task);
  const targets = new Float32Array(batchSize * width);
  const weights = new Float32Array(batchSize).fill(1, 0, rows.length);
  rows.forEach(({ label }, row) => {
    if (task.kind === 'regression') targets[row] = label;
    else targets[row * width + label] = 1;
  });
  return {
    ...{ batchSize, length, trainedTokens: rows.length },
    tokens: rows.reduce((sum, { ids }) => sum + ids.length, 0),
    labels: rows.map(({ label }) => label),
    upload: () => ({
      ...encoderTensors(arrays),
      targets: tf.tensor2d(targets, [batchSize, width]),
      weights: tf.tensor1d(weights),
    }),
  };
}

function labelOf(text: string, task: LabelTask): number {
  const label = task.kind === 'regression' ? Number(text) : classIdOf(text, task);
  if (label === undefined || !Number.isFinite(label))
    throw otherTask(engineTrainingWords.strangeLabel({ label: text.slice(0, 40) }));
  return label;
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const whole = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function otherTask(why: Said): GraftError {
  return new GraftError('integrity', engineTrainingWords.notOfThisRun({ why }), {
    field: 'dataset',
    remedy: engineTrainingWords.startAgain(),
  });
}
