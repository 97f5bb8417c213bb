/** Every sentence that the reading of labels can write has its Japanese: one worded anew in the studio must not come out in English. */
import { expect, it } from 'vitest';
import { LabelCensus, noLabelError } from '../../../main/datasets/labels/labelRules.ts';
import { labelSentence } from '../../../renderer/i18n/labelSentences.ts';

function sentencesOf(values: readonly unknown[], declared: readonly string[] | null = null): readonly string[] {
  const census = new LabelCensus(() => declared);
  for (const value of values) census.add(value);
  const rules = census.rules();
  const reasons = values.map((value) => rules.read(value)).flatMap((decision) => ('reason' in decision ? [decision.reason] : []));
  const problem = rules.problem === null ? [] : [noLabelError('rows.csv', 'label', rules.problem)];
  return [...rules.notices, ...reasons, ...problem.map(({ message, data }) => `${message} ${data.remedy ?? ''}`)];
}

const many = Array.from({ length: 30 }, () => ['mild', 'severe']).flat();
interface Case {
  readonly values: readonly unknown[];
  /** Classes that the file lists. */
  readonly declared?: readonly string[];
}

const cases: readonly Case[] = [
  { values: ['1', '1.0', '2', '2.0', '3', 'NaN', null, [], ['a', 'b'], { a: 1 }, 'a\u0001'] },
  { values: ['0.0', '1.0', 'NA'] },
  { values: ['2,5', '3', 'inf'] },
  { values: [...Array.from({ length: 20 }, (_, row) => row / 8), 'unknown'] },
  { values: ['1,234', '12,500'] },
  { values: ['Positive', 'positive', '01', '1'] },
  { values: [...many, 'None'] },
  { values: ['mild', 'None'] },
  { values: ['-1', '0', '1'] },
  { values: ['-1', '-1'] },
  { values: [null, ''] },
  { values: ['joy', 'anger', 'joy,anger'] },
  { values: ['a'], declared: ['a', 'b'] },
  { values: ['a'], declared: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] },
];

it.each(cases)('$values', ({ values, declared = null }) => {
  const sentences = sentencesOf(values, declared);
  expect(sentences.length).toBeGreaterThan(0);
  for (const sentence of sentences) {
    const shown = labelSentence(sentence, 'ja');
    expect(shown).toMatch(/[ぁ-ん]/);
    expect(shown.replace('列 label', '')).not.toMatch(/\b(and|the|label|rows?|class)\b(?!\.csv)/);
    expect(labelSentence(sentence, 'en')).toBe(sentence);
  }
});

it('names the labels as they are', () => {
  expect(labelSentence('Labels that mean the same are one class: "1" and "1.0"; "2" and "2.0"; and 3 more.', 'ja')).toBe(
    '同じ意味のラベルは 1 つのクラスにまとめます: "1" と "1.0"、"2" と "2.0" ほか 3 件。',
  );
  expect(labelSentence('Left out as missing: 1 row with the label "None". Where it is a class, call it otherwise in the file.', 'ja')).toBe(
    'ラベルなしとして 1 行を除きます（ラベル "None"）。クラスの名前なら、ファイルで別の名前にしてください。',
  );
  expect(labelSentence('not JSON', 'ja')).toBe('not JSON');
});
