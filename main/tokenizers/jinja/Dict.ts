/** dict, and what goes through its keys, values or pairs. */
import { hashKey } from './hashKey.ts';
import { FixedItems, PythonObject, type Value } from './values.ts';

/** Keys keep their order; 1, 1.0 and true are one key. */
export class Dict extends PythonObject {
  readonly typeName = 'dict';
  readonly #entries = new Map<unknown, readonly [Value, Value]>();

  constructor(pairs: Iterable<readonly [Value, Value]>) {
    super();
    for (const [key, value] of pairs) {
      const hash = hashKey(key);
      this.#entries.set(hash, [this.#entries.get(hash)?.[0] ?? key, value]);
    }
  }

  override get truth(): boolean {
    return this.#entries.size > 0;
  }

  override get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(hashKey(key))?.[1];
  }

  entries(): Iterable<readonly [Value, Value]> {
    return this.#entries.values();
  }

  keys(): Value[] {
    return Array.from(this.#entries.values(), ([key]) => key);
  }

  values(): Value[] {
    return Array.from(this.#entries.values(), ([, value]) => value);
  }

  override iterate(): Iterable<Value> {
    return this.keys();
  }

  override item(key: Value): Value | undefined {
    return isUnhashable(key) ? undefined : this.get(key);
  }
}

function isUnhashable(key: Value): boolean {
  return Array.isArray(key) || key instanceof Dict;
}

/** What keys(), values() and items() of a dict give. */
export class DictView extends FixedItems {
  readonly typeName: 'dict_keys' | 'dict_values' | 'dict_items';

  constructor(typeName: DictView['typeName'], items: readonly Value[]) {
    super(items);
    this.typeName = typeName;
  }
}
