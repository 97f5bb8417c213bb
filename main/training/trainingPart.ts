/**
 * What every exchangeable part of training says of itself: optimizers, callbacks, procedures. Plain data that command
 * line, form and engine all read, so a part is one file and one line of the registry.
 */
import type { z } from 'zod';
import type { Problem } from '../contract/errors.ts';
import type { MethodSpec } from '../methods/methodSpec.ts';
import type { PairShape } from './optimizer.ts';
import type { Speaker, Translated } from '../contract/words/words.ts';

export interface TrainingPart<Options extends object = object> {
  /** As it is chosen, and kept in runs and checkpoints. */
  readonly id: string;
  readonly title: Translated;
  /** One sentence for a person. */
  readonly summary: Translated;
  readonly paper?: string;
  /** What adapters it is for, as methods say it of theirs; absent where any will do. */
  readonly needs?: NonNullable<MethodSpec['pairs']>['kind'];
  /** What it tells a run's history, where it does. */
  readonly words?: Readonly<Record<string, Speaker<never>>>;
  /**
   * Flat object schema; every field has a default and .meta({ title, description, ja, advanced }). The fields stand
   * among the settings of training: parts that share one mean the same by it.
   */
  readonly options: z.ZodType<Options> & { readonly shape: Readonly<Record<string, z.ZodType>> };
  /** What it cannot be trained with; empty when all is well. */
  check?(options: Options, run: RunLimits): readonly Problem[];
  /** The same once rows are counted and layers are known. */
  checkPlan?(options: Options, plan: RunPlan): readonly Problem[];
}

/** What a run comes to, before it starts. */
export interface RunPlan {
  readonly steps: number;
  /** On average. */
  readonly trainedTokensPerStep: number;
  readonly pairs: readonly PairShape[];
  /** Rather than from a fresh one. */
  readonly startsFromAdapter: boolean;
  /** Of this machine, on the host. */
  readonly freeMemoryBytes: number;
}

/** What of a run's settings a part may hang on. */
export interface RunLimits {
  /** undefined where they follow from epochs and rows. */
  readonly steps?: number | undefined;
  readonly earlyStopPatience?: number;
}
