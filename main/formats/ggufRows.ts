/**
 * The order of the rows of q_proj and k_proj in files of llama.cpp's architecture "llama": it rotates neighbouring
 * rows, Hugging Face the two halves of a head. Row s·(rows per head / 2) + i of a head here is row 2i + s of it in the
 * file.
 */

/** Hugging Face order to the file's; `values` is (rows, anything), `heads` divides the rows. */
export function permuteRows<T extends Float32Array | Uint16Array | Uint8Array>(
  values: T,
  rows: number,
  heads: number,
): T {
  return moveRows(values, rows, (row) => fileRow(row, rows / heads));
}

/** The inverse. */
export function unpermuteRows<T extends Float32Array | Uint16Array | Uint8Array>(
  values: T,
  rows: number,
  heads: number,
): T {
  const from = Array.from({ length: rows }, (_, row) => fileRow(row, rows / heads));
  const to: number[] = [];
  from.forEach((row, index) => (to[row] = index));
  return moveRows(values, rows, (row) => to[row]);
}

function fileRow(row: number, headRows: number): number {
  const inHead = row % headRows;
  const half = headRows / 2;
  return row - inHead + 2 * (inHead % half) + Math.floor(inHead / half);
}

function moveRows<T extends Float32Array | Uint16Array | Uint8Array>(
  values: T,
  rows: number,
  target: (row: number) => number,
): T {
  const result = values.slice() as T;
  const length = values.length / rows;
  for (let row = 0; row < rows; row++)
    result.set(values.subarray(row * length, (row + 1) * length), target(row) * length);
  return result;
}
