/**
 * When two labels are one class, and which of them are numbers: the one place that says so. Surprising: numbers are
 * compared by their exact decimal value and never as floating point, so that `1` and `1.0` are one, and
 * 9007199254740993 stays apart from 9007199254740992.
 */

const numberText = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,6}))?$/i;

/** What pandas, spreadsheets and databases write for a missing value, and nobody calls a class. */
const missing = new Set([
  'nan',
  '-nan',
  '+nan',
  'n/a',
  '#n/a',
  '#n/a n/a',
  '#na',
  '<na>',
  'nat',
  '1.#ind',
  '-1.#ind',
  '1.#qnan',
  '-1.#qnan',
  '\\n',
]);
const spreadsheetError = /^#(REF|VALUE|NAME|NUM|NULL|DIV\/0|SPILL|CALC|ERROR)[!?]$/i;

/** A number as digits without outer zeros times a power of ten; zero has no digits. */
interface Decimal {
  readonly isNegative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** Whether a label reads as a number, in ASCII: `1`, `-2.50`, `.5`, `1e+05`. */
export function isNumberLabel(label: string): boolean {
  return parseDecimal(label) !== undefined;
}

/** Whether it is a number that is not whole. */
export function isFractionLabel(label: string): boolean {
  return (parseDecimal(label)?.exponent ?? 0) < 0;
}

/**
 * Equal keys: one class. Texts are one in either Unicode form, booleans in any case; a leading zero (`007`) makes an
 * id.
 */
export function labelKey(label: string): string {
  const text = trimmedLabel(label);
  const number = asciiNumber(text);
  const decimal = /^[+-]?0\d/.test(number) ? undefined : parseDecimal(number);
  if (decimal !== undefined) return `number ${decimal.isNegative ? '-' : ''}${decimal.digits}e${decimal.exponent}`;
  return `text ${/^(true|false)$/i.test(text) ? text.toLowerCase() : text}`;
}

/** Whether it says by itself that there is no label. */
export function isMissingLabel(label: string): boolean {
  return missing.has(label.toLowerCase()) || spreadsheetError.test(label);
}

/** Without outer blanks, in the composed Unicode form. */
export function trimmedLabel(label: string): string {
  return label.trim().normalize('NFC');
}

/** Digits, signs and points of full width, and the sign U+2212, as ASCII has them. */
export function asciiNumber(label: string): string {
  return label
    .replace(/[\uff0b-\uff19]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/^\u2212/, '-');
}

/** A whole number that a program wrote as a float (`1.0`, `1e+05`) as people write it; any other label as it stands. */
export function wholeNumberText(label: string): string {
  const decimal = /\.|e[+-]/i.test(label) || /^[+-]0+$/.test(label) ? parseDecimal(label) : undefined;
  if (decimal === undefined || decimal.exponent < 0 || decimal.digits.length + decimal.exponent > 21) return label;
  const digits = decimal.digits + '0'.repeat(decimal.exponent);
  return digits === '' ? '0' : `${decimal.isNegative ? '-' : ''}${digits}`;
}

/** Labels that fold alike look alike to a person: case, width, inner blanks and leading zeros are passed over. */
export function foldLabel(label: string): string {
  const text = label
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
  return text.replace(/^([+-]?)0+(?=\d)/, '$1');
}

function parseDecimal(text: string): Decimal | undefined {
  const [matched, sign, whole = '', fraction = '', power = '0'] = numberText.exec(text) ?? [];
  if (matched === undefined || whole + fraction === '') return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  if (kept === '') return { isNegative: false, digits: '', exponent: 0 };
  return {
    isNegative: sign === '-',
    digits: kept,
    exponent: Number(power) - fraction.length + digits.length - kept.length,
  };
}
