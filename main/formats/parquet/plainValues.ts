/**
 * Values of a Parquet file as JSON would have them, so that every dataset format reads them as it reads a line of JSON.
 * Numbers are those that the file's writer meant: a float32 of 2.2 is 2.2 and not the double next to it.
 */
import type { SchemaTree } from 'hyparquet';
import type { Feature } from './classLabels.ts';
import { parquetWords as words } from '../../contract/words/parquet.ts';
import type { Said } from '../../contract/words/words.ts';

/** A value of a text column whose bytes are no text. */
export class NoText {
  readonly byteLength: number;

  constructor(byteLength: number) {
    this.byteLength = byteLength;
  }
}

export class NoPlainValue extends Error {
  override readonly name = 'NoPlainValue';
  /** For the person. */
  readonly reason: Said;

  constructor(reason: Said) {
    super(reason.text);
    this.reason = reason;
  }
}

export type ToPlain = (value: unknown) => unknown;

/** How values of a column become plain. What it gives throws NoPlainValue for a value that cannot be one. */
export function plainValuesOf(tree: SchemaTree, feature?: Feature): ToPlain {
  const { element, children } = tree;
  if (feature?.kind === 'classes') return (value) => toClass(value, feature.names);
  if (element.converted_type === 'LIST') return listOf(elementOf(tree), feature);
  if (element.converted_type === 'MAP') return toPlain;
  return children.length > 0 ? fieldsOf(children, feature) : scalarsOf(tree);
}

function scalarsOf({ element }: SchemaTree): ToPlain {
  const { type, converted_type: converted, logical_type: logical, scale = 0 } = element;
  if (converted === 'UTF8' || logical?.type === 'STRING') return toText;
  if (converted === 'DECIMAL') return numbers((value) => Number(value.toFixed(scale)));
  if (logical?.type === 'FLOAT16') return numbers((value) => shortest(value, float16));
  return type === 'FLOAT' ? numbers((value) => shortest(value, float32)) : toPlain;
}

interface Precision {
  /** The nearest value that can be held. */
  readonly round: (value: number) => number;
  /** Decimal digits from which to try, and how many are enough for every value. */
  readonly digits: readonly [number, number];
}

const float32: Precision = { round: Math.fround, digits: [6, 9] };
const float16: Precision = { round: roundToFloat16, digits: [1, 5] };

/** The shortest decimal number that the narrow type holds as this value; whole numbers stay. */
function shortest(value: number, { round, digits: [fewest, enough] }: Precision): number {
  if (Number.isInteger(value)) return value;
  for (let digits = fewest; digits <= enough; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (round(candidate) === value) return candidate;
  }
  return value;
}

/** 11 significant bits, fewer below 2 ** -14. */
function roundToFloat16(value: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), -14);
  const unit = 2 ** (exponent - 10);
  return Math.round(value / unit) * unit;
}

function numbers(convert: (value: number) => number): ToPlain {
  return (value) => (typeof value === 'number' && Number.isFinite(value) ? convert(value) : toPlain(value));
}

/** −1 is how `datasets` writes a label that is not known. */
function toClass(value: unknown, names: readonly string[]): unknown {
  const plain = toPlain(value);
  if (plain === null || plain === undefined || plain === -1) return null;
  const name = typeof plain === 'number' ? names[plain] : undefined;
  if (name === undefined)
    throw new NoPlainValue(words.noClass({ value: JSON.stringify(plain), classes: names.length }));
  return name;
}

function toText(value: unknown): unknown {
  if (value instanceof NoText) throw new NoPlainValue(words.noText({ bytes: value.byteLength }));
  return toPlain(value);
}

/** Of numbers, such as embeddings, as they are: there are millions, and no format reads them. */
function listOf(element: SchemaTree, feature: Feature | undefined): ToPlain {
  const isOfNumbers = element.children.length === 0 && element.element.type !== 'BYTE_ARRAY' && feature === undefined;
  const convert = isOfNumbers
    ? toPlain
    : plainValuesOf(element, feature?.kind === 'list' ? feature.element : undefined);
  return (value) => {
    if (ArrayBuffer.isView(value)) return numbersOf(value).map(convert);
    return Array.isArray(value) ? value.map(convert) : toPlain(value);
  };
}

function fieldsOf(children: readonly SchemaTree[], feature: Feature | undefined): ToPlain {
  const features = feature?.kind === 'fields' ? feature.fields : undefined;
  const converters = new Map(
    children.map((child) => [child.element.name, plainValuesOf(child, features?.get(child.element.name))]),
  );
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return toPlain(value);
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [name, (converters.get(name) ?? toPlain)(field)]),
    );
  };
}

/** What a list holds, below the levels that Parquet puts between. */
function elementOf(tree: SchemaTree): SchemaTree {
  const [repeated = tree] = tree.children;
  return (repeated.children.length === 1 ? repeated.children[0] : undefined) ?? repeated;
}

function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array || value instanceof NoText) return `${value.byteLength} bytes`;
  if (ArrayBuffer.isView(value)) return numbersOf(value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toPlain(field)]));
  return value;
}

function numbersOf(view: ArrayBufferView): unknown[] {
  return Array.from(view as unknown as ArrayLike<number | bigint>, toPlain);
}
