/**
 * How the studio's charts look, in uPlot's terms. Colours are asked for at each drawing, so that a new theme needs no
 * new chart.
 */
import type uPlot from 'uplot';
import type { ChartColours, CurveColour } from './chartColours.ts';
import type { Points } from './columns.ts';
import type { StepRange } from './zoomRange.ts';

export interface ChartSeries extends Points {
  readonly label: string;
  readonly colour: CurveColour;
  /** `raw` lies thin and pale under `line`; `dots` are few and far between. */
  readonly look: 'raw' | 'line' | 'dots';
}

/** Something that happened between this step and the next: a line from top to bottom. */
export interface ChartMark {
  readonly step: number;
  readonly label: string;
}

export interface PlotSetup {
  readonly width: number;
  readonly height: number;
  readonly isSmall: boolean;
  readonly series: readonly Pick<ChartSeries, 'label' | 'colour' | 'look'>[];
  readonly colours: () => ChartColours;
  readonly range: () => StepRange;
  readonly marks: () => readonly ChartMark[];
  readonly onCursor: (step: number | null) => void;
  readonly onSelect: (range: StepRange) => void;
  readonly onReset: () => void;
}

const font = '11px system-ui, sans-serif';
const narrowestSelectionPx = 5;
const looks = {
  raw: { width: 1, alpha: 0.35, points: { show: false } },
  line: { width: 2, alpha: 1, points: { show: false } },
  dots: { width: 1.5, alpha: 1, points: { show: true, size: 6 } },
};

export function plotOptions(setup: PlotSetup): uPlot.Options {
  const { width, height, range, onCursor, onSelect } = setup;
  return {
    ...{ width, height, padding: [8, 24, 0, 0], legend: { show: false } },
    cursor: cursorOptions(setup),
    scales: {
      x: { time: false, range: () => [range().from, range().to] },
      y: { range: (_, low, high) => paddedRange(low, high) },
    },
    axes: axes(setup),
    series: [{}, ...setup.series.map((one) => seriesOptions(one, setup))],
    hooks: {
      drawAxes: [(plot) => drawMarks(plot, setup)],
      setCursor: [(plot) => onCursor(stepUnder(plot))],
      setSelect: [
        (plot) => {
          const { left, width: widthPx } = plot.select;
          if (widthPx < narrowestSelectionPx) return;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          onSelect({ from: plot.posToVal(left, 'x'), to: plot.posToVal(left + widthPx, 'x') });
        },
      ],
    },
  };
}

function drawMarks(plot: uPlot, { marks, range, colours }: PlotSetup): void {
  const { ctx, bbox } = plot;
  const { from, to } = range();
  ctx.save();
  ctx.strokeStyle = colours()['ink-3'];
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  for (const { step } of marks()) {
    if (step < from || step > to) continue;
    const left = plot.valToPos(step, 'x', true);
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
  }
  ctx.stroke();
  ctx.restore();
}

function cursorOptions({ onReset, series, colours }: PlotSetup): uPlot.Cursor {
  const paintOf = (_: uPlot, index: number): string => colours()[series[index - 1]?.colour ?? 'c1'];
  return {
    y: false,
    drag: { x: true, y: false, setScale: false },
    points: { size: 7, width: 2, fill: paintOf, stroke: paintOf },
    bind: {
      dblclick: () => () => {
        onReset();
        return null;
      },
    },
  };
}

function stepUnder({ cursor, data }: uPlot): number | null {
  const isInside = cursor.left !== undefined && cursor.left !== null && cursor.left >= 0;
  return isInside && cursor.idx !== undefined && cursor.idx !== null ? (data[0][cursor.idx] ?? null) : null;
}

function seriesOptions(
  { label, colour, look }: PlotSetup['series'][number],
  { colours, isSmall }: PlotSetup,
): uPlot.Series {
  const { width, alpha, points } = looks[look];
  const paint = (): string => colours()[colour];
  return {
    label,
    alpha,
    stroke: paint,
    width: isSmall ? Math.min(width, 1.5) : width,
    points: { ...points, fill: paint, stroke: paint },
  };
}

function axes({ colours, isSmall }: PlotSetup): uPlot.Axis[] {
  const stroke = (): string => colours()['ink-3'];
  const shared = { font, stroke, ticks: { show: false }, border: { show: false } };
  return [
    {
      ...shared,
      grid: { show: false },
      size: 22,
      gap: 4,
      space: isSmall ? 44 : 80,
      incrs: wholeSteps,
      values: (_, splits) => stepTicks(splits),
    },
    {
      ...{ ...shared, size: 46, gap: 6, space: isSmall ? 30 : 44 },
      grid: { stroke: () => colours().line, width: 1 },
      values: (_, splits) => splits.map(tickText),
    },
  ];
}

/** 1, 2, 5, 10, … steps: there is nothing between two steps. */
const wholeSteps = Array.from({ length: 24 }, (_, index) => [1, 2, 5].map((digit) => digit * 10 ** index))
  .flat()
  .filter(Number.isSafeInteger);

/** A little room above and below; all of nothing, and one value alone, still need a span. */
export function paddedRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const room = low === high ? Math.abs(low) * 0.1 : (high - low) * 0.06;
  const [from, to] = [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
  // a tenth of the smallest numbers is nothing
  return from < to ? [from, to] : [Math.min(0, low), Math.max(0, high) + 1];
}

/** Thousands in short where all of them are whole ones. */
export function stepTicks(steps: readonly number[]): string[] {
  const isShort = steps.some((step) => step >= 10_000) && steps.every((step) => step % 1000 === 0);
  return steps.map((step) => (isShort && step > 0 ? `${step / 1000} k` : step.toLocaleString('en')));
}

/** As short as it can be said: 0.004, 5e-5, 12 k, 3 M. */
export function tickText(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 0.001) return value.toExponential(2).replace(/\.?0+e/, 'e');
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`;
  if (size >= 1000) return `${Number((value / 1000).toPrecision(3))} k`;
  return String(Number(value.toPrecision(3)));
}
