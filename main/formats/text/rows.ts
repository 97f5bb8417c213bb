/** What every reader of row files gives: a parsed row, or why there is none, with the line on which it starts (from 1). */

export type RawRow =
  { readonly line: number; readonly value: Readonly<Record<string, unknown>> } | { readonly line: number; readonly reason: string };

export type RawRows = AsyncGenerator<RawRow, void, undefined>;

const maxShownChars = 160;

/** One JSON text as a row; what is not an object with fields is a bad row. */
export function parseJsonRow(line: number, text: string): RawRow {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { line, reason: `not JSON: ${message.slice(0, maxShownChars)}` };
  }
  if (isRecord(value)) return { line, value };
  return { line, reason: `not an object with fields but ${describeJson(value)}` };
}

/** `a list`, `text`, … for messages. */
export function describeJson(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  const names: Readonly<Record<string, string>> = { string: 'text', number: 'a number', boolean: 'true or false', object: 'an object' };
  return names[typeof value] ?? typeof value;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
