/** What trainOnce.ts is asked and answers, and how it is asked: in a process of its own, so that a peak is its own. */
import path from 'node:path';
import type { EngineSettings } from '../../main/contract/engine.ts';
import { lastJsonOf } from './lastJsonOf.ts';

export interface TrainCase {
  readonly method: string;
  readonly precision: string;
  /** Default TensorFlow. */
  readonly backend?: EngineSettings['backend'] | undefined;
  /** Rows of a step, and tokens of each. */
  readonly batch: number;
  readonly length: number;
  /** Default 8. */
  readonly steps?: number;
  /** Of the method and of training, where they are not the defaults. */
  readonly options?: object;
  readonly training?: object;
}

export interface TrainMeasurement {
  readonly trainable: number;
  /** Bytes of the adapter's tensors. */
  readonly stored: number;
  /** Until the first step: model, adapter's beginning, data. */
  readonly open_s: number;
  /** Mean of the steps after the first ones; the quickest. */
  readonly step_s: number;
  readonly best_step_s: number;
  readonly peak_rss_mb: number;
  /** What Graft says before such a run. */
  readonly estimated_mb: number;
}

/** Throws Error with the end of what the process said where it fails. */
export function measureTraining(model: string, asked: TrainCase): TrainMeasurement {
  const script = path.join(import.meta.dirname, 'trainOnce.ts');
  return lastJsonOf(process.execPath, [script, model, JSON.stringify(asked)]) as TrainMeasurement;
}
