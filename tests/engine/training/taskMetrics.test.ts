/**
 * Metrics against worked values that others published: the examples in scikit-learn's and SciPy's own reference pages.
 */
import { describe, expect, test } from 'vitest';
import {
  classificationMetrics,
  f1Macro,
  f1Of,
  matthews,
  pearson,
  regressionMetrics,
  spearman,
} from '../../../main/engine/training/taskMetrics.ts';

describe('worked values', () => {
  test('F1 of class 1: example of scikit-learn’s user guide, "Binary classification"', () => {
    expect(f1Of([0, 1, 0, 0], [0, 1, 0, 1], 1)).toBeCloseTo(0.6666, 3);
  });

  test('mean F1: example of sklearn.metrics.f1_score', () => {
    expect(f1Macro([0, 2, 1, 0, 0, 1], [0, 1, 2, 0, 1, 2])).toBeCloseTo(0.26666, 4);
  });

  test('Matthews correlation: example of sklearn.metrics.matthews_corrcoef', () => {
    expect(matthews([1, 0, 1, 1], [1, 1, 1, 0], 2)).toBeCloseTo(-0.3333, 3);
  });

  test('Pearson correlation: example of scipy.stats.pearsonr', () => {
    expect(pearson([1, 2, 3, 4, 5, 6, 7], [10, 9, 2.5, 6, 4, 3, 2])).toBeCloseTo(-0.828503883588428, 12);
  });

  test('Spearman correlation with a tie: example of scipy.stats.spearmanr', () => {
    expect(spearman([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])).toBeCloseTo(0.8207826816681233, 12);
  });
});

/** Printed by scikit-learn 1.9.1 and SciPy 1.17.1 for rows of no reference page. */
describe('values of other programs', () => {
  test('three classes', () => {
    const metrics = classificationMetrics([0, 0, 1, 1, 1, 2, 1, 2, 0, 2], [0, 0, 0, 1, 1, 1, 1, 2, 2, 2], 3);
    expect(metrics).toEqual({
      accuracy: 0.7,
      f1Macro: expect.closeTo(0.6944444444444443, 12),
      matthews: expect.closeTo(0.5454545454545454, 12),
    });
  });

  test('two classes, class 1 being the positive one', () => {
    const metrics = classificationMetrics([0, 1, 1, 1, 0, 0, 1, 0], [0, 1, 0, 1, 1, 0, 1, 1], 2);
    expect(metrics).toEqual({
      accuracy: 0.625,
      f1: expect.closeTo(0.6666666666666666, 12),
      matthews: expect.closeTo(0.2581988897471611, 12),
    });
  });

  test('ranks with ties on both sides', () => {
    expect(spearman([1, 2, 2, 3, 5], [5, 5, 7, 6, 9])).toBeCloseTo(0.7631578947368421, 12);
  });
});

describe('without a value', () => {
  test('one class everywhere gives a Matthews correlation of 0 and not NaN', () => {
    expect(classificationMetrics([1, 1], [1, 1], 2)).toEqual({ accuracy: 1, f1: 1, matthews: 0 });
  });

  test('a correlation with constant predictions is left out', () => {
    expect(regressionMetrics([2, 2, 2], [1, 2, 3])).toEqual({});
  });
});
