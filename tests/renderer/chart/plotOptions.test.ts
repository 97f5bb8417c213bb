import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { paddedRange, stepTicks, tickText } from '../../../renderer/components/chart/plotOptions.ts';

describe('paddedRange', () => {
  it('always spans something and holds every value, or uPlot draws nothing', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
        fc.double({ noNaN: true, min: 0, max: 1e9 }),
        (low, span) => {
          const [from, to] = paddedRange(low, low + span);
          expect(from).toBeLessThan(to);
          expect(from).toBeLessThanOrEqual(low);
          expect(to).toBeGreaterThanOrEqual(low + span);
        },
      ),
    );
    for (const smallest of [5e-324, -5e-324])
      expect(paddedRange(smallest, smallest)[0]).toBeLessThan(paddedRange(smallest, smallest)[1]);
    expect(paddedRange(null, null)).toEqual([0, 1]);
    expect(paddedRange(0, 0)).toEqual([0, 1]);
  });

  it('does not show a loss below nothing', () => {
    expect(paddedRange(0.01, 5)[0]).toBe(0);
  });
});

describe('tickText', () => {
  it('is short at every size', () => {
    expect([0, 0.004, 0.00005, 5e-9, 1.25, 12, 640, 12_500, 3_200_000].map(tickText)).toEqual([
      ...['0', '0.004', '5e-5', '5e-9', '1.25', '12', '640', '12.5 k', '3.2 M'],
    ]);
  });
});

describe('stepTicks', () => {
  it('never says the same of two steps', () => {
    expect(stepTicks([0, 50_000, 100_000])).toEqual(['0', '50 k', '100 k']);
    expect(stepTicks([16_900, 17_000, 17_100])).toEqual(['16,900', '17,000', '17,100']);
    expect(stepTicks([0, 2000, 4000])).toEqual(['0', '2,000', '4,000']);
  });
});
