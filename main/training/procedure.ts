/**
 * How a run is cut into stages. Schedule and optimizer count steps within a stage and begin anew with the next; what a
 * stage learned stays under the following ones as a frozen update of low rank, never as a change of the base's weights.
 * Steps of data, evaluations, checkpoints and logs count through the whole run.
 */
import type { Said } from '../contract/words/words.ts';
import type { TrainingPart } from './trainingPart.ts';

export interface Stage {
  /** From 0. */
  readonly index: number;
  /** The first of its optimizer steps, counted from 1 over the run. */
  readonly firstStep: number;
  readonly steps: number;
}

export interface Procedure<Options extends object = object> extends TrainingPart<Options> {
  /** The stage that optimizer step `step` (from 1) of a run of `steps` belongs to: a function of these alone. */
  stageAt(step: number, steps: number, options: Options): Stage;
  /** How many stages lie frozen under the last one; absent where there is one stage. */
  earlierStages?(options: Options): number;
  /** The rank of stage `index`, at most that of the adapter; null or absent: that. */
  rankAt?(index: number, options: Options): number | null;
  /** The rank that the sum of all stages is brought to at the end; null or absent: it stays as it is. */
  endRank?(options: Options): number | null;
  /** What the run's history says where a stage after the first begins; absent where there is one stage. */
  begun?(stage: Stage, options: Options): Said;
  /** What it says of that, where it has an `endRank`. */
  compressed?(result: Compression): Said;
}

export interface Compression {
  /** Of the sum, and of what it became. */
  readonly from: number;
  readonly rank: number;
  /** ‖ΔW − ΔW'‖ / ‖ΔW‖ over all layers, Frobenius. */
  readonly error: number;
}
