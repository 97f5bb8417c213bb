/**
 * A run's steps as columns of numbers, thinned out to the width of a chart. What was read once stays in memory for the
 * few runs that were looked at last, so that a live chart reads its new steps alone; a run that was started again is
 * read anew, because resuming measures steps a second time.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { Curve, CurveMetric, CurveQuery } from '../contract/runHistory.ts';

type StepRow = readonly [
  step: number,
  loss: number | null,
  gradNorm: number | null,
  learningRate: number | null,
  speed: number | null,
];

interface Columns {
  /** Changes with each start of the run. */
  readonly startedAt: number | null;
  length: number;
  steps: Float64Array;
  readonly values: Record<CurveMetric, Float64Array>;
}

const keptRuns = 4;
const firstCapacity = 1024;

const stepsQuery = `
SELECT step, loss, grad_norm, learning_rate, tokens * 1000.0 / nullif(step_ms, 0) FROM run_steps
WHERE run_id = ? AND step > ? ORDER BY step`;

export class RunCurveReader {
  private readonly readSteps: Statement<[string, number], StepRow>;
  private readonly readStanding: Statement<
    [string],
    { readonly startedAt: number | null; readonly lastStep: number | null }
  >;
  private readonly kept = new Map<string, Columns>();

  constructor(database: Database) {
    this.readSteps = database.prepare<[string, number], StepRow>(stepsQuery).raw();
    this.readStanding = database.prepare(
      'SELECT started_at AS startedAt, (SELECT max(step) FROM run_steps WHERE run_id = runs.id) AS lastStep FROM runs WHERE id = ?',
    );
  }

  curves(runId: string, { metrics, from = 0, to = Infinity, points, smoothing }: CurveQuery): readonly Curve[] {
    const columns = this.columnsOf(runId);
    const first = firstAtLeast(columns, from);
    const end = firstAtLeast(columns, to + 1);
    return metrics.map((metric) => {
      const values = columns.values[metric];
      const smoothed = smooth(values.subarray(0, end), smoothing);
      const picked = thinOut(values, { first, end, points });
      return {
        metric,
        steps: picked.map((index) => columns.steps[index] ?? 0),
        values: picked.map((index) => finiteOrNull(values[index])),
        smoothed: picked.map((index) => finiteOrNull(smoothed[index])),
      };
    });
  }

  private columnsOf(runId: string): Columns {
    const { startedAt = null, lastStep = null } = this.readStanding.get(runId) ?? {};
    const known = this.kept.get(runId);
    const isSame = known !== undefined && known.startedAt === startedAt && lastStepOf(known) <= (lastStep ?? 0);
    const columns = isSame ? known : emptyColumns(startedAt);
    if (lastStepOf(columns) < (lastStep ?? 0)) {
      for (const row of this.readSteps.iterate(runId, lastStepOf(columns))) append(columns, row);
    }
    this.kept.delete(runId);
    this.kept.set(runId, columns);
    for (const old of [...this.kept.keys()].slice(0, -keptRuns)) this.kept.delete(old);
    return columns;
  }
}

function emptyColumns(startedAt: number | null): Columns {
  const column = (): Float64Array => new Float64Array(firstCapacity);
  const values = { loss: column(), gradNorm: column(), learningRate: column(), tokensPerSecond: column() };
  return { startedAt, length: 0, steps: column(), values };
}

function lastStepOf({ steps, length }: Columns): number {
  return length === 0 ? 0 : (steps[length - 1] ?? 0);
}

function append(columns: Columns, [step, loss, gradNorm, learningRate, speed]: StepRow): void {
  if (columns.length === columns.steps.length) grow(columns);
  const { values, length } = columns;
  columns.steps[length] = step;
  values.loss[length] = loss ?? NaN;
  values.gradNorm[length] = gradNorm ?? NaN;
  values.learningRate[length] = learningRate ?? NaN;
  values.tokensPerSecond[length] = speed ?? NaN;
  columns.length += 1;
}

function grow(columns: Columns): void {
  const larger = (column: Float64Array): Float64Array => {
    const next = new Float64Array(2 * column.length);
    next.set(column);
    return next;
  };
  const { values } = columns;
  columns.steps = larger(columns.steps);
  values.loss = larger(values.loss);
  values.gradNorm = larger(values.gradNorm);
  values.learningRate = larger(values.learningRate);
  values.tokensPerSecond = larger(values.tokensPerSecond);
}

/** Index of the first step from `step` on. */
function firstAtLeast({ steps, length }: Columns, step: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((steps[middle] ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Exponential moving average, divided by the weight seen so far; what is not finite adds nothing and has none. */
export function smooth(values: Float64Array, smoothing: number): Float64Array {
  const smoothed = new Float64Array(values.length);
  let average = 0;
  let weight = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? NaN;
    if (!Number.isFinite(value)) {
      smoothed[index] = NaN;
      continue;
    }
    average = smoothing * average + (1 - smoothing) * value;
    weight = smoothing * weight + (1 - smoothing);
    smoothed[index] = average / weight;
  }
  return smoothed;
}

export interface Window {
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
  readonly points: number;
}

/**
 * Indices of what to draw, ascending: all of them where they are few, else the lowest and the highest of each of points
 * / 2 equal buckets, with the first and the last of all. A bucket without a finite value gives its first.
 */
export function thinOut(values: Float64Array, { first, end, points }: Window): number[] {
  const count = end - first;
  if (count <= points) return Array.from({ length: Math.max(0, count) }, (_, index) => first + index);
  const buckets = Math.max(1, Math.floor(points / 2));
  const picked: number[] = [];
  const add = (index: number): void => {
    if (picked.at(-1) !== index) picked.push(index);
  };
  add(first);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = first + Math.floor((bucket * count) / buckets);
    const [low, high] = extremes(values, from, first + Math.floor(((bucket + 1) * count) / buckets));
    add(Math.min(low, high));
    add(Math.max(low, high));
  }
  add(end - 1);
  return picked;
}

function extremes(values: Float64Array, from: number, to: number): [number, number] {
  let low = from;
  let high = from;
  let lowest = Infinity;
  let highest = -Infinity;
  for (let index = from; index < to; index++) {
    const value = values[index] ?? NaN;
    if (!Number.isFinite(value)) continue;
    if (value < lowest) [low, lowest] = [index, value];
    if (value > highest) [high, highest] = [index, value];
  }
  return [low, high];
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
