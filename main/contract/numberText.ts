/**
 * Numbers as people type them, the same in every field and every flag:
 *   full-width signs of a Japanese keyboard, with 。 as its point, 、 as its comma and ー as its minus   ０．００４  ５ｅ－３
 *   digits in groups of three, by one separator throughout   1,000  1 000  1.000.000
 *   a decimal comma, wherever the comma cannot be read as a group's   0,5  0,004  1.000,5
 * One comma before exactly three digits is a group's (`1,500` is 1500), as English and Japanese write it; a lone point
 * is always a decimal point. A field that took such a text shows the plain number afterwards, so that nothing is
 * misread unseen.
 */

/** What a number field holds. A text is what was typed and is no number; undefined is an empty field. */
export type TypedNumber = number | string | undefined;

const plain = /^(?:\d+\.?\d*|\.\d+)$/;
const groupedByComma = /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?$/;
const groupedByPoint = /^[1-9]\d{0,2}(?:(?:\.\d{3}){2,}(?:,\d*)?|\.\d{3},\d+)$/;
const groupedByOther = /^[1-9]\d{0,2}([ '’_\u00A0\u2009\u202F])\d{3}(?:\1\d{3})*(?:[.,]\d*)?$/;
const withDecimalComma = /^(?:\d+,\d*|,\d+)$/;

/** The number of a text; undefined where nothing was typed, null where it is no finite number. */
export function readNumber(text: string): number | undefined | null {
  const typed = halfWidth(text).trim();
  if (typed === '') return undefined;
  const [, sign = '', digits = '', exponent = ''] = /^([-+]?)([^e]*?)(e[-+]?\d+)?$/i.exec(typed) ?? [];
  const amount = plainAmount(digits);
  const value = amount === undefined ? NaN : Number(sign + amount + exponent);
  return Number.isFinite(value) ? value : null;
}

/** As a field keeps it: the number, or the text where it is none. */
export function typedNumber(text: string): TypedNumber {
  const value = readNumber(text);
  return value === null ? text : value;
}

/** Whether a number is written as a program would write it, and can stay as it was typed. */
export function isPlainNumber(text: string): boolean {
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text.trim());
}

/** Full-width signs as ASCII, and what a Japanese keyboard gives for point, comma and minus. */
export function halfWidth(text: string): string {
  return text
    .replace(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[‐-―−ーｰ]/g, '-')
    .replace(/[。｡]/g, '.')
    .replace(/[、､]/g, ',')
    .replaceAll('\u3000', ' ');
}

/** Digits with at most a point; undefined where they are none. */
function plainAmount(digits: string): string | undefined {
  if (plain.test(digits)) return digits;
  if (groupedByComma.test(digits)) return digits.replaceAll(',', '');
  if (groupedByPoint.test(digits)) return digits.replaceAll('.', '').replace(',', '.');
  if (groupedByOther.test(digits)) return digits.replace(/[^\d.,]/g, '').replace(',', '.');
  return withDecimalComma.test(digits) ? digits.replace(',', '.') : undefined;
}
