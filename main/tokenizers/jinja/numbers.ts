/** Numbers as Python writes, reads and rounds them. */
import { TemplateFailure } from './errors.ts';

/** `repr()` of a float: the shortest digits that give it back, with an exponent below 1e-4 and from 1e16 on. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const [digits, exponentText] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16)
    return `${digits}e${exponentText.startsWith('-') ? '-' : '+'}${padExponent(exponent)}`;
  const text = plain(value, exponent);
  return text.includes('.') ? text : `${text}.0`;
}

function plain(value: number, exponent: number): string {
  if (exponent >= 0) return String(value);
  const digits = Math.abs(value).toExponential().split('e')[0].replace('.', '');
  return `${value < 0 ? '-' : ''}0.${'0'.repeat(-exponent - 1)}${digits}`;
}

export function padExponent(exponent: number): string {
  return String(Math.abs(exponent)).padStart(2, '0');
}

/** `'%.3f' % value`: ties go to the even digit, where `toFixed` goes up. `digits`: 0 to 100. */
export function fixed(value: number, digits: number): string {
  const text = bigFixed(value, digits);
  if (!isTie(value, digits)) return text;
  const below = bigFixed(value, digits + 1).slice(0, digits === 0 ? -2 : -1);
  return isEven(below) ? below : text;
}

/** `toFixed` writes an exponent from 1e21 on. */
function bigFixed(value: number, digits: number): string {
  if (Math.abs(value) < 1e21) return value.toFixed(digits);
  return `${BigInt(value)}${digits > 0 ? `.${'0'.repeat(digits)}` : ''}`;
}

/**
 * Whether the value lies exactly between two numbers of so many digits. A float's deviation shows within its 17 digits.
 */
function isTie(value: number, digits: number): boolean {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) return false;
  return /^50*$/.test(
    value
      .toFixed(Math.min(100, digits + 40))
      .split('.')[1]
      ?.slice(digits) ?? '',
  );
}

function isEven(text: string): boolean {
  return '02468'.includes(text.at(-1) ?? '');
}

/** Python's round(). */
export function roundNumber(value: bigint | number, digits: bigint): bigint | number {
  if (typeof value === 'bigint') return roundInteger(value, digits);
  if (!Number.isFinite(value)) return value;
  if (digits < 0n) return Number(roundInteger(BigInt(Math.trunc(value)), digits));
  return digits > 99n ? value : Number(fixed(value, Number(digits)));
}

function roundInteger(value: bigint, digits: bigint): bigint {
  if (digits >= 0n) return value;
  const unit = 10n ** -digits;
  const lower = floorDivide(value, unit) * unit;
  const twice = 2n * (value - lower);
  const up = twice > unit || (twice === unit && (lower / unit) % 2n !== 0n);
  return up ? lower + unit : lower;
}

export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

/** The sign of the divisor, as Python has it. */
export function floorModulo(a: bigint, b: bigint): bigint {
  return a - floorDivide(a, b) * b;
}

/** Towards zero. Undefined: it is not finite. */
export function truncate(value: number): bigint | undefined {
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined;
}

const digitClasses: Readonly<Record<number, string>> = { 2: '01', 8: '0-7', 10: '0-9', 16: '0-9a-f' };
const prefixes: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };

/**
 * Python's int() of a text; undefined: it is none. Throws where the base, or digits beyond ASCII, are not supported.
 */
export function parseInteger(text: string, base: bigint): bigint | undefined {
  const trimmed = text.trim();
  const digits = digitClasses[Number(base)];
  if (digits === undefined) throw new TemplateFailure(`the base ${base} of a number is not supported`);
  if (/[^\P{Nd}0-9]/u.test(trimmed)) throw new TemplateFailure(`the digits of '${trimmed}' are not supported`);
  const prefix = prefixes[Number(base)];
  const found = new RegExp(`^([+-]?)(?:${prefix}_?)?([${digits}]+(?:_[${digits}]+)*)$`, 'i').exec(trimmed);
  if (found === null) return undefined;
  const value = BigInt(prefix + found[2].replaceAll('_', ''));
  return found[1] === '-' ? -value : value;
}

/** Python's float() of a text; undefined: it is none. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase();
  const word = /^([+-]?)(nan|inf|infinity)$/.exec(trimmed);
  if (word !== null) return (word[1] === '-' ? -1 : 1) * (word[2] === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY);
  const digits = String.raw`\d+(?:_\d+)*`;
  const pattern = new RegExp(`^[+-]?(?:${digits}\\.?(?:${digits})?|\\.${digits})(?:e[+-]?${digits})?$`);
  return pattern.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : undefined;
}
