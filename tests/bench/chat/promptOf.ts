/** Ids that mean nothing, the same every time, within any vocabulary of a few thousand. */
export function promptOf(tokens: number, seed = 0): number[] {
  return Array.from({ length: tokens }, (_, at) => 100 + ((7919 * (at + 1) + 104_729 * seed) % 1500));
}
