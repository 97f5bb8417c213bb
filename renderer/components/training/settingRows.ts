/** A run's decided settings as rows to read, and those in which several runs differ. */
import type { RunConfiguration } from '../../../main/contract/entities.ts';
import { methodTitle } from '../../lib/methodTitle.ts';

export interface SettingRow {
  /** Of a setting, or `model` and `dataset`. */
  readonly name: string;
  readonly value: unknown;
}

export interface Difference {
  readonly name: string;
  /** One for each run; undefined where its method has no such option. */
  readonly values: readonly unknown[];
}

/**
 * What was given and has since been decided by another of the settings: steps, learning rates by group, warm-up steps.
 */
const decided = new Set(['epochs', 'learningRate', 'warmupRatio']);

const mostClasses = 20;

/**
 * In the order of the form: method and its options, layers, training, machine. `targets` are given as their last names.
 */
export function settingRows({ method, targets, training, ...machine }: RunConfiguration): readonly SettingRow[] {
  const { backend, device, precision, threads, initAdapter, labelTask, evalDataset, testDataset } = machine;
  const all: Readonly<Record<string, unknown>> = {
    ...{ method: methodTitle(method.id) },
    ...method.options,
    targets: shortTargets(targets),
    ...training,
    ...(labelTask && { task: labelTask.kind, classes: shownClasses(labelTask.labels) }),
    ...{ evalDataset: evalDataset?.name, testDataset: testDataset?.name },
    ...{ backend, device, precision, threads, initAdapter },
  };
  return Object.entries(all)
    .filter(([name, value]) => value !== undefined && value !== null && !decided.has(name))
    .map(([name, value]) => ({ name, value }));
}

/** The first of many with their number; undefined where there are none. */
function shownClasses(labels: readonly string[]): readonly string[] | undefined {
  if (labels.length <= mostClasses) return labels.length === 0 ? undefined : labels;
  return [...labels.slice(0, mostClasses), `… ${labels.length.toLocaleString('en')}`];
}

/** Only what is not the same in all of them. */
export function differences(runs: readonly (readonly SettingRow[])[]): readonly Difference[] {
  const names = [...new Set(runs.flatMap((rows) => rows.map(({ name }) => name)))];
  return names
    .map((name) => ({ name, values: runs.map((rows) => rows.find((row) => row.name === name)?.value) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1);
}

/** Last parts of module paths, with how many layers each is in: `q_proj ×30`. */
export function shortTargets(targets: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const target of targets) {
    const name = target.slice(target.lastIndexOf('.') + 1);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => (count === 1 ? name : `${name} ×${count}`));
}

export interface SettingWords {
  readonly on: string;
  readonly off: string;
  readonly none: string;
}

/** As short as it can be said; a record is `name value, name value`. */
export function settingText(value: unknown, words: SettingWords): string {
  if (value === undefined || value === null || value === '') return words.none;
  if (typeof value === 'boolean') return value ? words.on : words.off;
  if (typeof value === 'number') return Number.isInteger(value) ? value.toLocaleString('en') : numberText(value);
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    return value.length === 0 ? words.none : value.map((each) => settingText(each, words)).join(', ');
  const entries = Object.entries(value);
  if (entries.length === 0) return words.none;
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && only[0] === 'default') return settingText(only[1], words);
  return entries.map(([name, each]) => `${name} ${settingText(each, words)}`).join(', ');
}

/** Learning rates as 4e-3 would be 0.004; below a thousandth with an exponent. */
export function numberText(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential().replace('e-0', 'e-');
  return String(value);
}
