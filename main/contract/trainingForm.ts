/**
 * What the studio keeps of a project's training form, so that it is there again after another screen, a reload and a
 * restart.
 */

/** A TrainRequest in the making: only what a person gave, also what does not hold yet. */
export type TrainingDraft = Readonly<Record<string, unknown>>;

export interface KeptTrainingForm {
  /** null: nothing was changed since the last start. */
  readonly draft: TrainingDraft | null;
  /** As the last run of this form was asked for; null where there was none. */
  readonly last: TrainingDraft | null;
}

/** Of a draft, as JSON: settings of a run are a few kilobytes, and prompts some more. */
export const longestDraft = 1_000_000;
