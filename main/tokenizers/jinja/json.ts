/**
 * `tojson` as transformers has it: Python's json.dumps, without escaping for HTML and, unless asked for, without \u
 * escapes.
 */
import { orderOf } from './comparison.ts';
import { Dict } from './Dict.ts';
import { TemplateFailure } from './errors.ts';
import { floatText } from './numbers.ts';
import { Markup, Tuple, typeNameOf, type Value } from './values.ts';

export interface JsonStyle {
  readonly ensureAscii: boolean;
  /** What one level is moved in by; null: all in one line. */
  readonly indent: string | null;
  readonly separators: readonly [item: string, key: string];
  readonly sortKeys: boolean;
}

/** Throws for what JSON cannot say. */
export function toJson(value: Value, style: JsonStyle, depth = 0): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return jsonNumber(value);
  if (typeof value === 'string' || value instanceof Markup)
    return jsonText(typeof value === 'string' ? value : value.value, style);
  if (value instanceof Tuple) return list(value.items, style, depth);
  if (value instanceof Dict) return dict(value, style, depth);
  if (Array.isArray(value)) return list(value as readonly Value[], style, depth);
  throw new TemplateFailure(`tojson cannot write a value of the type '${typeNameOf(value)}'`);
}

function jsonNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? floatText(value) : value > 0 ? 'Infinity' : '-Infinity';
}

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
};

function jsonText(text: string, { ensureAscii }: JsonStyle): string {
  // By UTF-16 units: a character beyond U+FFFF becomes two escapes, as in Python. U+007F is ASCII.
  const escaped = ensureAscii ? /["\\\0-\x1f\x80-\uffff]/g : /["\\\0-\x1f]/g;
  return `"${text.replace(escaped, (unit) => short[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
}

function list(items: readonly Value[], style: JsonStyle, depth: number): string {
  return enclosed(
    '[]',
    items.map((item) => toJson(item, style, depth + 1)),
    style,
    depth,
  );
}

function dict(value: Dict, style: JsonStyle, depth: number): string {
  const entries = Array.from(value.entries());
  if (style.sortKeys) entries.sort(([a], [b]) => orderOf(a, b));
  const parts = entries.map(
    ([key, each]) => `${jsonText(keyText(key), style)}${style.separators[1]}${toJson(each, style, depth + 1)}`,
  );
  return enclosed('{}', parts, style, depth);
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key;
  if (key === null || typeof key === 'boolean' || typeof key === 'bigint') return String(key);
  if (typeof key === 'number') return jsonNumber(key);
  throw new TemplateFailure(`tojson cannot write a key of the type '${typeNameOf(key)}'`);
}

function enclosed(
  brackets: string,
  parts: readonly string[],
  { indent, separators }: JsonStyle,
  depth: number,
): string {
  const [open, close] = brackets;
  if (parts.length === 0 || indent === null) return open + parts.join(separators[0]) + close;
  const line = `\n${indent.repeat(depth + 1)}`;
  return `${open}${line}${parts.join(separators[0] + line)}\n${indent.repeat(depth)}${close}`;
}
