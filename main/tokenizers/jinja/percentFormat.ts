/** `'%s of %d' % (a, b)`: Python's older way to put values into a text. */
import { Dict } from './Dict.ts';
import { TemplateFailure } from './errors.ts';
import { formatNumber, wholeNumber } from './formatNumber.ts';
import { firstCharacters, lengthOf, repr, textOf } from './text.ts';
import { numberOf, PythonObject, Tuple, typeNameOf, type Value } from './values.ts';

const pattern =
  /%(?:\((?<name>[^)]*)\))?(?<flags>[-+ 0#]*)(?<width>\*|\d+)?(?:(?<point>\.)(?<digits>\*|\d+)?)?[hlL]?(?<kind>[^]|$)/g;

/** Throws where values are missing, left over or of the wrong type. */
export function percentFormat(text: string, values: Value): string {
  const given = values instanceof Tuple ? values.items : [values];
  let [used, byName] = [0, false];
  const next = (): Value => {
    if (used >= given.length) throw new TemplateFailure('there are fewer values than places in a text with %');
    return given[used++];
  };
  const size = (part: string | undefined): number | undefined =>
    part === '*' ? Number(next()) : part === undefined ? undefined : Number(part);
  const parts: string[] = [];
  let at = 0;
  for (const found of text.matchAll(pattern)) {
    const { name, flags = '', width, point, digits, kind = '' } = found.groups ?? {};
    parts.push(text.slice(at, found.index));
    at = found.index + found[0].length;
    if (kind === '%') {
      parts.push('%');
      continue;
    }
    const columns = size(width) ?? 0;
    const precision = point !== undefined && digits === undefined ? 0 : size(digits);
    byName ||= name !== undefined;
    parts.push(placed(kind, name === undefined ? next() : named(values, name), { flags, columns, digits: precision }));
  }
  if (used < given.length && !byName && !isIndexed(values)) {
    throw new TemplateFailure('not all values found a place in a text with %');
  }
  return parts.join('') + text.slice(at);
}

/** Python counts whatever has keys or places, texts and tuples aside, as names that nobody has to use. */
function isIndexed(values: Value): boolean {
  return (
    Array.isArray(values) ||
    (values instanceof PythonObject && ['dict', 'range', 'Undefined'].includes(values.typeName))
  );
}

function named(values: Value, name: string): Value {
  if (!(values instanceof Dict)) throw new TemplateFailure('a text with %(name)s needs values with names');
  const value = values.get(name);
  if (value === undefined) throw new TemplateFailure(`there is no value for %(${name})s`);
  return value;
}

interface Place {
  readonly flags: string;
  readonly columns: number;
  readonly digits: number | undefined;
}

function placed(kind: string, value: Value, { flags, columns, digits }: Place): string {
  const pad = (text: string): string => {
    const blanks = ' '.repeat(Math.max(0, columns - lengthOf(text)));
    return flags.includes('-') ? text + blanks : blanks + text;
  };
  if (kind === 's' || kind === 'r' || kind === 'a') {
    const text = kind === 's' ? textOf(value) : repr(value);
    if (kind === 'a' && /[^\0-\x7f]/.test(text)) throw new TemplateFailure('%a is not supported beyond ASCII');
    return pad(digits === undefined ? text : firstCharacters(text, digits));
  }
  if (kind === 'c') return pad(typeof value === 'string' ? value : String.fromCodePoint(Number(numberOf(value) ?? 0)));
  return pad(numbered(kind, value, { flags, columns, digits }));
}

function numbered(kind: string, value: Value, { flags, columns, digits }: Place): string {
  const number = numberOf(value);
  if (number === undefined) throw new TemplateFailure(`%${kind} needs a number, not '${typeNameOf(value)}'`);
  if (!/^[diuxXoeEfFgG]$/.test(kind)) throw new TemplateFailure(`the format %${kind} is not supported`);
  const isWhole = /^[diuxXo]$/.test(kind);
  if (/^[xXo]$/.test(kind) && typeof number !== 'bigint') throw new TemplateFailure(`%${kind} needs a whole number`);
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const style = {
    kind: /^[diu]$/.test(kind) ? 'd' : kind,
    sign,
    alternate: flags.includes('#'),
    grouping: '',
    precision: digits,
  };
  const parts = formatNumber(isWhole ? wholeNumber(number) : number, style);
  const long = isWhole && digits !== undefined ? parts.digits.padStart(digits, '0') : parts.digits;
  const head = parts.sign + parts.prefix;
  return head + (flags.includes('0') && !flags.includes('-') ? long.padStart(columns - head.length, '0') : long);
}
