/** The escapes of a string in a template: Python's, since Jinja decodes them as `unicode-escape`. */

const simple: Readonly<Record<string, string>> = {
  ...{ '\n': '', '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
};
const escape = /\\(?:[0-7]{1,3}|x[\da-fA-F]{0,2}|u[\da-fA-F]{0,4}|U[\da-fA-F]{0,8}|[^])/g;
const lengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Throws an Error where an escape is cut off. An unknown one stays as it is written. */
export function unescapeString(text: string): string {
  return text.includes('\\') ? text.replace(escape, unescaped) : text;
}

function unescaped(whole: string): string {
  const [, letter = ''] = whole;
  if (/[0-7]/.test(letter)) return String.fromCodePoint(Number.parseInt(whole.slice(1), 8));
  if (letter === 'N') throw new Error('characters by their name (\\N{…}) are not supported');
  const length = lengths[letter];
  return length === undefined ? (simple[letter] ?? whole) : character(whole.slice(2), length, whole);
}

function character(digits: string, length: number, whole: string): string {
  if (digits.length !== length) throw new Error(`the escape ${whole} in a string is cut off`);
  const code = Number.parseInt(digits, 16);
  if (code >= 0xd800 && code <= 0xdfff)
    throw new Error(`the escape ${whole} in a string is half a character, which is not supported`);
  if (code > 0x10ffff) throw new Error(`the escape ${whole} in a string names no character`);
  return String.fromCodePoint(code);
}
