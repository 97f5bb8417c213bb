/**
 * The 32-bit Mersenne Twister (Matsumoto and Nishimura 1998) with the seeding that PyTorch's CPU generator uses: only
 * the low 32 bits of a seed count, so seed 2³² + 42 gives the stream of seed 42.
 */
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
