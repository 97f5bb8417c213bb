/**
 * Curves with steps of their own as the columns of one table, which is what uPlot draws. A step that a curve lacks is
 * undefined (the line goes on over it), a value that was not finite is null (the line has a gap).
 */
export interface Points {
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
}

export interface Columns {
  readonly steps: number[];
  readonly values: (number | null | undefined)[][];
}

export function toColumns(curves: readonly Points[]): Columns {
  const [first] = curves;
  if (first !== undefined && curves.every(({ steps }) => steps === first.steps)) {
    return { steps: [...first.steps], values: curves.map(({ values }) => [...values]) };
  }
  const steps = [...new Set(curves.flatMap((curve) => curve.steps))].sort((a, b) => a - b);
  const places = new Map(steps.map((step, index) => [step, index]));
  const values = curves.map((curve) => {
    const column = new Array<number | null | undefined>(steps.length).fill(undefined);
    for (const [index, step] of curve.steps.entries()) column[places.get(step) ?? 0] = curve.values[index];
    return column;
  });
  return { steps, values };
}

export interface ReadOut {
  readonly step: number;
  readonly value: number | null;
}

/** A curve's own point nearest to `step`; undefined where it has none. The earlier one of two at the same distance. */
export function nearestPoint({ steps, values }: Points, step: number): ReadOut | undefined {
  let [low, high] = [0, steps.length - 1];
  if (high < 0) return undefined;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  const isEarlierNearer = low > 0 && step - (steps[low - 1] ?? 0) <= (steps[low] ?? 0) - step;
  const index = isEarlierNearer ? low - 1 : low;
  return { step: steps[index] ?? 0, value: values[index] ?? null };
}

/** The last point that was finite. */
export function lastPoint({ steps, values }: Points): ReadOut | undefined {
  const index = values.findLastIndex((value) => value !== null);
  return index < 0 ? undefined : { step: steps[index] ?? 0, value: values[index] ?? null };
}
