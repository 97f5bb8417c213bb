/**
 * Metrics as GLUE defines them (Wang et al. 2018, arXiv 1804.07461): accuracy; F1 of class 1 (two classes) or the mean
 * of each class's own; Matthews correlation (for several classes Gorodkin's R_K); Pearson and Spearman, ties averaged.
 */
import { meanOf } from '../../evaluation/metrics/metric.ts';
import type { Metrics } from '../../contract/metrics.ts';

/** Class ids of the same rows. F1 is `f1` for two classes and `f1Macro` for more. */
export function classificationMetrics(
  predicted: readonly number[],
  actual: readonly number[],
  classes: number,
): Metrics {
  const f1 = classes === 2 ? { f1: f1Of(predicted, actual, 1) } : { f1Macro: f1Macro(predicted, actual) };
  const accuracy = meanOf(predicted.map((label, row) => Number(label === actual[row]))).corpus ?? NaN;
  return { accuracy, ...f1, matthews: matthews(predicted, actual, classes) };
}

/** Values of the same rows; correlations that are not defined are left out. */
export function regressionMetrics(predicted: readonly number[], actual: readonly number[]): Metrics {
  const pairs = { pearson: pearson(predicted, actual), spearman: spearman(predicted, actual) };
  return Object.fromEntries(Object.entries(pairs).filter(([, value]) => Number.isFinite(value)));
}

/** 2 TP / (2 TP + FP + FN); 0 where the class neither is nor was predicted, as scikit-learn has it. */
export function f1Of(predicted: readonly number[], actual: readonly number[], positive: number): number {
  const truePositives = countWhere(actual, (label, row) => label === positive && predicted[row] === positive);
  const wrong = countWhere(actual, (label, row) => (label === positive) !== (predicted[row] === positive));
  return truePositives === 0 ? 0 : (2 * truePositives) / (2 * truePositives + wrong);
}

/** Unweighted, over the classes that occur in either. */
export function f1Macro(predicted: readonly number[], actual: readonly number[]): number {
  const classes = [...new Set([...predicted, ...actual])];
  return classes.reduce((sum, label) => sum + f1Of(predicted, actual, label), 0) / classes.length;
}

/**
 * (c n − Σ tₖ pₖ) / √((n² − Σ pₖ²)(n² − Σ tₖ²)), c rows right, tₖ rows of class k, pₖ predicted as k; 0 where
 * undefined.
 */
export function matthews(predicted: readonly number[], actual: readonly number[], classes: number): number {
  const n = actual.length;
  const correct = countWhere(actual, (label, row) => predicted[row] === label);
  const [t, p] = [actual, predicted].map((labels) => countEach(labels, classes));
  const products = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, count, label) => sum + count * b[label], 0);
  const spread = (n * n - products(p, p)) * (n * n - products(t, t));
  return spread === 0 ? 0 : (correct * n - products(t, p)) / Math.sqrt(spread);
}

/** NaN where either is constant. */
export function pearson(x: readonly number[], y: readonly number[]): number {
  const [dx, dy] = [x, y].map(deviations);
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, row) => sum + value * b[row], 0);
  return dot(dx, dy) / Math.sqrt(dot(dx, dx) * dot(dy, dy));
}

/** Pearson of the ranks; equal values share the mean of their ranks. */
export function spearman(x: readonly number[], y: readonly number[]): number {
  return pearson(ranks(x), ranks(y));
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, row) => row).sort((a, b) => values[a] - values[b]);
  const result = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let at = from; at < to; at++) result[order[at]] = (from + to - 1) / 2;
    from = to;
  }
  return result;
}

function deviations(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function countEach(labels: readonly number[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] += 1;
  return counts;
}

function countWhere(values: readonly number[], test: (value: number, row: number) => boolean): number {
  return values.reduce((count, value, row) => count + (test(value, row) ? 1 : 0), 0);
}
