/** What a value is found by in a dict or a set: equal values have the same key. */
import { TemplateFailure } from './errors.ts';
import { PythonObject, Tuple, typeNameOf, Undefined, type Value } from './values.ts';

const nothing = Symbol('Undefined');

/** Throws where Python calls the type unhashable. */
export function hashKey(value: Value): unknown {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (value instanceof Undefined) return nothing;
  if (value instanceof Tuple) return `\u0000tuple ${value.items.map((item) => describe(hashKey(item))).join('\u0000')}`;
  if (value === null || typeof value === 'string' || typeof value === 'bigint') return value;
  if (value instanceof PythonObject && !['dict', 'Markup'].includes(value.typeName)) return value;
  throw new TemplateFailure(`unhashable type: '${typeNameOf(value)}'`);
}

function describe(key: unknown): string {
  if (typeof key === 'string') return `s${key}`;
  if (key === null || key === nothing || typeof key === 'bigint' || typeof key === 'number')
    return `${typeof key} ${String(key)}`;
  throw new TemplateFailure('such a tuple is not supported as a key');
}
