/**
 * What was said, in a column of text: a sentence as JSON, so that it can be said in any language; else the text as it
 * is.
 */
import { type Said, isSaid } from '../contract/words/words.ts';

/** To be read back by `saidFromColumn`. */
export function saidToColumn(said: string | Said): string {
  return typeof said === 'string' ? said : JSON.stringify(said);
}

/** Rows that were written before there were words hold a text. */
export function saidFromColumn(stored: string): { readonly message: string; readonly reason?: Said } {
  const reason = stored.startsWith('{') ? parseSaid(stored) : undefined;
  return reason === undefined ? { message: stored } : { message: reason.text, reason };
}

function parseSaid(stored: string): Said | undefined {
  try {
    const value: unknown = JSON.parse(stored);
    return isSaid(value) ? value : undefined;
  } catch {
    return undefined; // a text that happens to begin so
  }
}
