/**
 * What a method measures of its forward passes in training, averaged over the last ones: a window for each name, one
 * after the other in one vector on the host, the latest last. Zeros are places that are not filled yet.
 */
import type { Observed } from '../adapters/adapterMethod.ts';
import type { HostState } from './checkpoint.ts';

/** Of the vector in a run's state. */
export const observedKey = 'observed';

export function emptyWindows(observed: Observed | undefined): HostState {
  return observed ? { [observedKey]: new Float32Array(observed.names.length * observed.window) } : {};
}

/** Takes in `values` (passes, names); one that is zero has nothing to say. Writes into `state`. */
export function rememberObserved({ names, window }: Observed, state: HostState, values: Float32Array): void {
  const all = state[observedKey];
  values.forEach((value, at) => {
    if (!(value > 0)) return;
    const start = (at % names.length) * window;
    all.copyWithin(start, start + 1, start + window);
    all[start + window - 1] = value;
  });
}

/** Mean of each window, in the order of the names; 0 of an empty one. */
export function meansOf({ names, window }: Observed, state: HostState): readonly number[] {
  return names.map((_, index) => {
    const seen = state[observedKey].slice(index * window, (index + 1) * window).filter((value) => value > 0);
    return seen.length === 0 ? 0 : seen.reduce((sum, value) => sum + value, 0) / seen.length;
  });
}
