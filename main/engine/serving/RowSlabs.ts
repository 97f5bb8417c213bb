/**
 * Rows of numbers that come and go, many thousand of one length, behind one another in few large blocks. Each in an
 * array of its own would lie between what the reading of files leaves behind, and the heap could give none of it back:
 * a thousand VeRA adapters of SmolLM2 took 1.4 times their numbers.
 */
const slabBytes = 2 ** 24;

interface Slab {
  readonly numbers: Float32Array;
  readonly free: Float32Array[];
}

export class RowSlabs {
  readonly #rowSize: number;
  readonly #rowsEach: number;
  readonly #slabs: Slab[] = [];
  readonly #slabOf = new Map<Float32Array, Slab>();

  constructor(rowSize: number) {
    this.#rowSize = rowSize;
    this.#rowsEach = Math.max(1, Math.floor(slabBytes / (rowSize * Float32Array.BYTES_PER_ELEMENT)));
  }

  /** In bytes, with rows that are free. */
  get sizeBytes(): number {
    return this.#slabs.length * this.#rowsEach * this.#rowSize * Float32Array.BYTES_PER_ELEMENT;
  }

  /** (rowSize) of whatever was there before; the caller's until it is given back. */
  take(): Float32Array {
    const slab = this.#slabs.find(({ free }) => free.length > 0) ?? this.#open();
    const row = slab.free.pop() ?? new Float32Array(this.#rowSize);
    this.#slabOf.set(row, slab);
    return row;
  }

  giveBack(row: Float32Array): void {
    const slab = this.#slabOf.get(row);
    if (slab === undefined) return;
    this.#slabOf.delete(row);
    slab.free.push(row);
    if (slab.free.length === this.#rowsEach) this.#slabs.splice(this.#slabs.indexOf(slab), 1);
  }

  #open(): Slab {
    const numbers = new Float32Array(this.#rowsEach * this.#rowSize);
    const rows = Array.from({ length: this.#rowsEach }, (_, index) =>
      numbers.subarray(index * this.#rowSize, (index + 1) * this.#rowSize),
    );
    const slab = { numbers, free: rows.reverse() };
    this.#slabs.push(slab);
    return slab;
  }
}
