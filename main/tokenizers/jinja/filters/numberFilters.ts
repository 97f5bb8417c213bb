/** Filters that make numbers, or write them. */
import { bind, integerOf } from '../arguments.ts';
import { TemplateFailure } from '../errors.ts';
import { fixed, parseFloatText, parseInteger, roundNumber, truncate } from '../numbers.ts';
import { numberOf, PythonObject, typeNameOf, Undefined, type Value } from '../values.ts';
import { bare, type Filter } from './Filter.ts';

const int: Filter = (value, args) => {
  const [fallback = 0n, base] = bind({ of: 'the filter int', names: ['default', 'base'] }, args);
  if (value instanceof Undefined) value.fail();
  if (typeof value === 'string') {
    const float = parseFloatText(value);
    return (
      parseInteger(value, integerOf(base, 10n, 'base of the filter int')) ??
      (float === undefined ? undefined : truncate(float)) ??
      fallback
    );
  }
  const number = numberOf(value);
  if (typeof number !== 'number') return number ?? fallback;
  const whole = truncate(number);
  if (whole === undefined && !Number.isNaN(number)) throw new TemplateFailure('an infinite number has no whole one');
  return whole ?? fallback;
};

const float: Filter = (value, args) => {
  const [fallback = 0] = bind({ of: 'the filter float', names: ['default'] }, args);
  if (value instanceof Undefined) value.fail();
  if (typeof value === 'string') return parseFloatText(value) ?? fallback;
  const number = numberOf(value);
  return number === undefined ? fallback : Number(number);
};

function expectNumber(value: Value, filter: string): bigint | number {
  if (value instanceof Undefined) value.fail();
  const number = numberOf(value);
  if (number === undefined)
    throw new TemplateFailure(`the filter ${filter} needs a number, not '${typeNameOf(value)}'`);
  return number;
}

const round: Filter = (value, args) => {
  const [precision, method = 'common'] = bind({ of: 'the filter round', names: ['precision', 'method'] }, args);
  const number = expectNumber(value, 'round');
  const digits = integerOf(precision, 0n, 'precision of the filter round');
  if (method === 'common') return roundNumber(number, digits);
  if (method !== 'ceil' && method !== 'floor')
    throw new TemplateFailure('the method of the filter round is common, ceil or floor');
  const unit = 10 ** Number(digits);
  return Math[method](Number(number) * unit) / unit;
};

const abs: Filter = bare('abs', (value) => {
  const number = expectNumber(value, 'abs');
  return number < 0 ? -number : typeof number === 'number' ? Math.abs(number) : number;
});

const filesizeformat: Filter = (value, args) => {
  const [binary = false] = bind({ of: 'the filter filesizeformat', names: ['binary'] }, args);
  if (value instanceof PythonObject)
    throw new TemplateFailure(`the filter filesizeformat needs a number, not '${value.typeName}'`);
  const bytes = typeof value === 'string' ? parseFloatText(value) : Number(expectNumber(value, 'filesizeformat'));
  if (bytes === undefined) throw new TemplateFailure('the filter filesizeformat needs a number');
  const base = binary === true ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const power = [2, 3, 4, 5, 6, 7, 8].find((each) => bytes < base ** each) ?? 9;
  const prefix = `${(binary === true ? 'KMGTPEZY' : 'kMGTPEZY')[power - 2]}${binary === true ? 'i' : ''}B`;
  return `${fixed((base * bytes) / base ** power, 1)} ${prefix}`;
};

export const numberFilters: Readonly<Record<string, Filter>> = { int, float, round, abs, filesizeformat };
