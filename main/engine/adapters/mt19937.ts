/**
 * The 32-bit Mersenne Twister (Matsumoto and Nishimura 1998) with the seeding that PyTorch's CPU generator uses: only
 * the low 32 bits of a seed count, so seed 2³² + 42 gives the stream of seed 42.
 */
import type { HostTensor } from './adapterMethod.ts';

const size = 624;
const shift = 397;

export class Mt19937 {
  readonly #state = new Uint32Array(size);
  #next = size;

  /** `seed`: a whole number below 2^53. */
  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed % 2 ** 32;
    for (let j = 1; j < size; j++) {
      const previous = state[j - 1] ?? 0;
      state[j] = Math.imul(1812433253, previous ^ (previous >>> 30)) + j;
    }
  }

  /** The next 32 random bits, as an unsigned number. */
  next(): number {
    if (this.#next === size) this.#twist();
    let y = this.#state[this.#next++] ?? 0;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < size; i++) {
      const y = ((state[i] ?? 0) & 0x80000000) | ((state[(i + 1) % size] ?? 0) & 0x7fffffff);
      state[i] = (state[(i + shift) % size] ?? 0) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}

/**
 * PyTorch's AVX2 and AVX512 kernels fuse multiply and add (one rounding); its plain kernels round twice. Files in the
 * wild come from the former, so that is the default.
 */
export type Rounding = 'fused' | 'separate';

/** A (rows, columns) matrix uniform in ±bound, filled row by row, one draw per element, as PyTorch's uniform_ does. */
export function drawFloats(
  generator: Mt19937,
  shape: readonly [number, number],
  bound: number,
  rounding: Rounding = 'fused',
): HostTensor {
  const from = Math.fround(-bound);
  const range = Math.fround(Math.fround(bound) - from);
  const data = new Float32Array(shape[0] * shape[1]);
  for (let i = 0; i < data.length; i++) {
    // A 24-bit fraction times the range plus the bound is exact in float64: storing it is the one rounding.
    const scaled = ((generator.next() & 0xffffff) / 0x1000000) * range;
    data[i] = (rounding === 'fused' ? scaled : Math.fround(scaled)) + from;
  }
  return { shape, data };
}
