/** Tables that packed matrices look their codes up in: made once for a backend, for as long as it lives. */
import { DataType } from '../attributes.ts';
import type { EagerSession } from '../eagerSession.ts';

export class CodeTables {
  readonly #session: EagerSession;
  readonly #ids = new Map<string, number>();

  constructor(session: EagerSession) {
    this.#session = session;
  }

  /** (values) float32. */
  of(values: Float32Array): number {
    return this.#kept(`1 ${values.join()}`, [values.length], () => values);
  }

  /**
   * (65536, 4) float32: what the four codes of 16 bits stand for, which are two bytes as they lie in memory, the first
   * code of each in its high half.
   */
  ofFour(values: Float32Array): number {
    return this.#kept(`4 ${values.join()}`, [65_536, 4], () => {
      const table = new Float32Array(4 * 65_536);
      for (let bits = 0; bits < 65_536; bits++)
        for (const [at, shift] of [4, 0, 12, 8].entries()) table[4 * bits + at] = values[(bits >> shift) & 15];
      return table;
    });
  }

  #kept(key: string, shape: readonly number[], make: () => Float32Array): number {
    const id = this.#ids.get(key) ?? this.#session.createTensor(shape, DataType.float, make());
    this.#ids.set(key, id);
    return id;
  }
}
