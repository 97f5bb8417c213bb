/**
 * What a run learns, apart from how: the loss of a batch, and what an evaluation measures. Loop, steps, checkpoints and
 * resuming know batches and losses by this alone; a new kind of task is one more file of this shape.
 */
import type { Metrics } from '../../contract/metrics.ts';
import type { BoundAdapter } from '../adapters/adapterMethod.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';
import type { Batch } from './batches.ts';
import type { Dropout } from './dropoutPool.ts';

/** What is being trained, bound for one traced pass. */
export interface Learned {
  readonly adapter: BoundAdapter;
  /** Every trained tensor by name. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly dropout?: Dropout | undefined;
}

export interface Objective {
  /**
   * Traced: Σ of the batch's losses, a scalar. `batch` is what Batch.upload gives; without `learned` the base alone.
   */
  lossSum(batch: NamedTensorMap, learned?: Learned): Tensor;
  /** Traced: `lossSum` and whatever else the scores need. */
  evaluate(batch: NamedTensorMap, learned?: Learned): NamedTensorMap;
  /** For one evaluation; undefined where its loss says everything. */
  startScores(): Scores | undefined;
  dispose(): void;
}

export interface Scores {
  /** `outputs`: what `evaluate` gave for the batch; read here, disposed by the caller. */
  add(batch: Batch, outputs: NamedTensorMap): Promise<void>;
  metrics(): Metrics;
}
