/**
 * VeRA's projections A (r, in) and B (out, r), A first, then B from the same generator. The usual ones, Kaiming uniform
 * with the bound √3 · √2 / √columns, are bit for bit as PEFT draws them with PyTorch on the CPU; the other two, for the
 * paper's ablation, are Graft's own draws, and so they must be stored.
 */
import type { HostTensor } from '../../engine/adapters/adapterMethod.ts';
import { drawNormal } from '../../engine/adapters/draws.ts';
import { drawFloats, Mt19937, type Rounding } from '../../engine/adapters/mt19937.ts';
import type { VeraOptions } from './spec.ts';

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

type Draw = (generator: Mt19937, shape: readonly [number, number]) => HostTensor;

/** By what they are called among the options. */
export const projectionDraws: Readonly<Record<VeraOptions['projectionInit'], Draw>> = {
  kaimingUniform: (generator, shape) => kaimingUniform(generator, shape),
  kaimingNormal: (generator, shape) =>
    drawNormal(() => generator.next() / 2 ** 32, shape, Math.sqrt(2) / Math.sqrt(shape[1])),
  uniform01: (generator, shape) => {
    const { data } = drawFloats(generator, shape, 0.05);
    return { shape, data: data.map((value) => value + 0.05) };
  },
};

/** A (rows, columns) matrix filled row by row, one draw per element. */
export function kaimingUniform(
  generator: Mt19937,
  shape: readonly [number, number],
  rounding: Rounding = 'fused',
): HostTensor {
  return drawFloats(generator, shape, Math.sqrt(3) * (Math.sqrt(2) / Math.sqrt(shape[1])), rounding);
}
