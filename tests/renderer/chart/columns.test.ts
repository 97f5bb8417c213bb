import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { lastPoint, nearestPoint, toColumns, type Points } from '../../../renderer/components/chart/columns.ts';

const curve = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 60 }).chain((steps) =>
  fc
    .array(fc.option(fc.double({ noNaN: true })), { minLength: steps.length, maxLength: steps.length })
    .map((values): Points => {
      return { steps: steps.toSorted((a, b) => a - b), values };
    }),
);

describe('toColumns', () => {
  it('loses no point of any curve and invents none', () => {
    fc.assert(
      fc.property(fc.array(curve, { maxLength: 5 }), (curves) => {
        const { steps, values } = toColumns(curves);
        expect(steps).toEqual([...new Set(curves.flatMap((one) => one.steps))].sort((a, b) => a - b));
        for (const [index, one] of curves.entries()) {
          const found = steps.flatMap((step, place) =>
            values[index]?.[place] === undefined ? [] : [[step, values[index][place]]],
          );
          expect(found).toEqual(one.steps.map((step, place) => [step, one.values[place]]));
        }
      }),
    );
  });

  it('keeps a gap apart from a step that a curve does not have: the line stops at the one and goes on over the other', () => {
    const { values } = toColumns([
      { steps: [1, 3], values: [5, null] },
      { steps: [2], values: [4] },
    ]);
    expect(values).toEqual([
      [5, undefined, null],
      [undefined, 4, undefined],
    ]);
  });
});

describe('read-out', () => {
  const evaluations = { steps: [50, 100, 150], values: [2, null, 1] };

  it('gives the nearest point of a curve whose steps are far between', () => {
    expect(nearestPoint(evaluations, 1)).toEqual({ step: 50, value: 2 });
    expect(nearestPoint(evaluations, 75)).toEqual({ step: 50, value: 2 });
    expect(nearestPoint(evaluations, 76)).toEqual({ step: 100, value: null });
    expect(nearestPoint(evaluations, 9000)).toEqual({ step: 150, value: 1 });
    expect(nearestPoint({ steps: [], values: [] }, 4)).toBeUndefined();
  });

  it('takes the last finite value for the present one after a loss that was not', () => {
    expect(lastPoint({ steps: [1, 2, 3], values: [4, 3, null] })).toEqual({ step: 2, value: 3 });
    expect(lastPoint({ steps: [1], values: [null] })).toBeUndefined();
  });
});
