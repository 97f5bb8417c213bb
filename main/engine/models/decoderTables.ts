/**
 * Constants of a forward pass that depend on its length alone: rotation tables and causal masks. Made once each, since
 * every function recorded for that length captures them.
 */
import type { RopeParameters } from '../../contract/families/rope.ts';
import { ropeTables } from '../ops/rope.ts';
import { tf, type Tensor } from '../tf.ts';

/** Added to attention scores where a key may not be seen. */
export const MASKED = -1e9;

export interface Rotation {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

export class DecoderTables {
  readonly #headDim: number;
  readonly #kept = new Map<string, Tensor>();
  /** Layers of one kind share their parameters by reference or not: what counts is what they say. */
  readonly #names = new WeakMap<RopeParameters, string>();

  constructor(headDim: number) {
    this.#headDim = headDim;
  }

  /** cos and sin, each (positions, width); the width is the head's unless a part of it is rotated. */
  rotation(rope: RopeParameters, positions: number, width = this.#headDim): Rotation {
    const name = this.#names.get(rope) ?? JSON.stringify(rope);
    this.#names.set(rope, name);
    const key = `${positions} ${width} ${name}`;
    const known = this.#kept.get(`cos ${key}`);
    if (known) return { cos: known, sin: this.#kept.get(`sin ${key}`) as Tensor };
    const { cos, sin } = ropeTables(positions, width, rope);
    const size: [number, number] = [positions, width];
    return {
      cos: this.#keep(`cos ${key}`, tf.tensor2d(cos, size)),
      sin: this.#keep(`sin ${key}`, tf.tensor2d(sin, size)),
    };
  }

  /** (T, T): 0 where the row's token sees the column's, within `window` where there is one. */
  causal(T: number, window = T): Tensor {
    const reach = Math.min(window, T);
    const sees = (at: number): boolean => {
      const [row, column] = [Math.floor(at / T), at % T];
      return column <= row && column > row - reach;
    };
    const mask = (): Float32Array => Float32Array.from({ length: T * T }, (_, at) => (sees(at) ? 0 : MASKED));
    return this.#kept.get(`causal ${T} ${reach}`) ?? this.#keep(`causal ${T} ${reach}`, tf.tensor2d(mask(), [T, T]));
  }

  #keep(name: string, tensor: Tensor): Tensor {
    this.#kept.set(name, tf.keep(tensor));
    return tensor;
  }

  dispose(): void {
    tf.dispose([...this.#kept.values()]);
    this.#kept.clear();
  }
}
