import { describe, expect, it } from 'vitest';
import { type ChartState, keyAction } from '../../../renderer/components/chart/chartKeys.ts';

const steps = Array.from({ length: 100 }, (_, index) => index + 1);
const whole: ChartState = { range: { from: 1, to: 100 }, domain: { from: 1, to: 100 }, step: null, steps };
const zoomed: ChartState = { ...whole, range: { from: 21, to: 41 } };
const press = (key: string, state: ChartState, others: Partial<KeyboardEvent> = {}): ReturnType<typeof keyAction> =>
  keyAction({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...others }, state);

describe('keyAction', () => {
  it('reads step by step and stays inside what is shown', () => {
    expect(press('ArrowLeft', whole)).toEqual({ type: 'read', step: 100 });
    expect(press('ArrowLeft', { ...whole, step: 50 })).toEqual({ type: 'read', step: 49 });
    expect(press('ArrowRight', { ...zoomed, step: 41 })).toEqual({ type: 'read', step: 41 });
    expect(press('Home', zoomed)).toEqual({ type: 'read', step: 21 });
  });

  it('reads nothing from a chart without points', () => {
    expect(press('ArrowRight', { ...whole, steps: [] })).toBeUndefined();
  });

  it('leaves Escape to the window while nothing is zoomed, so that a dialog still closes', () => {
    expect(press('Escape', whole)).toBeUndefined();
    expect(press('Escape', zoomed)).toEqual({ type: 'zoom', range: null });
  });

  it("does not take the browser's own zoom keys", () => {
    expect(press('+', whole, { ctrlKey: true })).toBeUndefined();
  });

  it('zooms around the step that is read and moves with Shift', () => {
    expect(press('+', { ...whole, step: 1 })).toEqual({ type: 'zoom', range: { from: 1, to: 51 } });
    expect(press('-', { ...zoomed, step: 21 })).toEqual({ type: 'zoom', range: { from: 21, to: 61 } });
    expect(press('ArrowRight', zoomed, { shiftKey: true })).toEqual({ type: 'zoom', range: { from: 26, to: 46 } });
  });
});
