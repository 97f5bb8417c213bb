/**
 * Rows of a text (or two) with a label, as either kind of model takes them: an encoder learns the label itself, a model
 * that writes learns it as the answer. Surprising: datasets of earlier versions hold their labels as completions.
 */
import type { DatasetFormat } from '../contract/entities.ts';
import type { Example } from './example.ts';

/** Formats with a column for the label of a row. */
export const labelledFormats: readonly DatasetFormat[] = ['classification', 'tokens'];

export interface LabelledRow {
  readonly text: string;
  readonly second?: string | undefined;
  readonly label: string;
}

type Completion = Pick<Extract<Example, { readonly kind: 'completion' }>, 'prompt' | 'completion'>;

/** What a model that writes is asked. */
export function questionOf({ text, second }: Pick<LabelledRow, 'text' | 'second'>): string {
  return second === undefined ? text : `${text}\n\n${second}`;
}

export function asCompletion(example: Extract<Example, { readonly kind: 'completion' | 'labelled' }>): Completion {
  return example.kind === 'completion' ? example : { prompt: questionOf(example), completion: example.label };
}

/** The label of any row that has one. */
export function labelIn(example: Example): string | undefined {
  return example.kind === 'tokens' ? example.label?.trim() : findLabelled(example)?.label;
}

/**
 * Of a row in a dataset of the format `classification`; undefined for one that is a conversation. Labels have no outer
 * blanks.
 */
export function findLabelled(example: Example): LabelledRow | undefined {
  if (example.kind === 'labelled') return { ...example, label: example.label.trim() };
  if (example.kind === 'completion') return { text: example.prompt, label: example.completion.trim() };
  return undefined;
}
