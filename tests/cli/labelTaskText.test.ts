/**
 * What a run learns must be said with the flag that changes it: integer ratings are classes unless a person knows how
 * to ask.
 */
import { expect, test } from 'vitest';
import { labelTaskText, missingClassesText } from '../../main/cli/labelTaskText.ts';
import type { RunConfiguration } from '../../main/contract/entities.ts';
import type { LabelTask, TaskKind } from '../../main/contract/labels.ts';

const textOf = (labelTask?: LabelTask, task?: TaskKind): string | undefined =>
  labelTaskText({ ...(labelTask && { labelTask }), training: { task } } as RunConfiguration);
const classes = (labels: readonly string[]): LabelTask => ({ kind: 'classification', labels });

test('says classes or a number, why, and how to change it', () => {
  expect(textOf(classes(['bad', 'good']))).toBe('2 classes: bad, good');
  expect(textOf(classes(['1', '2', '3']))).toBe(
    '3 classes: 1, 2, 3 (whole numbers are classes; --task regression takes them as values)',
  );
  expect(textOf({ kind: 'regression', labels: [] })).toBe(
    'a number (labels have fractions; --task classification makes each a class)',
  );
  expect(textOf({ kind: 'regression', labels: [] }, 'regression')).toBe('a number (as --task regression asks)');
});

test('a model that writes learns none', () => expect(textOf()).toBeUndefined());

test('a class of missing labels, as earlier versions made it, is said', () => {
  expect(missingClassesText({ labelTask: classes(['0.0', '1.0', 'nan']) })).toMatch(
    /is "nan"\. .*import the file again/,
  );
  expect(missingClassesText({ labelTask: classes(['none', 'some']) })).toBeUndefined();
});
