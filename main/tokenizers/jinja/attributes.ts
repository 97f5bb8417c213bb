/**
 * `.name` and `[key]`, by the rules of Jinja's immutable sandbox: the attribute first with a dot, the key first in
 * brackets.
 */
import { braceFormat } from './braceFormat.ts';
import { Dict } from './Dict.ts';
import { TemplateFailure } from './errors.ts';
import { type Bound, dictMethod, listMethod, tupleMethod } from './methods/collectionMethods.ts';
import { stringMethod } from './methods/stringMethods.ts';
import { Range } from './Range.ts';
import { itemAt, sliceOf } from './sequences.ts';
import type { Bounds } from './slices.ts';
import { charactersOf, expectText, repr } from './text.ts';
import { Callable, Markup, numberOf, PythonObject, Tuple, typeNameOf, Undefined, type Value } from './values.ts';

/** `of.name` */
export function attributeOf(of: Value, name: string): Value {
  if (of instanceof Undefined) of.fail();
  const own = ownAttribute(of, name);
  const found = own === undefined ? itemOrNothing(of, name) : own;
  return found === undefined ? missing(of, name) : found;
}

/** `of[key]` */
export function itemOf(of: Value, key: Value): Value {
  if (of instanceof Undefined) of.fail();
  const item = itemOrNothing(of, key);
  const found = item === undefined && typeof key === 'string' ? ownAttribute(of, key) : item;
  return found === undefined ? missing(of, key) : found;
}

/** `of[start:stop:step]`; throws where the value has no parts. */
export function partOf(of: Value, bounds: Bounds): Value {
  if (of instanceof Undefined) of.fail();
  if (of instanceof Markup) return new Markup(expectText(sliceOf(of.value, bounds), 'a part of a text'));
  const part = of instanceof Range ? of.part(bounds) : sliceOf(of, bounds);
  if (part === undefined) throw new TemplateFailure(`no part of '${typeNameOf(of)}' can be taken with [:]`);
  return part;
}

function missing(of: Value, key: Value): Undefined {
  return new Undefined(`'${typeNameOf(of)}' has no ${typeof key === 'string' ? 'attribute' : 'element'} ${repr(key)}`);
}

function itemOrNothing(of: Value, key: Value): Value | undefined {
  if (of instanceof Tuple || Array.isArray(of))
    return byPlace(of instanceof Tuple ? of.items : (of as readonly Value[]), key);
  if (typeof of === 'string') return byPlace(charactersOf(of), key);
  if (of instanceof Markup)
    return byPlace(
      charactersOf(of.value).map((each) => new Markup(each)),
      key,
    );
  return of instanceof PythonObject ? of.item(key) : undefined;
}

function byPlace(items: readonly Value[], key: Value): Value | undefined {
  const at = numberOf(key);
  return typeof at === 'bigint' ? itemAt(items, at) : undefined;
}

function ownAttribute(of: Value, name: string): Value | undefined {
  const method = methodOf(of, name);
  if (method instanceof Undefined) return method;
  if (method !== undefined) return new Callable(name, method);
  if (of instanceof PythonObject) return of.attribute(name);
  refuseNumberAttribute(of, name);
  return undefined;
}

function methodOf(of: Value, name: string): Bound | Undefined | undefined {
  if (typeof of === 'string') {
    if (name === 'format') return (args) => braceFormat(of, args, { attribute: attributeOf, item: itemOf });
    const method = stringMethod(name);
    return method === undefined ? undefined : (args) => method(of, args);
  }
  if (of instanceof Markup && stringMethod(name) !== undefined) {
    return () => {
      throw new TemplateFailure(`the method '${name}' is not supported for text that was marked as safe or escaped`);
    };
  }
  if (of instanceof Dict) return dictMethod(of, name);
  if (of instanceof Tuple) return tupleMethod(of, name);
  return Array.isArray(of) ? listMethod(of as readonly Value[], name) : undefined;
}

/** What Python's numbers have beside their value; no template needs it, so it is said instead of left out. */
const ofNumbers =
  /^(real|imag|numerator|denominator|conjugate|bit_length|bit_count|to_bytes|from_bytes|as_integer_ratio|is_integer|hex|fromhex)$/;

function refuseNumberAttribute(of: Value, name: string): void {
  if (numberOf(of) === undefined || !ofNumbers.test(name)) return;
  throw new TemplateFailure(`the attribute '${name}' of a number is not supported`);
}
