/**
 * VeRA's shared projections A (r, inMax) and B (outMax, r), bit for bit as PEFT draws them with PyTorch on the CPU:
 * Kaiming uniform, bound √3 · √2 / √columns, A first, then B from the same generator.
 * PyTorch's AVX2 and AVX512 kernels fuse multiply and add (one rounding); its plain kernels round twice. Files in the
 * wild come from the former, so that is the default.
 */
import type { HostTensor } from '../../engine/adapters/adapterMethod.ts';
import { Mt19937 } from '../../engine/adapters/mt19937.ts';

export interface ProjectionSize {
  readonly rank: number;
  readonly inMax: number;
  readonly outMax: number;
}

export type Rounding = 'fused' | 'separate';

/** The pair for `key` (PEFT's projection_prng_key). */
export function veraProjection(
  key: number,
  { rank, inMax, outMax }: ProjectionSize,
  rounding: Rounding = 'fused',
): { readonly a: HostTensor; readonly b: HostTensor } {
  const generator = new Mt19937(key);
  const a = kaimingUniform(generator, [rank, inMax], rounding);
  return { a, b: kaimingUniform(generator, [outMax, rank], rounding) };
}

/** A (rows, columns) matrix filled row by row, one draw per element. */
export function kaimingUniform(
  generator: Mt19937,
  shape: readonly [number, number],
  rounding: Rounding = 'fused',
): HostTensor {
  const [rows, columns] = shape;
  const bound = Math.sqrt(3) * (Math.sqrt(2) / Math.sqrt(columns));
  const from = Math.fround(-bound);
  const range = Math.fround(Math.fround(bound) - from);
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < data.length; i++) {
    // A 24-bit fraction times the range plus the bound is exact in float64: storing it is the one rounding.
    const scaled = ((generator.next() & 0xffffff) / 0x1000000) * range;
    data[i] = (rounding === 'fused' ? scaled : Math.fround(scaled)) + from;
  }
  return { shape, data };
}
