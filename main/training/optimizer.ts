/**
 * An optimizer as the trainer takes it. How tensors are packed is its choice: what shares a pack is one flat vector, so
 * that a step is a few operations and a checkpoint a few vectors, however many layers there are. A pack is updated on
 * the device (`update`), or pair by pair on the host (`updateOnHost`), for what looks at A and B of a module together.
 * Tensors are types here: an update is written with their own methods, and nothing loads TensorFlow to read options.
 *
 * A tensor without a gradient in a step is left out of it: its values, its moments and its own count of steps stay. One
 * with a gradient of zeros is not.
 */
import type { Tensor } from '@tensorflow/tfjs';
import type { Said } from '../contract/words/words.ts';
import type { FactorPair } from '../methods/factorPair.ts';
import type { TrainingPart } from './trainingPart.ts';

/** A trained tensor by name; `group` picks its learning rate. */
export interface TrainedShape {
  readonly name: string;
  readonly group: string;
  readonly shape: readonly number[];
}

/** What is packed together. */
export interface Pack {
  /** Begins the keys of its vectors in the training state: unlike any other of the run, and kept in checkpoints. */
  readonly name: string;
  /** Learning-rate group, and what its rate is multiplied by. */
  readonly group: string;
  readonly rateFactor: number;
  /** Names, in the order of the vector. */
  readonly tensors: readonly string[];
  /** `pairs`: by `updateOnHost`; `never`: they stay as they are and get no gradient. Absent: by `update`. */
  readonly updated?: 'pairs' | 'never';
}

/** A step of one tensor or, where all take part, of one pack. */
export interface PackStep<Options extends object = object> {
  readonly options: Options;
  readonly weightDecay: number;
  /** Of this pack at this step. */
  readonly learningRate: number;
  /** Steps of this optimizer that the tensor took part in, from 1. */
  readonly step: number;
}

/** Vectors of one pack and one length, by name; `parameters` among them. */
export type PackVectors = Readonly<Record<string, Tensor>>;

/** Sizes of the factors of one module. */
export interface PairShape {
  readonly module: string;
  readonly rank: number;
  readonly inFeatures: number;
  readonly outFeatures: number;
}

/** Both factors of one module on the host, row-major; `updateOnHost` writes into them. */
export interface HostPair extends PairShape {
  /** (r, in) */
  readonly a: Float32Array;
  /** (out, r) */
  readonly b: Float32Array;
  readonly scale: number;
  readonly learningRate: number;
  /** Steps of this optimizer that it took part in, from 1. */
  readonly step: number;
}

/** Of one pair, in the shapes of its factors; null of a factor that is never updated. */
export interface PairGradients {
  readonly a: Float32Array | null;
  readonly b: Float32Array | null;
}

/** What an optimizer keeps of one pair between steps, by the names of `stateOf`; it writes into them. */
export type PairState = Readonly<Record<string, Float32Array>>;

/** What of a run every pair of a step shares. */
export interface HostStep<Options extends object = object> {
  readonly options: Options;
  readonly weightDecay: number;
}

export interface Optimizer<Options extends object = object> extends TrainingPart<Options> {
  /** It limits gradients itself: the trainer's clipping by global norm is left out. */
  readonly ownsClipping: boolean;
  /** What it keeps of packs on the device: vectors of the pack's length, zero at the start, saved under these names. */
  readonly moments: readonly string[];
  /** Every tensor in exactly one pack; the same tensors always pack alike. */
  packs(trained: readonly TrainedShape[], pairs: readonly FactorPair[], options: Options): readonly Pack[];
  /** What changes from step to step, computed in float64 on the host, so that nothing is recorded anew. */
  scalars(step: PackStep<Options>): Readonly<Record<string, number>>;
  /** Traced: `parameters` and `moments` after one update. `scalars` are scalar tensors, or vectors as long as these. */
  update(
    vectors: PackVectors,
    gradient: Tensor,
    scalars: Readonly<Record<string, Tensor>>,
    options: Options,
  ): PackVectors;
  /** Elements of each vector that it keeps of a pair: float32, zero at the start. */
  stateOf?(pair: PairShape, options: Options): Readonly<Record<string, number>>;
  /**
   * One update of all pairs that have a gradient: clipped by the trainer unless it `ownsClipping`, finite, and those of
   * all micro-batches together. Gives what a person should know of it, once a run; null for nothing.
   */
  updateOnHost?(
    pairs: readonly HostPair[],
    gradients: readonly PairGradients[],
    state: readonly PairState[],
    step: HostStep<Options>,
  ): Said | null;
}
