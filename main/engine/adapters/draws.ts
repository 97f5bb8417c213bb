/** Random arrays for initialisation, from the run's own generator of uniform numbers in [0, 1). */
import type { HostTensor } from './adapterMethod.ts';

/** Uniform in [−bound, bound). */
export function drawUniform(random: () => number, shape: readonly number[], bound: number): HostTensor {
  return { shape, data: filled(shape, () => (2 * random() - 1) * bound) };
}

/** Normal with mean 0, by Box and Muller; 1 − u keeps the logarithm finite. */
export function drawNormal(random: () => number, shape: readonly number[], deviation: number): HostTensor {
  const draw = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return { shape, data: filled(shape, () => draw() * deviation) };
}

export function constant(shape: readonly number[], value: number): HostTensor {
  return { shape, data: filled(shape, () => value) };
}

function filled(shape: readonly number[], draw: () => number): Float32Array {
  return new Float32Array(shape.reduce((product, size) => product * size, 1)).map(draw);
}
