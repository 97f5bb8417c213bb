/** Which steps a chart shows. Steps count from 1 and both ends belong to a range; null is the whole of it. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

export interface Zoom {
  /** Below 1 zooms in, above 1 out. */
  readonly factor: number;
  /** The step that stays where it is. */
  readonly around: number;
}

const shortestSpan = 4;

/** Whole steps within `domain`, at least a few of them; null where that is everything. */
export function clampRange({ from, to }: StepRange, domain: StepRange): StepRange | null {
  const longest = Math.max(1, domain.to - domain.from);
  const span = Math.min(longest, Math.max(Math.min(shortestSpan, longest), Math.round(to) - Math.round(from)));
  const start = Math.min(Math.max(domain.from, Math.round(from)), domain.from + longest - span);
  return span >= longest ? null : { from: start, to: start + span };
}

export function zoomBy(range: StepRange, domain: StepRange, { factor, around }: Zoom): StepRange | null {
  const from = around - (around - range.from) * factor;
  return clampRange({ from, to: from + (range.to - range.from) * factor }, domain);
}

/** `share` of the visible steps; negative goes back. */
export function panBy(range: StepRange, domain: StepRange, share: number): StepRange | null {
  const span = range.to - range.from;
  const wanted = range.from + Math.sign(share) * Math.max(1, Math.round(Math.abs(share) * span));
  const from = Math.min(Math.max(domain.from, wanted), domain.to - span);
  return clampRange({ from, to: from + span }, domain);
}

/**
 * Where the axis of a live run ends: it grows in leaps (50, 100, 200, …), so that the first steps are not a line at the
 * edge.
 */
export function liveEnd(lastStep: number, steps: number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(10, lastStep + 1)));
  const leap = [1, 2, 5, 10].map((digit) => digit * size).find((end) => end > lastStep) ?? steps;
  return Math.max(2, Math.min(steps, leap));
}

/** As written into an address, `120-480`; undefined for anything else. */
export function parseRange(text: string | null): StepRange | undefined {
  const [, from, to] = /^(\d{1,9})-(\d{1,9})$/.exec(text ?? '') ?? [];
  const range = { from: Number(from), to: Number(to) };
  return from !== undefined && range.from < range.to ? range : undefined;
}

export function rangeText(range: StepRange | null): string | null {
  return range === null ? null : `${range.from}-${range.to}`;
}
