/**
 * What every reader of row files takes and gives: a parsed row, or why there is none, with the line on which it starts.
 */
import { parseDataJson } from './dataJson.ts';
import { faultReason } from './faults.ts';
import type { TextFault, TextFaults } from './faults.ts';
import { rowWords } from '../../contract/words/rows.ts';
import { valueWords } from '../../contract/words/values.ts';
import type { Said } from '../../contract/words/words.ts';

/** A file's text, to be read as rows. */
export interface RowText {
  readonly pieces: AsyncIterable<string>;
  /** For messages. */
  readonly file: string;
  /** Of the decoder: a row that holds one is a bad row. */
  readonly faults?: TextFaults | undefined;
  /** Told of what a person should know of the reading, in whole sentences. */
  readonly onNotice?: ((notice: Said) => void) | undefined;
}

interface RowPlace {
  /** From 1. */
  readonly line: number;
  /** Place in a list whose rows may share a line, from 1. */
  readonly place?: number;
}

export interface BadRawRow extends RowPlace {
  readonly reason: Said;
  /** Where its bytes are no text. */
  readonly fault?: TextFault;
}

export type RawRow = (RowPlace & { readonly value: Readonly<Record<string, unknown>> }) | BadRawRow;

export type RawRows = AsyncGenerator<RawRow, void, undefined>;

const maxShownChars = 160;

/** The row as a bad one if its text holds a fault. */
export function faultyRow(place: RowPlace, text: string, faults: TextFaults | undefined): BadRawRow | undefined {
  const fault = faults?.find(text);
  return fault === undefined ? undefined : { ...place, reason: faultReason(fault, place.line), fault };
}

/** One JSON text as a row; what is not an object with fields is a bad row. */
export function parseJsonRow(place: RowPlace, text: string, faults: TextFaults | undefined): RawRow {
  const faulty = faultyRow(place, text, faults);
  if (faulty !== undefined) return faulty;
  let value: unknown;
  try {
    value = parseDataJson(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      ...place,
      reason: rowWords.notJson({ why: valueWords.jsonFault({ why: message.slice(0, maxShownChars) }) }),
    };
  }
  if (isRecord(value)) return { ...place, value };
  return { ...place, reason: rowWords.notAnObject({ kind: describeJson(value) }) };
}

/** For the list of bad rows: the reason, with the row's place where its line does not tell it from others. */
export function badRowOf({ line, place }: RowPlace, reason: Said): { readonly line: number; readonly reason: Said } {
  return { line, reason: place === undefined ? reason : rowWords.ofList({ place, reason }) };
}

/** `a list`, `text`, … for messages. */
function describeJson(value: unknown): Said {
  if (value === null) return valueWords.null();
  if (Array.isArray(value)) return valueWords.list();
  if (typeof value === 'string') return valueWords.text();
  if (typeof value === 'number') return valueWords.number();
  return typeof value === 'boolean' ? valueWords.trueOrFalse() : valueWords.plain({ type: typeof value });
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
