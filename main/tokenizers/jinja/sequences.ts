/** Going through values, counting them, taking parts of them. Texts count by characters (code points). */
import { Dict, DictView } from './Dict.ts';
import { equal } from './equality.ts';
import { TemplateFailure } from './errors.ts';
import { type Bounds, slice } from './slices.ts';
import { charactersOf, expectText, lengthOf } from './text.ts';
import { Markup, PythonObject, Tuple, typeNameOf, type Value } from './values.ts';

/** Throws where the value cannot be gone through. */
export function iterate(value: Value): Iterable<Value> {
  const items = iterateOrNothing(value);
  if (items === undefined) throw new TemplateFailure(`'${typeNameOf(value)}' cannot be gone through`);
  return items;
}

export function iterateOrNothing(value: Value): Iterable<Value> | undefined {
  if (typeof value === 'string') return charactersOf(value);
  if (Array.isArray(value)) return value as readonly Value[];
  return value instanceof PythonObject ? value.iterate() : undefined;
}

/** len(); undefined: it has none. */
export function sizeOf(value: Value): number | undefined {
  if (typeof value === 'string') return lengthOf(value);
  if (Array.isArray(value)) return value.length;
  return value instanceof PythonObject ? value.size : undefined;
}

/** Whether it can be indexed by a number or key. */
export function isSequenceOrMapping(value: Value): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return true;
  return value instanceof PythonObject && ['tuple', 'dict', 'range', 'Markup', 'Undefined'].includes(value.typeName);
}

export function contains(container: Value, item: Value): boolean {
  if (typeof container === 'string' || container instanceof Markup) {
    return expectText(container, 'a text').includes(expectText(item, "what is looked for in a text with 'in'"));
  }
  if (container instanceof Dict) return container.get(item) !== undefined;
  for (const each of iterate(container)) if (each === item || equal(each, item)) return true;
  return false;
}

/** The item at a place, from the end where it is negative; undefined: there is none. */
export function itemAt(items: readonly Value[], at: bigint): Value | undefined {
  const place = at < 0n ? BigInt(items.length) + at : at;
  return place < 0n || place >= BigInt(items.length) ? undefined : items[Number(place)];
}

/** Undefined: the value has no parts. */
export function sliceOf(value: Value, bounds: Bounds): Value | undefined {
  if (typeof value === 'string') return slice(charactersOf(value), bounds).join('');
  if (Array.isArray(value)) return slice(value as readonly Value[], bounds);
  return value instanceof Tuple ? new Tuple(slice(value.items, bounds)) : undefined;
}

/** A list of what can be gone through from its end: a generator cannot. */
export function reversedItems(value: Value): Value[] | undefined {
  const isReversible =
    typeof value === 'string' || Array.isArray(value) || value instanceof Dict || value instanceof DictView;
  if (!isReversible && !(value instanceof PythonObject && ['tuple', 'range', 'Markup'].includes(value.typeName)))
    return undefined;
  return Array.from(iterate(value)).reverse();
}
