/**
 * Possible merges of one word, the one of the lowest rank first, of equal ranks the leftmost. A binary heap of numbers.
 */

const positions = 2 ** 26; // ranks stay below 2 ** 27, so that rank and position fit into one exact number

export class MergeHeap {
  private readonly keys: number[] = [];

  push(rank: number, position: number): void {
    const key = rank * positions + position;
    let at = this.keys.push(key) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.keys[parent] ?? 0;
      if (above <= key) break;
      this.keys[at] = above;
      at = parent;
    }
    this.keys[at] = key;
  }

  /** Takes the first merge out; undefined where none is left. */
  pop(): { readonly rank: number; readonly position: number } | undefined {
    const first = this.keys[0];
    const last = this.keys.pop();
    if (first === undefined || last === undefined) return undefined;
    if (this.keys.length > 0) this.sink(last);
    const position = first % positions;
    return { rank: (first - position) / positions, position };
  }

  private sink(key: number): void {
    const { keys } = this;
    let at = 0;
    for (let child = 1; child < keys.length; child = 2 * at + 1) {
      if (child + 1 < keys.length && (keys[child + 1] ?? 0) < (keys[child] ?? 0)) child++;
      const below = keys[child] ?? 0;
      if (below >= key) break;
      keys[at] = below;
      at = child;
    }
    keys[at] = key;
  }
}
