/**
 * Finds the tokens with which a text goes on at a place. The tokens are sorted, and each further character narrows the
 * range by bisection, so that a vocabulary of 250,000 takes one list of numbers and no tree of maps.
 */
export class SortedTokens {
  private readonly tokens: readonly string[];
  /** Range of the tokens that begin with a code unit. */
  private readonly starts = new Map<number, readonly [number, number]>();

  constructor(tokens: Iterable<string>) {
    this.tokens = [...tokens].filter((token) => token !== '').sort(byCodeUnits);
    for (const [index, token] of this.tokens.entries()) {
      const unit = token.charCodeAt(0);
      this.starts.set(unit, [this.starts.get(unit)?.[0] ?? index, index + 1]);
    }
  }

  /** Calls `found` with each token that `text` has at `start`, the shortest first. */
  forEachAt(text: string, start: number, found: (token: string) => void): void {
    let range = this.starts.get(text.charCodeAt(start));
    for (let depth = 1; range !== undefined; depth++) {
      const token = this.tokens[range[0]] ?? '';
      if (token.length === depth) found(token);
      if (start + depth >= text.length) return;
      range = this.narrow(range, depth, text.charCodeAt(start + depth));
    }
  }

  private narrow(
    [from, to]: readonly [number, number],
    depth: number,
    unit: number,
  ): readonly [number, number] | undefined {
    const low = this.firstAtLeast(from, to, depth, unit);
    if (low === to || this.unitAt(low, depth) !== unit) return undefined;
    return [low, this.firstAtLeast(low, to, depth, unit + 1)];
  }

  private firstAtLeast(from: number, to: number, depth: number, unit: number): number {
    let [low, high] = [from, to];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.unitAt(middle, depth) < unit) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** -1 where the token ends before, so that it sorts first. */
  private unitAt(index: number, depth: number): number {
    const token = this.tokens[index] ?? '';
    return depth < token.length ? token.charCodeAt(depth) : -1;
  }
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
