/** What an encoder learns from labels, in a few words: how many classes and their first names, or a number. */
import type { LabelTask } from '../../main/contract/labels.ts';

export interface LearnsWords {
  readonly aNumber: string;
  readonly classes: (count: string) => string;
  readonly comma: string;
  readonly named: (classes: string, names: string) => string;
}

const mostNames = 8;
const longestName = 40;

export function learnsText({ kind, labels }: LabelTask, words: LearnsWords): string {
  if (kind === 'regression') return words.aNumber;
  const names = labels
    .slice(0, mostNames)
    .map((label) => (label.length > longestName ? `${label.slice(0, longestName - 1)}…` : label));
  const further = labels.length > mostNames ? '…' : '';
  return words.named(
    words.classes(labels.length.toLocaleString('en')),
    [...names, further].filter((name) => name !== '').join(words.comma),
  );
}
