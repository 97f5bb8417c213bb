import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  chartEnd,
  clampLength,
  guessCutRows,
  keptShare,
  lengthAt,
  lengthTicks,
} from '../../../renderer/screens/datasets/lengthCut.ts';

const histogram = [
  { from: 10, to: 20, count: 100 },
  { from: 20, to: 30, count: 40 },
  { from: 30, to: 40, count: 10 },
];

describe('the cut in the histogram', () => {
  it('turns the place of the pointer into a length that training takes', () => {
    const chart = { end: chartEnd(histogram), most: 32 };
    expect(lengthAt(0.5, chart)).toBe(20);
    expect(lengthAt(-0.2, chart)).toBe(1);
    expect(lengthAt(1.4, chart)).toBe(32);
  });

  it('takes no length that is none: an emptied field is the longest', () => {
    expect(clampLength(Number('x'), 64)).toBe(64);
    expect(clampLength(0, 64)).toBe(1);
    expect(clampLength(12.6, 64)).toBe(13);
  });

  it('guesses the rows cut until the exact count is here: all of a bar beyond, a part of the bar that it goes through', () => {
    expect(guessCutRows(histogram, 39)).toBe(0);
    expect(guessCutRows(histogram, 29)).toBe(10);
    expect(guessCutRows(histogram, 9)).toBe(150);
    expect(guessCutRows(histogram, 24)).toBe(30);
  });

  it('never guesses fewer rows for a shorter cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (a, b) => {
        const [short, long] = [Math.min(a, b), Math.max(a, b)];
        expect(guessCutRows(histogram, short)).toBeGreaterThanOrEqual(guessCutRows(histogram, long));
      }),
    );
  });

  it('colours the kept part of a bar', () => {
    const [, middle] = histogram;
    expect([9, 19, 24, 29, 50].map((cut) => middle && keptShare(middle, cut))).toEqual([0, 0, 0.5, 1, 1]);
  });

  it('labels the axis with few round lengths', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), (end) => {
        const ticks = lengthTicks(end);
        expect(ticks[0]).toBe(0);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(ticks.at(-1)).toBeLessThanOrEqual(end);
      }),
    );
  });
});
