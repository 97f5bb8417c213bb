import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  clampRange,
  liveEnd,
  panBy,
  parseRange,
  rangeText,
  zoomBy,
} from '../../../renderer/components/chart/zoomRange.ts';

const domain = { from: 1, to: 1000 };

describe('clampRange', () => {
  it('says null for everything, so that a live run goes on growing', () => {
    expect(clampRange({ from: 1, to: 1000 }, domain)).toBeNull();
    expect(clampRange({ from: -50, to: 4000 }, domain)).toBeNull();
  });

  it('keeps a range of whole steps inside, whatever is dragged', () => {
    const step = fc.double({ min: -5000, max: 5000, noNaN: true });
    fc.assert(
      fc.property(step, step, fc.integer({ min: 2, max: 4000 }), (a, b, to) => {
        const range = clampRange({ from: Math.min(a, b), to: Math.max(a, b) }, { from: 1, to });
        if (range === null) return;
        expect(Number.isInteger(range.from) && Number.isInteger(range.to)).toBe(true);
        expect(range.from).toBeGreaterThanOrEqual(1);
        expect(range.to).toBeLessThanOrEqual(to);
        expect(range.to).toBeGreaterThan(range.from);
      }),
    );
  });

  it('never zooms into nothing: a click without a drag still shows a few steps', () => {
    expect(clampRange({ from: 500, to: 500 }, domain)).toEqual({ from: 500, to: 504 });
  });
});

describe('zoomBy and panBy', () => {
  it('keeps the read-out step where it is', () => {
    expect(zoomBy({ from: 1, to: 1001 }, { from: 1, to: 1001 }, { factor: 0.5, around: 1 })).toEqual({
      from: 1,
      to: 501,
    });
    expect(zoomBy({ from: 400, to: 600 }, domain, { factor: 2, around: 500 })).toEqual({ from: 300, to: 700 });
  });

  it('does not change the zoom at the ends when panning beyond them', () => {
    expect(panBy({ from: 900, to: 1000 }, domain, 0.25)).toEqual({ from: 900, to: 1000 });
    expect(panBy({ from: 5, to: 105 }, domain, -0.25)).toEqual({ from: 1, to: 101 });
    expect(panBy({ from: 100, to: 200 }, domain, 0.25)).toEqual({ from: 125, to: 225 });
  });
});

describe('liveEnd', () => {
  it('always leaves room for the next step, and seldom moves', () => {
    const ends = Array.from({ length: 8000 }, (_, lastStep) => liveEnd(lastStep, 8000));
    expect(ends.every((end, lastStep) => end > lastStep)).toBe(true);
    expect([...new Set(ends)]).toEqual([10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 8000]);
    expect([liveEnd(8000, 8000), liveEnd(0, 1), liveEnd(3, 5)]).toEqual([8000, 2, 5]);
  });
});

describe('the range in an address', () => {
  it('comes back as it was written, and nothing else is taken for one', () => {
    expect(parseRange(rangeText({ from: 12, to: 480 }))).toEqual({ from: 12, to: 480 });
    for (const text of [null, '', '5', '9-3', '-4-8', 'a-b', '1-2-3']) expect(parseRange(text)).toBeUndefined();
  });
});
