/** Several names in one text, as a person writes them in a flag, a file or a field. */

/**
 * `a,b` and `["a","b"]` are lists, of numbers where all are; text with signs of a regular expression, and `all-linear`,
 * stay as they are.
 */
export function parseNames(text: string): readonly (string | number)[] | string {
  if (text === 'all-linear' || /[*+?^$()|\\{}]/.test(text)) return text;
  const names = text
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((name) => name.trim().replace(/^"|"$/g, ''));
  return names.every((name) => /^\d+$/.test(name)) ? names.map(Number) : names;
}
