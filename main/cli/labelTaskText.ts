/** What an encoder's run learns and why it is that, with the flag that changes it. */
import type { RunConfiguration } from '../contract/entities.ts';
import { type LabelTask, missingClasses, reasonOf, type TaskReason } from '../contract/labels.ts';
import { integer } from './format.ts';

const shownClasses = 10;

/** For a dataset of an earlier version, whose missing labels are a class. */
export function missingClassesText({ labelTask }: Pick<RunConfiguration, 'labelTask'>): string | undefined {
  const missing = labelTask === undefined ? [] : missingClasses(labelTask);
  if (missing.length === 0) return undefined;
  const names = missing.map((label) => `"${label}"`).join(', ');
  return `Among the classes is ${names}. Where that stands for no label, import the file again: such rows are then left out.`;
}

/** Undefined for a model that writes. */
export function labelTaskText({ labelTask, training }: RunConfiguration): string | undefined {
  return labelTask === undefined
    ? undefined
    : `${whatOf(labelTask)}${whyOf(labelTask, reasonOf(labelTask, training.task))}`;
}

function whatOf({ kind, labels }: LabelTask): string {
  if (kind === 'regression') return 'a number';
  const shown = labels.slice(0, shownClasses).map((label) => (label.length > 40 ? `${label.slice(0, 39)}…` : label));
  return `${integer(labels.length)} classes: ${shown.join(', ')}${labels.length > shownClasses ? ', …' : ''}`;
}

function whyOf({ kind }: LabelTask, reason: TaskReason): string {
  if (reason === 'asked') return ` (as --task ${kind} asks)`;
  if (reason === 'fractions') return ' (labels have fractions; --task classification makes each a class)';
  return reason === 'wholeNumbers' ? ' (whole numbers are classes; --task regression takes them as values)' : '';
}
