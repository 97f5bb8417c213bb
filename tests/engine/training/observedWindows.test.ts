/** Means over the last passes: catches a window that grows, that mixes names, or that counts what was not measured. */
import { expect, test } from 'vitest';
import { emptyWindows, meansOf, observedKey, rememberObserved } from '../../../main/engine/training/observedWindows.ts';

const observed = { names: ['one', 'other'], window: 3 };

test('each name has the mean of its own last passes, zeros left out', () => {
  const state = emptyWindows(observed);
  expect(meansOf(observed, state)).toEqual([0, 0]);
  rememberObserved(observed, state, Float32Array.of(1, 0));
  expect(meansOf(observed, state)).toEqual([1, 0]);
  rememberObserved(observed, state, Float32Array.of(2, 8, 3, 0)); // two passes: a step of two micro-batches
  expect(meansOf(observed, state)).toEqual([2, 8]);
  rememberObserved(observed, state, Float32Array.of(7, NaN));
  expect(meansOf(observed, state)).toEqual([4, 8]); // 2, 3, 7: the first is too long ago
  expect(state[observedKey]).toHaveLength(6);
});

test('nothing is kept where nothing is observed', () => {
  expect(emptyWindows(undefined)).toEqual({});
});
