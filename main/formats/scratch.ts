/**
 * Memory that is used again: what is read piece by piece would otherwise leave an array a piece to the garbage
 * collector, which lets gigabytes of them gather before it comes. A view is good until the next one is asked for.
 */
export class Scratch {
  #buffer = new ArrayBuffer(0);

  /** `count` bytes with whatever is in them, starting at the beginning of a buffer. */
  bytes(count: number): Uint8Array<ArrayBuffer> {
    if (this.#buffer.byteLength < count) this.#buffer = new ArrayBuffer(count);
    return new Uint8Array(this.#buffer, 0, count);
  }

  release(): void {
    this.#buffer = new ArrayBuffer(0);
  }

  floats(count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.bytes(4 * count).buffer, 0, count);
  }

  halves(count: number): Uint16Array<ArrayBuffer> {
    return new Uint16Array(this.bytes(2 * count).buffer, 0, count);
  }
}
