/**
 * Finds the kept rows around a line of the file: rows in error have a line and no row. Rows stand in the order of their
 * lines.
 */

export interface Neighbours {
  /** Index of the last row before the line, and of the first after it; null where there is none. */
  readonly before: number | null;
  readonly after: number | null;
}

/** Asks for about log2(rows) rows. Throws what `lineAt` throws. */
export async function findRowsNearLine(
  rows: number,
  line: number,
  lineAt: (row: number) => Promise<number>,
): Promise<Neighbours> {
  let [low, high] = [0, rows]; // the first row whose line is greater is within [low, high]
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await lineAt(middle)) > line) high = middle;
    else low = middle + 1;
  }
  return { before: low === 0 ? null : low - 1, after: low === rows ? null : low };
}
