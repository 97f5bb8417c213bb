/** Values as text: str() and repr() of Python, and the text itself by characters instead of UTF-16 units. */
import { Dict, DictView } from './Dict.ts';
import { TemplateFailure } from './errors.ts';
import { floatText } from './numbers.ts';
import { Markup, Namespace, PythonObject, Tuple, typeNameOf, type Value } from './values.ts';

/** str() */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  return value instanceof PythonObject && !isContainer(value) ? value.text() : repr(value);
}

function isContainer(value: PythonObject): value is Tuple | Dict | DictView | Namespace {
  return value instanceof Tuple || value instanceof Dict || value instanceof DictView || value instanceof Namespace;
}

export function repr(value: Value): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return floatText(value);
  if (!(value instanceof PythonObject)) return listText(value);
  return isContainer(value)
    ? containerText(value)
    : value instanceof Markup
      ? `Markup(${quoted(value.value)})`
      : value.repr();
}

function containerText(value: Tuple | Dict | DictView | Namespace): string {
  if (value instanceof Tuple)
    return value.items.length === 1 ? `(${repr(value.items[0])},)` : `(${value.items.map(repr).join(', ')})`;
  if (value instanceof DictView) return `${value.typeName}(${listText(value.items)})`;
  if (value instanceof Dict) return pairsText(value.entries());
  return `<Namespace ${pairsText(value.fields)}>`;
}

const listText = (items: readonly Value[]): string => `[${items.map(repr).join(', ')}]`;

function pairsText(pairs: Iterable<readonly [Value, Value]>): string {
  return `{${Array.from(pairs, ([key, value]) => `${repr(key)}: ${repr(value)}`).join(', ')}}`;
}

const named: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const unprintable = /[\\\p{C}\p{Z}]/gu;

/** Single quotes, or double ones where that saves an escape; what does not print is written by its number. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inside = text.replace(unprintable, (character) =>
    character === ' ' ? ' ' : (named[character] ?? numbered(character)),
  );
  return quote + (quote === "'" ? inside.replaceAll("'", "\\'") : inside) + quote;
}

function numbered(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

export function isPrintable(text: string): boolean {
  return !/[\p{C}\p{Z}]/u.test(text.replaceAll(' ', ''));
}

const surrogate = /[\ud800-\udfff]/;

/** The characters of a text: code points. */
export function charactersOf(text: string): readonly string[] {
  return surrogate.test(text) ? Array.from(text) : text.split('');
}

export function lengthOf(text: string): number {
  return surrogate.test(text) ? Array.from(text).length : text.length;
}

export function firstCharacters(text: string, count: number): string {
  return charactersOf(text).slice(0, count).join('');
}

/** By code points: UTF-16 units would put U+10000 before U+FFFF. */
export function compareText(a: string, b: string): number {
  if (!surrogate.test(a) && !surrogate.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let at = 0; at < left.length && at < right.length; at++) {
    const difference = (left[at].codePointAt(0) ?? 0) - (right[at].codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** What must be a text; `what` names it for the message. */
export function expectText(value: Value | undefined, what: string): string {
  if (typeof value === 'string') return value;
  if (value instanceof Markup) return value.value;
  throw new TemplateFailure(`${what} must be a text, not ${value === undefined ? 'nothing' : typeNameOf(value)}`);
}
