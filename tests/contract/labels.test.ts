import { fc } from '../support/properties.ts';
import { describe, expect, test } from 'vitest';
import { GraftError } from '../../main/contract/errors.ts';
import {
  classIdOf,
  continuedTask,
  orderCounts,
  reasonOf,
  resolveLabelTask,
  sortLabels,
  type TaskKind,
} from '../../main/contract/labels.ts';

interface Request {
  readonly known?: readonly string[];
  readonly asked?: TaskKind;
  readonly declared?: readonly string[];
}

const resolve = (labels: readonly string[], { known = ['LABEL_0', 'LABEL_1'], asked, declared }: Request = {}) => {
  const counts = sortLabels(labels).map((label) => ({ label, rows: 1 }));
  return resolveLabelTask({
    ...{ dataset: 'rows', asked, encoder: { labels: known }, isDeclared: declared !== undefined },
    counts: orderCounts(counts, declared ?? null),
  });
};
const task = (labels: readonly string[], known?: readonly string[], asked?: TaskKind) =>
  resolve(labels, { known, asked });

describe('what an encoder learns', () => {
  test('fractions are a regression, whole numbers and words classes', () => {
    expect(task(['1', '2.5']).kind).toBe('regression');
    expect(task(['10', '9'])).toEqual({ kind: 'classification', labels: ['9', '10'] });
    expect(task(['no', 'yes', 'maybe']).labels).toEqual(['maybe', 'no', 'yes']);
    expect(task(['1', '2'], undefined, 'regression').kind).toBe('regression');
  });

  test('the reason goes with it', () => {
    const why = (labels: readonly string[], request: Request = {}): string =>
      reasonOf(resolve(labels, request), request.asked);
    expect(why(['1', '2.5'])).toBe('fractions');
    expect(why(['1', '2', '3'])).toBe('wholeNumbers');
    expect(why(['0', '1'])).toBe('names');
    expect(why(['1', 'b'])).toBe('names');
    expect(why(['1', '2'], { asked: 'regression' })).toBe('asked');
  });

  test('whole numbers past 2^53 are no fractions and keep their order', () => {
    const labels = ['9007199254740993', '9007199254740992'];
    expect(task(labels)).toEqual({ kind: 'classification', labels: ['9007199254740992', '9007199254740993'] });
  });

  test('the file’s own classes keep their order, also those of no row; names that are fractions stay classes', () => {
    expect(resolve(['b', 'a'], { declared: ['z', 'b', 'a'] })).toEqual({
      kind: 'classification',
      labels: ['z', 'b', 'a'],
    });
    expect(resolve(['0.5', '1.5'], { declared: ['1.5', '0.5'] }).labels).toEqual(['1.5', '0.5']);
    expect(() => resolve(['b'], { declared: ['a', 'b'] })).toThrow('has the label "b": there is nothing to tell apart');
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
});

const classes = (labels: readonly string[]) => ({ kind: 'classification' as const, labels });

test('an adapter to start from keeps its names and ids for the same classes', () => {
  const initial = classes(['1.0', '0.0']);
  expect(continuedTask(classes(['0', '1']), initial)).toBe(initial);
  expect(continuedTask(classes(['0', '2']), initial)).toBeUndefined();
  expect(continuedTask(classes(['0', '1', '2']), initial)).toBeUndefined();
  expect(continuedTask({ kind: 'regression', labels: [] }, initial)).toBeUndefined();
});

describe('the class of a label', () => {
  test('another spelling of its name is the class, by exact value', () => {
    expect(classIdOf('1', classes(['0.0', '1.0']))).toBe(1);
    expect(classIdOf('true', classes(['False', 'True']))).toBe(1);
    expect(classIdOf('9007199254740993', classes(['9007199254740992', '9007199254740993']))).toBe(1);
    expect(classIdOf('caf\u0065\u0301', classes(['tea', 'caf\u00e9']))).toBe(1);
  });

  test('a number that is no class is none: it must not be taken for an id', () => {
    expect(classIdOf('0', classes(['1', '2', '3']))).toBeUndefined();
    expect(classIdOf('9007199254740993', classes(['9007199254740992', '9007199254740994']))).toBeUndefined();
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
