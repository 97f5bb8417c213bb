/** Chance that is the same every time: a small generator (mulberry32) with the draws that made-up data needs. */

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number, both ends included. */
  int(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[Math.floor(this.next() * list.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }

  isTrue(share: number): boolean {
    return this.next() < share;
  }

  /** About normal, with mean 0 and deviation 1. */
  normal(): number {
    return Array.from({ length: 6 }, () => this.next()).reduce((sum, each) => sum + each, -3) * Math.SQRT2;
  }

  /** As the studio's own (main/database/ids.ts), for a moment in the past. */
  id(atMs: number): string {
    let text = '';
    for (let rest = Math.floor(atMs); text.length < 9; rest = Math.floor(rest / 32))
      text = alphabet.charAt(rest % 32) + text;
    return text + Array.from({ length: 4 }, () => alphabet.charAt(this.int(0, 31))).join('');
  }
}
