/**
 * The cut of the length histogram as a person moves it: positions to lengths and back, and a guess of what a cut does
 * for as long as the exact counts are on their way.
 */
import type { DatasetView } from '../../../main/contract/workbench.ts';

export type Histogram = DatasetView['lengths']['histogram'];

/** The right edge of the chart, in tokens: the end of the last bar. */
export function chartEnd(histogram: Histogram): number {
  return histogram.at(-1)?.to ?? 1;
}

/** Share of the width (0–1) to a whole length within [1, most]. */
export function lengthAt(share: number, { end, most }: { readonly end: number; readonly most: number }): number {
  return clampLength(Math.round(share * end), most);
}

export function clampLength(length: number, most: number): number {
  if (!Number.isFinite(length)) return most;
  return Math.max(1, Math.min(most, Math.round(length)));
}

/** Rows longer than the cut, taking lengths to be spread evenly within a bar. */
export function guessCutRows(histogram: Histogram, cut: number): number {
  const rows = histogram.reduce((sum, { from, to, count }) => {
    if (from > cut) return sum + count;
    return sum + (count * Math.max(0, to - 1 - cut)) / Math.max(1, to - from);
  }, 0);
  return Math.round(rows);
}

/** How much of a bar lies left of the cut, 0–1. */
export function keptShare({ from, to }: Histogram[number], cut: number): number {
  return Math.max(0, Math.min(1, (cut + 1 - from) / Math.max(1, to - from)));
}

/** Round lengths for the axis, 0 and at most `count` more. */
export function lengthTicks(end: number, count = 5): readonly number[] {
  const raw = end / count;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, raw)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw) ?? power * 10;
  const whole = Math.max(1, step);
  return Array.from({ length: Math.floor(end / whole) + 1 }, (_, index) => index * whole);
}
