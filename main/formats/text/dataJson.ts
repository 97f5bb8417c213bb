/**
 * JSON as data files have it. Python's writer puts NaN and Infinity for numbers that are missing or none: they are null
 * here. An integer that a double cannot hold keeps its digits, as text, so that two of them stay apart.
 */

const manyDigits = /\d{16}/;
const stringOrNoNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/gs;

/** Throws SyntaxError. */
export function parseDataJson(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const mended = withoutNoNumbers(text);
    if (mended === text) throw error;
    return parse(mended);
  }
}

/** The reviver costs more than the parsing, and few rows need it. */
function parse(text: string): unknown {
  return manyDigits.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isInteger(value)) return value;
  return context?.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value;
}

function withoutNoNumbers(text: string): string {
  return text.replace(stringOrNoNumber, (found) => (found.startsWith('"') ? found : 'null'));
}
