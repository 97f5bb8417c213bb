/** `[start:stop:step]` as Python means it. */
import { TemplateFailure } from './errors.ts';
import { floorDivide } from './numbers.ts';

/** What `[start:stop:step]` says; null: not given. */
export interface Bounds {
  readonly start: bigint | null;
  readonly stop: bigint | null;
  readonly step: bigint | null;
}

export function slice<T>(items: readonly T[], bounds: Bounds): T[] {
  const { start, step, count } = places(items.length, bounds);
  return Array.from({ length: count }, (_, index) => items[start + index * step]);
}

/** The places that bounds mean among so many items. Throws for a step of 0. */
export function places(
  length: number,
  bounds: Bounds,
): { readonly start: number; readonly step: number; readonly count: number } {
  const size = BigInt(length);
  const step = bounds.step ?? 1n;
  if (step === 0n) throw new TemplateFailure('the step of a slice cannot be zero');
  const [lowest, highest] = step > 0n ? [0n, size] : [-1n, size - 1n];
  const clamp = (place: bigint): bigint => {
    const from = place < 0n ? place + size : place;
    return from < lowest ? lowest : from > highest ? highest : from;
  };
  const start = bounds.start === null ? (step > 0n ? lowest : highest) : clamp(bounds.start);
  const stop = bounds.stop === null ? (step > 0n ? highest : lowest) : clamp(bounds.stop);
  const count = step > 0n ? floorDivide(stop - start + step - 1n, step) : floorDivide(start - stop - step - 1n, -step);
  return { start: Number(start), step: Number(step), count: Math.max(0, Number(count)) };
}
