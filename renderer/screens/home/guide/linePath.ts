/** A curve as an SVG path; gaps where a value is null. */

export interface LineScale {
  readonly width: number;
  readonly height: number;
  /** At the right edge. */
  readonly steps: number;
  readonly low: number;
  readonly high: number;
}

const marginPx = 3;

export function linePath(steps: readonly number[], values: readonly (number | null)[], scale: LineScale): string {
  const { width, height, low, high } = scale;
  const span = high - low;
  const y = (value: number): number =>
    span === 0 ? height / 2 : marginPx + ((high - value) / span) * (height - 2 * marginPx);
  let isGap = true;
  return steps
    .map((step, index) => {
      const value = values[index] ?? null;
      const command = isGap ? 'M' : 'L';
      isGap = value === null;
      return value === null
        ? ''
        : `${command}${((step / Math.max(1, scale.steps)) * width).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join('');
}
