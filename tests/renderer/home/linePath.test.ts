import { describe, expect, it } from 'vitest';
import { linePath } from '../../../renderer/screens/home/guide/linePath.ts';

const scale = { width: 100, height: 56, steps: 10, low: 0, high: 5 };

describe('linePath', () => {
  it('stands where the steps stand, so that the line grows towards the end of the run', () => {
    expect(linePath([1, 5], [5, 0], scale)).toBe('M10.0 3.0L50.0 53.0');
  });

  it('leaves a gap where a loss was not finite instead of drawing through it', () => {
    expect(linePath([1, 2, 3], [5, null, 5], scale)).toBe('M10.0 3.0M30.0 3.0');
  });

  it('draws a level line where nothing changes', () => {
    expect(linePath([1, 2], [1, 1], { ...scale, low: 1, high: 1 })).toBe('M10.0 28.0L20.0 28.0');
  });
});
