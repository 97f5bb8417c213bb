/**
 * VeRA's shared projections A (r, inMax) and B (outMax, r), bit for bit as PEFT draws them with PyTorch on the CPU:
 * Kaiming uniform, bound √3 · √2 / √columns, A first, then B from the same generator.
 */
import type { HostTensor } from '../../engine/adapters/adapterMethod.ts';
import { drawFloats, Mt19937, type Rounding } from '../../engine/adapters/mt19937.ts';

export interface ProjectionSize {
  readonly rank: number;
  readonly inMax: number;
  readonly outMax: number;
}

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
  return drawFloats(generator, shape, Math.sqrt(3) * (Math.sqrt(2) / Math.sqrt(shape[1])), rounding);
}
