/**
 * Seeded random numbers: xoshiro128** (Blackman, Vigna 2021) whose state comes from the seed and labels by splitmix32.
 * A stream is a pure function of its labels, e.g. (seed, 'shuffle', epoch), so nothing has to be saved to go on later.
 */

/** Uniform in [0, 1) with 32 random bits. */
export type Random = () => number;

/** Equal labels give equal streams; any other label gives an unrelated one. */
export function createRandom(...labels: readonly (number | string)[]): Random {
  const next = splitmix32(hashLabels(labels));
  const state = Uint32Array.from([next(), next(), next(), next()]);
  return () => nextXoshiro(state) / 2 ** 32;
}

/** A new array in random order (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const chosen = Math.floor(random() * (last + 1));
    [result[last], result[chosen]] = [result[chosen], result[last]];
  }
  return result;
}

/** FNV-1a over the labels' text: a 32-bit number that spreads well enough to seed or to choose an offset. */
export function hashLabels(labels: readonly (number | string)[]): number {
  let hash = 0x811c9dc5;
  for (const unit of Buffer.from(JSON.stringify(labels), 'utf8')) hash = Math.imul(hash ^ unit, 0x01000193);
  return hash >>> 0;
}

function nextXoshiro(s: Uint32Array): number {
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = s;
  const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
  const t2 = s2 ^ s0;
  const t3 = s3 ^ s1;
  s[1] = s1 ^ t2;
  s[0] = s0 ^ t3;
  s[2] = t2 ^ (s1 << 9);
  s[3] = rotateLeft(t3, 11);
  return result;
}

function splitmix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
