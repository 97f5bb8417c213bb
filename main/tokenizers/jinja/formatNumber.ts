/** A number by Python's mini language: width, sign, thousands, precision and kind. Shared by `%` and `format()`. */
import { TemplateFailure } from './errors.ts';
import { fixed, floatText, padExponent, truncate } from './numbers.ts';

export interface NumberStyle {
  readonly kind: string;
  readonly sign: string;
  /** `0x` and the like in front; for floats, and for `,` without one, it is refused. */
  readonly alternate: boolean;
  readonly grouping: string;
  readonly precision: number | undefined;
}

/** Without sign, and the sign. */
export interface NumberParts {
  readonly sign: string;
  readonly prefix: string;
  readonly digits: string;
}

const bases: Readonly<Record<string, readonly [number, string]>> = {
  b: [2, '0b'],
  o: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0X'],
};

/** Throws for a kind that does not fit the number. */
export function formatNumber(value: bigint | number, style: NumberStyle): NumberParts {
  const isNegative = value < 0 || Object.is(value, -0);
  const sign = isNegative ? '-' : ['+', ' '].includes(style.sign) ? style.sign : '';
  const size = isNegative ? -value : value;
  const [prefix, digits] =
    typeof size === 'bigint' && !'eEfFgG%'.includes(style.kind || '?')
      ? integer(size, style)
      : ['', float(Number(size), style)];
  return { sign, prefix, digits: grouped(digits, style.grouping) };
}

function integer(size: bigint, { kind, alternate }: NumberStyle): readonly [string, string] {
  const base = bases[kind];
  if (base !== undefined) {
    const digits = size.toString(base[0]);
    return [alternate ? base[1] : '', kind === 'X' ? digits.toUpperCase() : digits];
  }
  if (kind === '' || kind === 'd' || kind === 'n') return ['', String(size)];
  throw new TemplateFailure(`the format '${kind}' is not supported for a whole number`);
}

function float(size: number, { kind, precision, alternate }: NumberStyle): string {
  if (alternate) throw new TemplateFailure("the format '#' is not supported for a number with a fraction");
  const text = floatDigits(size, kind.toLowerCase(), precision);
  return kind === kind.toLowerCase() ? text : text.toUpperCase();
}

function floatDigits(size: number, kind: string, precision: number | undefined): string {
  if (!Number.isFinite(size)) return floatText(size) + (kind === '%' ? '%' : '');
  switch (kind) {
    case 'f':
      return fixed(size, precision ?? 6);
    case '%':
      return `${fixed(size * 100, precision ?? 6)}%`;
    case 'e':
      return exponential(size, precision ?? 6);
    case 'g':
    case 'n':
      return general(size, precision ?? 6);
    case '':
      return precision === undefined ? floatText(size) : withPoint(general(size, precision), precision);
    default:
      throw new TemplateFailure(`the format '${kind}' is not supported for a number with a fraction`);
  }
}

function exponential(size: number, precision: number): string {
  const [digits, exponent] = size.toExponential(precision).split('e');
  return `${digits}e${exponent.startsWith('-') ? '-' : '+'}${padExponent(Number(exponent))}`;
}

function general(size: number, precision: number): string {
  const digits = Math.max(1, precision);
  const exponent = size === 0 ? 0 : Number(size.toExponential(digits - 1).split('e')[1]);
  const isSmall = exponent >= -4 && exponent < digits;
  const text = isSmall ? fixed(size, digits - 1 - exponent) : exponential(size, digits - 1);
  return text.includes('.') ? text.replace(/\.?0+(?=e|$)/, '') : text;
}

/** Without a kind a float keeps its point. */
function withPoint(text: string, precision: number): string {
  if (/[.e]/.test(text)) return text;
  if (text.length >= precision) throw new TemplateFailure('this format of a number is not supported');
  return `${text}.0`;
}

function grouped(digits: string, separator: string): string {
  if (separator === '') return digits;
  const [, whole = '', rest = ''] = /^(\d*)(.*)$/.exec(digits) ?? [];
  return whole.replace(/\B(?=(\d{3})+$)/g, separator) + rest;
}

/** For `%d`: towards zero. */
export function wholeNumber(value: bigint | number): bigint {
  const whole = typeof value === 'bigint' ? value : truncate(value);
  if (whole === undefined) throw new TemplateFailure('a number that is not finite cannot be written as a whole one');
  return whole;
}
