/** Numbers as a template or Python's int() and float() read them. */

/** `0x1f`, `1_000`: what the lexer took for one. */
export function readInteger(text: string): bigint {
  const digits = text.replaceAll('_', '');
  return BigInt(/^0[box]/i.test(digits) ? digits.toLowerCase() : digits);
}

export function readFloat(text: string): number {
  return Number(text.replaceAll('_', ''));
}
