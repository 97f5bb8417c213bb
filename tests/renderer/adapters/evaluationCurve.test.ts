import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { drawAgainstBase, roundTicks } from '../../../renderer/screens/adapters/evaluationCurve.ts';

const size = { width: 330, height: 130 };

describe('drawAgainstBase', () => {
  it('draws the base above a curve that is better than it', () => {
    const drawing = drawAgainstBase({
      ...size,
      evaluations: [
        { step: 50, loss: 1.9 },
        { step: 100, loss: 1.4 },
      ],
      baseLoss: 2.2,
    });
    expect(drawing?.points.every(({ y }) => y > (drawing.baseY ?? Infinity))).toBe(true);
  });

  it('has nothing to draw where nothing finite was measured', () => {
    expect(drawAgainstBase({ ...size, evaluations: [{ step: 50, loss: NaN }], baseLoss: 2.2 })).toBeNull();
  });

  it('stays inside its box for any losses, one evaluation and equal ones included', () => {
    const loss = fc.double({ min: 0, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(fc.array(loss, { minLength: 1, maxLength: 30 }), fc.option(loss), (losses, baseLoss) => {
        const evaluations = losses.map((value, index) => ({ step: 10 * (index + 1), loss: value }));
        const drawing = drawAgainstBase({ ...size, evaluations, baseLoss });
        const inside = (drawing?.points ?? []).every(
          ({ x, y }) => x >= 0 && x <= size.width && y >= 0 && y <= size.height,
        );
        expect(inside).toBe(true);
        expect(new Set(drawing?.yTicks.map(({ text }) => text)).size).toBe(drawing?.yTicks.length);
      }),
    );
  });
});

describe('roundTicks', () => {
  it('puts round values around what is drawn', () => {
    expect(roundTicks(1.43, 2.208)).toEqual([1, 1.5, 2, 2.5]);
  });
});
