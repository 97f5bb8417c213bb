/**
 * A weight on its way from a file to a device, a few whole rows at a time, so that no second copy of a large one ever
 * exists. The memory of a piece is used again for the next: whoever wants to keep values copies them.
 */

/** Elements on the host at once; one row (or the rows that belong together) where that is more. 4 MB as float32. */
export const pieceElements = 2 ** 20;

export interface WeightPiece {
  /** Of the first element, row-major. */
  readonly from: number;
  /** float32, or the bits of bf16 where those are what the file has. */
  readonly values: Float32Array | Uint16Array;
}

export interface Rows {
  readonly shape: readonly number[];
  /** How many neighbouring rows must be in one piece. */
  readonly rowsTogether?: number;
}

/** All rows in order; `read` gives `count` elements from element `from` on. */
export function* inPieces(
  rows: Rows,
  read: (from: number, count: number) => WeightPiece['values'],
): Generator<WeightPiece> {
  for (const { from, count } of partsOf(rows)) yield { from, values: read(from, count) };
}

/** The same places, in elements. */
export function* partsOf({ shape, rowsTogether = 1 }: Rows): Generator<{ from: number; count: number }> {
  const total = shape.reduce((product, size) => product * size, 1);
  const smallest = (shape.length < 2 ? 1 : total / shape[0]) * rowsTogether;
  const step = Math.max(1, Math.floor(pieceElements / smallest)) * smallest;
  for (let from = 0; from < total; from += step) yield { from, count: Math.min(step, total - from) };
}
