/**
 * What an encoder is to learn from a dataset's labels: one of several classes, or a number. Labels are texts wherever
 * they come from; `1` and `1.5` are numbers by how they are written (labelText.ts).
 */
import { GraftError } from './errors.ts';
import type { EncoderShape } from './families/family.ts';
import { isFractionLabel, isMissingLabel, isNumberLabel, labelKey } from './labelText.ts';
import { targetWords as words } from './words/targets.ts';
import type { Said } from './words/words.ts';

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

/** Numbers by value, other texts by code point; the same set gives the same ids everywhere. */
export function sortLabels(labels: readonly string[]): readonly string[] {
  const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  if (!labels.every(isNumberLabel)) return [...labels].sort(byText);
  return [...labels].sort((a, b) => Number(a) - Number(b) || byText(a, b));
}

/** Counts in the order of the file's own classes, which are all there, with the others behind them. */
export function orderCounts(counts: readonly LabelCount[], classes: readonly string[] | null): readonly LabelCount[] {
  if (classes === null) return counts;
  const rows = new Map(counts.map(({ label, rows: count }) => [label, count]));
  const declared = classes.map((label) => ({ label, rows: rows.get(label) ?? 0 }));
  return [...declared, ...counts.filter(({ label }) => !classes.includes(label))];
}

/** Number of outputs of the head. */
export function outputsOf({ kind, labels }: LabelTask): number {
  return kind === 'regression' ? 1 : labels.length;
}

export interface TaskRequest {
  readonly dataset: string;
  /** What the person says it is; undefined: the labels say it. */
  readonly asked: TaskKind | undefined;
  /** In the order that classes get. */
  readonly counts: readonly LabelCount[];
  /** Whether the dataset's file lists its classes. */
  readonly isDeclared: boolean;
  readonly encoder: Pick<EncoderShape, 'labels'>;
}

/** Whether labels that nobody lists as classes are values to come near to: numbers, some of them fractions. */
export function areValues(labels: readonly string[]): boolean {
  return labels.every(isNumberLabel) && labels.some(isFractionLabel);
}

/** Throws GraftError('invalid') where the labels do not make such a task. */
export function resolveLabelTask({ dataset, asked, counts, isDeclared, encoder }: TaskRequest): LabelTask {
  const labels = counts.map(({ label }) => label);
  const kind = asked ?? (!isDeclared && areValues(labels) ? 'regression' : 'classification');
  if (kind === 'classification') refuseClasses(dataset, counts);
  else refuseWords(dataset, labels);
  return { kind, labels: kind === 'regression' ? [] : classNames(labels, encoder.labels) };
}

/** Why a task is classes or values: asked for, or by its labels. */
export type TaskReason = 'asked' | 'fractions' | 'wholeNumbers' | 'names';

/** Two whole numbers are as good as names: nobody takes them for values. */
export function reasonOf({ kind, labels }: LabelTask, asked: TaskKind | undefined): TaskReason {
  if (asked !== undefined) return 'asked';
  if (kind === 'regression') return 'fractions';
  return labels.length > 2 && labels.every(isNumberLabel) ? 'wholeNumbers' : 'names';
}

/**
 * Classes called by what programs write for a missing value: of a dataset that an earlier version imported, or meant
 * so.
 */
export function missingClasses({ labels }: LabelTask): readonly string[] {
  return labels.filter(isMissingLabel);
}

/**
 * The task of an adapter to start from, where the dataset has its classes, be it in another order or spelling: names
 * and ids stay the adapter's own. Undefined where it is another task.
 */
export function continuedTask({ kind, labels }: LabelTask, initial: LabelTask): LabelTask | undefined {
  const keys = new Set(labels.map(labelKey));
  const known = new Set(initial.labels.map(labelKey));
  return kind === initial.kind && keys.size === known.size && [...keys].every((key) => known.has(key))
    ? initial
    : undefined;
}

function refuseWords(dataset: string, labels: readonly string[]): void {
  const word = labels.find((label) => !isNumberLabel(label));
  if (word === undefined) return;
  throw taskError(words.needsNumbers({ dataset, label: word.slice(0, 40) }), words.asClassification());
}

function refuseClasses(dataset: string, counts: readonly LabelCount[]): void {
  const present = counts.filter(({ rows }) => rows > 0);
  if (present.length < 2) {
    const only = (present[0]?.label ?? '').slice(0, 40);
    throw taskError(words.oneLabel({ dataset, label: only }), words.addLabels());
  }
  if (counts.length <= mostClasses) return;
  const isNumeric = counts.every(({ label }) => isNumberLabel(label));
  const message = words.tooManyClasses({ dataset, labels: counts.length, most: mostClasses });
  throw taskError(message, isNumeric ? words.asRegression() : words.checkLabelColumn());
}

/** The base's own order where it knows these labels, and its own names where they are its ids. */
function classNames(labels: readonly string[], known: readonly string[]): readonly string[] {
  if (labels.length !== known.length) return labels;
  const isNamed = known.some((label) => !/^LABEL_\d+$/.test(label));
  const isIds = labels.every((label, id) => label === String(id));
  return labels.every((label) => known.includes(label)) || (isIds && isNamed) ? known : labels;
}

interface ClassIds {
  readonly byName: ReadonlyMap<string, number>;
  /** By labelText.ts; of two names with one key the first. */
  readonly byKey: ReadonlyMap<string, number>;
}

const knownIds = new WeakMap<readonly string[], ClassIds>();

/** Of a label as the dataset has it: its class's id. Other spellings of a name are that class too (labelText.ts). */
export function classIdOf(label: string, { labels }: LabelTask): number | undefined {
  const ids = knownIds.get(labels) ?? idsOf(labels);
  knownIds.set(labels, ids);
  const named = ids.byName.get(label) ?? ids.byKey.get(labelKey(label));
  if (named !== undefined || labels.some(isNumberLabel)) return named;
  // Ids of classes that the base has names for.
  return /^\d{1,9}$/.test(label) && Number(label) < labels.length ? Number(label) : undefined;
}

function idsOf(labels: readonly string[]): ClassIds {
  const byName = new Map(labels.map((label, id) => [label, id]));
  const byKey = new Map(labels.map((label, id) => [labelKey(label), id] as const).reverse());
  return { byName, byKey };
}

function taskError(message: Said, remedy: Said): GraftError {
  return new GraftError('invalid', message, { field: 'dataset', remedy });
}
