/** Pairs of factors as one pair of all their widths together: Σ Bᵢ Aᵢ = [B₁ B₂ …] [A₁; A₂; …]. */
import type { HostTensor } from './adapterMethod.ts';

/** Rows under each other: (rᵢ, in) each → (Σ rᵢ, in). */
export function underEachOther(parts: readonly HostTensor[]): HostTensor {
  const [, width] = parts[0].shape;
  const data = new Float32Array(parts.reduce((total, part) => total + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { shape: [data.length / width, width], data };
}

/** Columns side by side: (out, rᵢ) each → (out, Σ rᵢ). */
export function sideBySide(parts: readonly HostTensor[]): HostTensor {
  const [rows] = parts[0].shape;
  const width = parts.reduce((total, { shape }) => total + shape[1], 0);
  const data = new Float32Array(rows * width);
  for (let row = 0, at = 0; row < rows; row++) {
    for (const { data: values, shape } of parts) {
      data.set(values.subarray(row * shape[1], (row + 1) * shape[1]), at);
      at += shape[1];
    }
  }
  return { shape: [rows, width], data };
}
