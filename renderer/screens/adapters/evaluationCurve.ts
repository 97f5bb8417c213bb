/**
 * Geometry of the small picture "against the base": a curve of evaluations, the base's level, and ticks at round
 * values.
 */
import { figure } from '../../lib/format.ts';

interface Wanted {
  readonly evaluations: readonly { readonly step: number; readonly loss: number }[];
  readonly baseLoss: number | null;
  readonly width: number;
  readonly height: number;
}

interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface Drawing {
  readonly left: number;
  readonly path: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly title: string }[];
  readonly baseY: number | null;
  readonly yTicks: readonly Tick[];
  readonly xTicks: readonly (Tick & { readonly anchor: 'start' | 'middle' | 'end' })[];
}

/** Losses are read to three decimals; what differs less is one level. */
const leastSpan = 1e-3;
const margins = { left: 34, right: 3, top: 6, bottom: 20 };

/** Null where there is nothing finite to draw. Lengths are in CSS pixels. */
export function drawAgainstBase({ evaluations, baseLoss, width, height }: Wanted): Drawing | null {
  const measured = evaluations.filter(({ loss }) => Number.isFinite(loss));
  const lastStep = measured.at(-1)?.step ?? 0;
  if (measured.length === 0) return null;
  const base = baseLoss !== null && Number.isFinite(baseLoss) ? baseLoss : null;
  const values = [...measured.map(({ loss }) => loss), ...(base === null ? [] : [base])];
  const ticks = roundTicks(Math.min(...values), Math.max(...values));
  const [low, high] = [Math.min(...ticks, ...values), Math.max(...ticks, ...values)];
  const x = (step: number): number =>
    margins.left + (lastStep === 0 ? 0 : step / lastStep) * (width - margins.left - margins.right);
  const y = (loss: number): number =>
    margins.top + ((high - loss) / (high - low)) * (height - margins.top - margins.bottom);
  const points = measured.map(({ step, loss }) => ({ x: x(step), y: y(loss), title: `${step}: ${figure(loss)}` }));
  return {
    left: margins.left,
    path: points
      .map((point, index) => `${index === 0 ? 'M' : 'L'}${point.x.toFixed(1)} ${point.y.toFixed(1)}`)
      .join(''),
    points,
    baseY: base === null ? null : y(base),
    yTicks: ticks.map((value) => ({ at: y(value), text: tickText(value, ticks) })),
    xTicks: stepTicks(lastStep).map((step, index, all) => ({
      at: x(step),
      text: step.toLocaleString('en'),
      anchor: index === 0 ? 'start' : index === all.length - 1 ? 'end' : 'middle',
    })),
  };
}

/** Two to five values at 1, 2 or 5 times a power of ten that lie around what is drawn. */
export function roundTicks(low: number, high: number): readonly number[] {
  const span = Math.max(high - low, Math.abs(high) * 1e-3, leastSpan);
  const rough = span / 2;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function stepTicks(last: number): readonly number[] {
  return last < 2 ? [last] : [0, Math.round(last / 2), last];
}

function tickText(value: number, ticks: readonly number[]): string {
  const step = (ticks[1] ?? value) - (ticks[0] ?? 0);
  return value.toFixed(Math.max(0, Math.min(6, -Math.floor(Math.log10(step)))));
}
