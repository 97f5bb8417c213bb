/**
 * What a key does on a chart: arrows read step by step, with Shift they move the range, + and − zoom, Escape shows
 * everything.
 */
import { clampRange, panBy, zoomBy, type StepRange } from './zoomRange.ts';

export interface ChartState {
  readonly range: StepRange;
  readonly domain: StepRange;
  /** Read out now. */
  readonly step: number | null;
  /** That can be read out, ascending. */
  readonly steps: readonly number[];
}

export type ChartAction =
  | { readonly type: 'zoom'; readonly range: StepRange | null }
  | { readonly type: 'read'; readonly step: number };

type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

const panShare = 0.25;
const leap = 0.05; // of the visible steps, for Page up and down

/** Undefined for a key that is not the chart's, Escape on an unzoomed chart among them. */
export function keyAction(event: Key, state: ChartState): ChartAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const { range, domain, step } = state;
  const around = step ?? (range.from + range.to) / 2;
  const isWhole = clampRange(range, domain) === null;
  switch (event.key) {
    case '+':
    case '=':
      return { type: 'zoom', range: zoomBy(range, domain, { factor: 0.5, around }) };
    case '-':
    case '_':
      return { type: 'zoom', range: zoomBy(range, domain, { factor: 2, around }) };
    case '0':
    case 'Escape':
      return isWhole ? undefined : { type: 'zoom', range: null };
    case 'ArrowLeft':
      return event.shiftKey
        ? { type: 'zoom', range: isWhole ? null : panBy(range, domain, -panShare) }
        : readBy(state, -1);
    case 'ArrowRight':
      return event.shiftKey
        ? { type: 'zoom', range: isWhole ? null : panBy(range, domain, panShare) }
        : readBy(state, 1);
    case 'PageUp':
      return readBy(state, -leapOf(state));
    case 'PageDown':
      return readBy(state, leapOf(state));
    case 'Home':
      return readAt(visible(state)[0]);
    case 'End':
      return readAt(visible(state).at(-1));
    default:
      return undefined;
  }
}

function visible({ steps, range }: ChartState): readonly number[] {
  return steps.filter((step) => step >= range.from && step <= range.to);
}

function leapOf(state: ChartState): number {
  return Math.max(1, Math.round(visible(state).length * leap));
}

/** `by` points further; from nowhere, the last one. */
function readBy(state: ChartState, by: number): ChartAction | undefined {
  const steps = visible(state);
  if (state.step === null) return readAt(steps.at(-1));
  const { step } = state;
  const at = steps.findLastIndex((each) => each <= step);
  return readAt(steps[Math.min(steps.length - 1, Math.max(0, at + by))]);
}

function readAt(step: number | undefined): ChartAction | undefined {
  return step === undefined ? undefined : { type: 'read', step };
}
