/**
 * What an encoder is to learn from a dataset's labels: one of several classes, or a number. Labels are texts wherever they
 * come from; `1` and `1.5` are numbers by how they are written.
 */
import { GraftError } from './errors.ts';
import type { EncoderShape } from './families/family.ts';

/** What tables of texts with labels call their columns, likeliest first: of the text, and of a second one. */
export const textColumns = [
  'text',
  'sentence',
  'sentence1',
  'premise',
  'review',
  'content',
  'document',
  'body',
  'title',
  'tweet',
  'message',
  'question1',
];
export const secondTextColumns = ['text2', 'sentence2', 'hypothesis', 'text_pair', 'second', 'question2'];

export interface LabelCount {
  readonly label: string;
  readonly rows: number;
}

export const taskKinds = ['classification', 'regression'] as const;
export type TaskKind = (typeof taskKinds)[number];

/** `labels`: names of the classes by their ids; a regression has none. */
export interface LabelTask {
  readonly kind: TaskKind;
  readonly labels: readonly string[];
}

/** More classes than this in one dataset are taken for a mistake in its columns. */
const mostClasses = 1000;
const numberText = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function isNumberLabel(label: string): boolean {
  return numberText.test(label);
}

/** Numbers by value, other texts by code point; the same set gives the same ids everywhere. */
export function sortLabels(labels: readonly string[]): readonly string[] {
  const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  if (!labels.every(isNumberLabel)) return [...labels].sort(byText);
  return [...labels].sort((a, b) => Number(a) - Number(b) || byText(a, b));
}

/** Number of outputs of the head. */
export function outputsOf({ kind, labels }: LabelTask): number {
  return kind === 'regression' ? 1 : labels.length;
}

export interface TaskRequest {
  readonly dataset: string;
  /** What the person says it is; undefined: fractions are a regression, everything else classes. */
  readonly asked: TaskKind | undefined;
  readonly counts: readonly LabelCount[];
  readonly encoder: Pick<EncoderShape, 'labels'>;
}

/** Throws GraftError('invalid') where the labels do not make such a task. */
export function resolveLabelTask({ dataset, asked, counts, encoder }: TaskRequest): LabelTask {
  const labels = counts.map(({ label }) => label);
  const isNumeric = labels.every(isNumberLabel);
  const kind = asked ?? (isNumeric && labels.some((label) => !Number.isInteger(Number(label))) ? 'regression' : 'classification');
  if (kind === 'regression') {
    if (isNumeric) return { kind, labels: [] };
    const word = labels.find((label) => !isNumberLabel(label)) ?? '';
    throw taskError(
      `A regression needs numbers; the dataset ${dataset} has the label "${word.slice(0, 40)}".`,
      'Train it as a classification.',
    );
  }
  const [only] = labels;
  if (labels.length < 2) {
    const message = `Every row of the dataset ${dataset} has the label "${(only ?? '').slice(0, 40)}": there is nothing to tell apart.`;
    throw taskError(message, 'Add rows with other labels.');
  }
  if (labels.length > mostClasses) {
    const message = `The dataset ${dataset} has ${labels.length} different labels; at most ${mostClasses} can be classes.`;
    throw taskError(message, isNumeric ? 'Train it as a regression.' : 'Check which column holds the label.');
  }
  return { kind, labels: classNames(labels, encoder.labels) };
}

/** The base's own order where it knows these labels, and its own names where they are its ids. */
function classNames(labels: readonly string[], known: readonly string[]): readonly string[] {
  if (labels.length !== known.length) return labels;
  const isNamed = known.some((label) => !/^LABEL_\d+$/.test(label));
  const isIds = labels.every((label, id) => label === String(id));
  return labels.every((label) => known.includes(label)) || (isIds && isNamed) ? known : labels;
}

/** Of a label as the dataset has it: its class's id. */
export function classIdOf(label: string, { labels }: LabelTask): number | undefined {
  const named = labels.indexOf(label);
  const id = named >= 0 ? named : Number(label);
  return Number.isInteger(id) && id >= 0 && id < labels.length ? id : undefined;
}

function taskError(message: string, remedy: string): GraftError {
  return new GraftError('invalid', message, { field: 'dataset', remedy });
}
