/** Names and what they stand for; what is not here is looked for outside. */
import { Undefined, type Value } from './values.ts';

export class Scope {
  readonly #values: Map<string, Value>;
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope, values: Iterable<readonly [string, Value]> = []) {
    this.#outer = outer;
    this.#values = new Map(values);
  }

  /** An Undefined where there is nothing of this name. */
  get(name: string): Value {
    const value = this.#values.get(name);
    if (value !== undefined) return value;
    return this.#outer === undefined ? new Undefined(`'${name}' is undefined`) : this.#outer.get(name);
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }
}
