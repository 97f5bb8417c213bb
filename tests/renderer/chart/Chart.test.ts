/** Marks of a chart. Catches one that is not drawn, drawn outside of what is shown, or not said to the blind. */
import { screen } from '@testing-library/svelte';
import type uPlot from 'uplot';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import Chart from '../../../renderer/components/chart/Chart.svelte';
import { pretendLayout, show, testWindow } from '../support/testWindow.ts';

const drawn: number[] = [];
const bottom = 90;

// A canvas is a real browser's business: a step lies ten pixels from the next, and lines are written down.
vi.mock('uplot', () => ({
  default: class {
    readonly bbox = { top: 0, height: bottom };
    readonly ctx = {
      ...{ save: () => undefined, restore: () => undefined, beginPath: () => undefined, stroke: () => undefined },
      ...{ setLineDash: () => undefined, moveTo: () => undefined, lineTo: (left: number) => void drawn.push(left) },
    };
    readonly cursor = {};
    readonly #options: uPlot.Options;
    constructor(options: uPlot.Options) {
      this.#options = options;
    }
    valToPos = (step: number): number => step * 10;
    setSize = (): void => undefined;
    setCursor = (): void => undefined;
    destroy = (): void => undefined;
    setData = (): void => this.redraw();
    redraw(): void {
      for (const hook of this.#options.hooks?.drawAxes ?? []) hook?.(this as unknown as uPlot);
    }
  },
}));

beforeAll(() => {
  pretendLayout();
  vi.stubGlobal('matchMedia', () => new EventTarget());
});
beforeEach(() => drawn.splice(0));

const marks = [
  { step: 5, label: 'Pruned' },
  { step: 50, label: 'Next link' },
];

function open(zoom: { readonly from: number; readonly to: number } | null): void {
  const series = [{ label: 'loss', colour: 'c1', look: 'line', steps: [1, 60], values: [2, 1] }] as const;
  show(testWindow({}), Chart, {
    ...{
      label: 'Loss',
      series,
      marks,
      zoom,
      domain: { from: 1, to: 60 },
      height: 100,
      step: null,
      onzoom: () => undefined,
    },
  });
}

it('are lines where they happened, of those that are shown', () => {
  open(null);
  expect(new Set(drawn)).toEqual(new Set([50, 500]));
  drawn.splice(0);
  open({ from: 1, to: 20 });
  expect(new Set(drawn)).toEqual(new Set([50]));
});

it('are said in its description', () => {
  open(null);
  const description = document.getElementById(
    screen.getByRole('application', { name: 'Loss' }).getAttribute('aria-describedby') ?? '',
  );
  expect(description?.textContent).toMatch(/5.*Pruned.*50.*Next link/);
});
