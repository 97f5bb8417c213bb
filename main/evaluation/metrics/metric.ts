/** What a metric of texts is: plain data and one pure function, in float64 and never rounded. */
import type { Translated } from '../../contract/words/words.ts';

/** An answer and what it may be; answers of a class are its label. */
export interface Segment {
  readonly hyp: string;
  readonly refs: readonly string[];
}

export interface Measured {
  /** Of all segments; null where there are none. */
  readonly corpus: number | null;
  /** One each, in their order. */
  readonly segments: readonly number[];
}

export interface Metric {
  readonly id: string;
  readonly title: Translated;
  /** Two values are compared only where these are equal: name, variant, version. */
  readonly signature: string;
  measure(segments: readonly Segment[]): Measured;
}

/** A metric whose corpus value is the mean of its segments'. */
export function meanOf(segments: readonly number[]): Measured {
  const sum = segments.reduce((total, value) => total + value, 0);
  return { corpus: segments.length === 0 ? null : sum / segments.length, segments };
}
