/** What an encoder learns, in the words of either language; a thousand classes must not fill the screen. */
import { expect, it } from 'vitest';
import { classifyWords } from '../../../renderer/i18n/classify.ts';
import { learnsText } from '../../../renderer/lib/learnsText.ts';

const classes = (labels: readonly string[]) => ({ kind: 'classification' as const, labels });

it('names the classes, the first of many, and cuts what is long', () => {
  expect(learnsText(classes(['no', 'yes']), classifyWords.en)).toBe('2 classes: no, yes');
  expect(learnsText(classes(['no', 'yes']), classifyWords.ja)).toBe('2 クラス（no、yes）');
  const many = Array.from({ length: 1000 }, (_, id) => `class ${id}`);
  expect(learnsText(classes(many), classifyWords.en)).toBe(
    '1,000 classes: class 0, class 1, class 2, class 3, class 4, class 5, class 6, class 7, …',
  );
  expect(learnsText(classes(['x'.repeat(100), 'y']), classifyWords.en)).toBe(`2 classes: ${'x'.repeat(39)}…, y`);
});

it('says a number for a regression', () => {
  expect(learnsText({ kind: 'regression', labels: [] }, classifyWords.en)).toBe('a number');
});
