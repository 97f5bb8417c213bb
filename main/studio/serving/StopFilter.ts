/**
 * Text that comes in pieces, cut before the first of some stop texts. A stop text may come in several pieces, so what
 * could be the beginning of one is held back until it is known.
 */
export class StopFilter {
  readonly #stops: readonly string[];
  #held = '';
  #stopped = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== '');
  }

  /** True once a stop text was met: nothing comes out any more. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** The text that is certain by now. */
  push(piece: string): string {
    if (this.#stopped) return '';
    const text = this.#held + piece;
    const end = this.#firstStop(text);
    if (end >= 0) {
      this.#stopped = true;
      this.#held = '';
      return text.slice(0, end);
    }
    const certain = text.length - this.#longestBeginning(text);
    this.#held = text.slice(certain);
    return text.slice(0, certain);
  }

  /** What was held back: no more text comes. */
  finish(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }

  #firstStop(text: string): number {
    const found = this.#stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
    return found.length === 0 ? -1 : Math.min(...found);
  }

  /** Of the end of `text` that is the beginning of a stop text, in UTF-16 units. */
  #longestBeginning(text: string): number {
    const most = Math.max(0, ...this.#stops.map(({ length }) => length - 1));
    for (let length = Math.min(most, text.length); length > 0; length--) {
      const end = text.slice(-length);
      if (this.#stops.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }
}
