/**
 * Something that acts between two optimizer steps: it reads and writes weights and moments by name, and keeps a state
 * of its own, which checkpoints hold. What it did is told to the run's history and marked in the chart.
 */
import type { Said } from '../contract/words/words.ts';
import type { FactorPair } from '../methods/factorPair.ts';
import type { PairShape } from './optimizer.ts';
import type { TrainingPart } from './trainingPart.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a callback keeps from one time to the next; it may replace both. */
export interface CallbackState {
  json: Json;
  tensors: Readonly<Record<string, Float32Array>>;
}

/** The run between two steps, on the host. */
export interface TrainingView {
  /** Optimizer steps finished, and planned. */
  readonly step: number;
  readonly steps: number;
  readonly pairs: readonly FactorPair[];
  /** Vectors that the optimizer keeps for each tensor. */
  readonly moments: readonly string[];
  /** A trained tensor, or one of its moments, row-major. What is written into it goes on from the next step on. */
  values(tensor: string, vector?: string): Float32Array;
  readonly kept: CallbackState;
}

export interface StepCallback<Options extends object = object> extends TrainingPart<Options> {
  /** Whether it acts once `step` optimizer steps of a run of `steps` are finished: a function of these alone. */
  dueAt(step: number, steps: number, options: Options): boolean;
  /** Numbers that it keeps of a pair from one time to the next; `moments`: of vectors that the optimizer has. */
  keptOf?(pair: PairShape, moments: number): number;
  /** What there is to tell; null for nothing. */
  apply(view: TrainingView, options: Options): Said | null;
}
