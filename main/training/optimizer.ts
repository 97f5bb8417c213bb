/**
 * An optimizer as the trainer takes it. How tensors are packed is its choice: what shares a pack is one flat vector, so
 * that a step is a few operations and a checkpoint a few vectors, however many layers there are. Tensors are types
 * here: an update is written with their own methods, and nothing loads TensorFlow to read the options.
 */
import type { Tensor } from '@tensorflow/tfjs';
import type { TrainingPart } from './trainingPart.ts';

/** A trained tensor by name; `group` picks its learning rate. */
export interface TrainedShape {
  readonly name: string;
  readonly group: string;
  readonly shape: readonly number[];
}

/** The update ΔW = scale · B A of one module, by the names of its trained tensors. */
export interface FactorPair {
  readonly module: string;
  /** (r, in) */
  readonly a: string;
  /** (out, r) */
  readonly b: string;
  /** p (r) of a method that weighs the slots of its rank by r·softmax(p / temperature). */
  readonly gate?: { readonly tensor: string; readonly temperature: number };
  readonly scale: number;
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
}

/** A step of one pack. */
export interface PackStep<Options extends object = object> {
  readonly options: Options;
  readonly weightDecay: number;
  /** Of this pack at this step. */
  readonly learningRate: number;
  /** Steps of this optimizer, from 1. */
  readonly step: number;
}

/** Vectors of one pack and one length, by name; `parameters` among them. */
export type PackVectors = Readonly<Record<string, Tensor>>;

export interface Optimizer<Options extends object = object> extends TrainingPart<Options> {
  /** It limits gradients itself: the trainer's clipping by global norm is left out. */
  readonly ownsClipping: boolean;
  /** What it keeps between steps: vectors of the pack's length, zero at the start, saved under these names. */
  readonly moments: readonly string[];
  /** Every tensor in exactly one pack; the same tensors always pack alike. */
  packs(trained: readonly TrainedShape[], pairs: readonly FactorPair[], options: Options): readonly Pack[];
  /** What changes from step to step, computed in float64 on the host, so that nothing is recorded anew. */
  scalars(step: PackStep<Options>): Readonly<Record<string, number>>;
  /** Traced: `parameters` and `moments` after one update. `scalars` are scalar tensors. */
  update(
    vectors: PackVectors,
    gradient: Tensor,
    scalars: Readonly<Record<string, Tensor>>,
    options: Options,
  ): PackVectors;
}
