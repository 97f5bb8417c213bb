/**
 * Classification and regression of rows by an encoder: mean cross-entropy or squared error over rows, the head trained
 * beside the adapter. The base alone means the base with the head that the run started from.
 */
import type { AdapterHead } from '../adapters/adapterMethod.ts';
import type { EncoderInputs, EncoderModel } from '../models/encoderModel.ts';
import { softmaxLossSum, squaredLossSum } from '../ops/rowLoss.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';
import type { Batch } from './batches.ts';
import type { Learned, Objective, Scores } from './objective.ts';
import { classificationMetrics, regressionMetrics } from './taskMetrics.ts';

export function labelObjective(
  model: EncoderModel,
  head: AdapterHead,
  { recompute }: { readonly recompute: boolean },
): Objective {
  const { task } = head;
  const lossOf = task.kind === 'regression' ? squaredLossSum : softmaxLossSum;
  const startHead = Object.fromEntries(
    Object.entries(head.tensors).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
  );

  const outputsOf = (batch: NamedTensorMap, learned?: Learned): Tensor => {
    const { adapter, tensors, dropout } = learned ?? { tensors: startHead };
    const hidden = model.hidden(batch as Record<keyof EncoderInputs, Tensor>, { adapter, recompute });
    return model.logits(hidden, batch.ids.shape[1] as number, tensors, { adapter, dropout });
  };
  const evaluate: Objective['evaluate'] = (batch, learned) => {
    const outputs = outputsOf(batch, learned);
    return { lossSum: lossOf(outputs, batch.targets, batch.weights), outputs };
  };
  return {
    lossSum: (batch, learned) => lossOf(outputsOf(batch, learned), batch.targets, batch.weights),
    evaluate,
    startScores: () => startScores(task),
    dispose: () => tf.dispose(startHead),
  };
}

function startScores({ kind, labels }: AdapterHead['task']): Scores {
  const predicted: number[] = [];
  const actual: number[] = [];
  const read = kind === 'regression' ? ([value]: Float32Array): number => value : indexOfLargest;
  return {
    async add(batch: Batch, { outputs }: NamedTensorMap) {
      const values = (await outputs.data()) as Float32Array;
      const width = outputs.shape[1] as number;
      batch.labels?.forEach((label, row) => {
        actual.push(label);
        predicted.push(read(values.subarray(row * width, (row + 1) * width)));
      });
    },
    metrics: () => {
      return kind === 'regression'
        ? regressionMetrics(predicted, actual)
        : classificationMetrics(predicted, actual, labels.length);
    },
  };
}

function indexOfLargest(values: Float32Array): number {
  return values.reduce((best, value, at) => (value > values[best] ? at : best), 0);
}
