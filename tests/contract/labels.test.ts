import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraftError } from '../../main/contract/errors.ts';
import { classIdOf, resolveLabelTask, sortLabels } from '../../main/contract/labels.ts';

const task = (labels: readonly string[], known: readonly string[] = ['LABEL_0', 'LABEL_1'], asked?: 'classification' | 'regression') =>
  resolveLabelTask({
    ...{ dataset: 'rows', asked, encoder: { labels: known } },
    counts: sortLabels(labels).map((label) => ({ label, rows: 1 })),
  });

describe('what an encoder learns', () => {
  test('fractions are a regression, whole numbers and words classes', () => {
    expect(task(['1', '2.5']).kind).toBe('regression');
    expect(task(['10', '9'])).toEqual({ kind: 'classification', labels: ['9', '10'] });
    expect(task(['no', 'yes', 'maybe']).labels).toEqual(['maybe', 'no', 'yes']);
    expect(task(['1', '2'], undefined, 'regression').kind).toBe('regression');
  });

  test('a base that knows the labels keeps its order, and lends its names to ids', () => {
    expect(task(['negative', 'positive'], ['positive', 'negative']).labels).toEqual(['positive', 'negative']);
    const named = task(['0', '1'], ['negative', 'positive']);
    expect(named.labels).toEqual(['negative', 'positive']);
    expect([classIdOf('1', named), classIdOf('negative', named), classIdOf('2', named)]).toEqual([1, 0, undefined]);
    expect(task(['0', '1']).labels).toEqual(['0', '1']);
  });

  test.each([
    [() => task(['same']), 'there is nothing to tell apart'],
    [() => task(['a', 'b'], undefined, 'regression'), 'A regression needs numbers'],
    [() => task(Array.from({ length: 1001 }, (_, id) => `id ${id}`)), 'at most 1000 can be classes'],
  ])('refuses labels that make no task', (make, words) => {
    expect(make).toThrow(words);
    expect(make).toThrow(GraftError);
  });

  test('every label has an id of its own, whatever it is called', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 20 }), (labels) => {
        const learned = task(labels, [], 'classification');
        expect(new Set(labels.map((label) => classIdOf(label, learned))).size).toBe(labels.length);
      }),
    );
  });
});
