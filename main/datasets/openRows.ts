/**
 * A file of rows, opened: which container it is (by its ending, and by its first characters where the ending leaves it open)
 * and which encoding. Binary containers that people try are named, and pickles refused, before anything decodes them.
 * Surprising: where only the beginning is wanted, its end is thrown as `EndOfHead`, so that no reader takes it for the file's.
 */
import { extname } from 'node:path';
import { GraftError } from '../contract/errors.ts';
import { decodeText } from '../formats/text/decodeText.ts';
import { readParquetRows } from '../formats/parquet/parquetRows.ts';
import { findDelimiter, readDelimited } from '../formats/text/delimited.ts';
import type { Delimiter } from '../formats/text/delimited.ts';
import type { DetectedEncoding } from '../formats/text/encodings.ts';
import { readJsonArray } from '../formats/text/jsonArray.ts';
import { readJsonLines } from '../formats/text/jsonLines.ts';
import { findPlainTextSplit, readPlainText } from '../formats/text/plainText.ts';
import type { PlainTextSplit } from '../formats/text/plainText.ts';
import { readBytes } from '../formats/text/readBytes.ts';
import { isRecord } from '../formats/text/rows.ts';
import type { RawRows } from '../formats/text/rows.ts';

export type Container =
  | { readonly kind: 'parquet' }
  | { readonly kind: 'jsonLines' }
  | { readonly kind: 'jsonArray' }
  | { readonly kind: 'delimited'; readonly delimiter: Delimiter }
  | { readonly kind: 'plainText'; readonly split: PlainTextSplit };

export interface RowSource {
  /** What is read. */
  readonly path: string;
  /** What the person gave: for messages and for the ending. */
  readonly file: string;
  readonly encoding: DetectedEncoding;
  /** Its first bytes. */
  readonly start: Uint8Array;
  readonly signal?: AbortSignal | undefined;
  /** Where only the beginning is to be read, and the file is longer than this. */
  readonly head?: { readonly bytes: number; readonly rows: number };
  /** Told of what a person should know of the reading, in whole sentences: each distinct one once a reading. */
  readonly onNotice?: ((notice: string) => void) | undefined;
  /** Told of the classes that the file declares for a column, in the order of their ids. */
  readonly onClasses?: ((column: string, names: readonly string[]) => void) | undefined;
}

/** The beginning of a file is read, and the file goes on. */
export class EndOfHead extends Error {
  override readonly name = 'EndOfHead';
}

const headChars = 2 ** 20;

/** Whether a file is Parquet, by its first bytes: `PAR1`. */
export function isParquet(start: Uint8Array): boolean {
  return [0x50, 0x41, 0x52, 0x31].every((byte, index) => start[index] === byte);
}

/** Throws GraftError('unsupported') for a file that is neither text nor Parquet. `start`: its first bytes. */
export function refuseBinary(start: Uint8Array, file: string): void {
  const signatures: readonly (readonly [string, readonly number[]])[] = [
    ['a zip archive or a spreadsheet', [0x50, 0x4b, 0x03, 0x04]],
    ['a gzip archive', [0x1f, 0x8b]],
    ['an Arrow file', [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31]],
    ['a SQLite database', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66]],
    ['a PDF', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ];
  const found = signatures.find(([, bytes]) => bytes.every((byte, index) => start[index] === byte))?.[0];
  const isPickle = start[0] === 0x80 && (start[1] ?? 0) >= 2 && (start[1] ?? 0) <= 5;
  const what = found ?? (isPickle ? 'a Python pickle, which can run code and is never opened' : undefined);
  if (what === undefined) return;
  const remedy = 'Save the rows as JSON Lines, JSON, CSV, TSV, Parquet or plain text.';
  throw new GraftError('unsupported', `${file} is ${what}, not a dataset in text form.`, { file, remedy });
}

export async function findContainer(source: RowSource): Promise<Container> {
  if (isParquet(source.start)) return { kind: 'parquet' };
  const ending = extname(source.file).toLowerCase();
  if (ending === '.jsonl' || ending === '.ndjson') return { kind: 'jsonLines' };
  if (ending === '.txt' || ending === '.md') return plainText(source);
  const head = await readHead(source);
  if (ending === '.tsv' || ending === '.tab') return { kind: 'delimited', delimiter: '\t' };
  if (ending === '.csv') return { kind: 'delimited', delimiter: findDelimiter(head.split(/[\r\n]/, 1)[0] ?? '') };
  if (/^\s*\[/.test(head)) return { kind: 'jsonArray' };
  if (/^\s*\{/.test(head)) return { kind: isJsonLines(head) ? 'jsonLines' : 'jsonArray' };
  return ending === '.json' ? { kind: 'jsonArray' } : plainText(source);
}

export function openRows(source: RowSource, container: Container): RawRows {
  const { file, path, signal, head } = source;
  if (container.kind === 'parquet') return readParquetRows(path, { file, signal, maxRows: head?.rows });
  const pieces = openText(source);
  switch (container.kind) {
    case 'jsonLines':
      return readJsonLines(pieces, file);
    case 'jsonArray':
      return readJsonArray(pieces, file);
    case 'delimited':
      return readDelimited(pieces, file, container.delimiter);
    case 'plainText':
      return readPlainText(pieces, file, container.split);
  }
}

function openText({ path, file, encoding, signal, head }: RowSource): AsyncGenerator<string, void, undefined> {
  return decodeText(head === undefined ? readBytes(path, signal) : readHeadBytes(path, head.bytes, signal), file, encoding);
}

async function* readHeadBytes(path: string, bytes: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  yield* readBytes(path, signal, bytes);
  throw new EndOfHead();
}

async function plainText(source: RowSource): Promise<Container> {
  const split = findPlainTextSplit(openText(source), source.file);
  return { kind: 'plainText', split: await split.catch((error: unknown) => orElse(error, 'lines')) };
}

/** For what could be told only from the rest of the file. */
function orElse<Value>(error: unknown, value: Value): Value {
  if (error instanceof EndOfHead) return value;
  throw error;
}

async function readHead(source: RowSource): Promise<string> {
  let head = '';
  try {
    for await (const piece of openText(source)) {
      head += piece;
      if (head.length >= headChars) break;
    }
    return head;
  } catch (error) {
    return orElse(error, head);
  }
}

/**
 * Whether the first line is an object of its own, as in JSON Lines that are called .json. A single line that holds one list
 * of objects under a name such as `data` is that list; one whose list is a conversation is one row.
 */
function isJsonLines(head: string): boolean {
  const [first = '', ...rest] = head.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  let value: unknown;
  try {
    value = JSON.parse(first);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
  if (rest.length > 0 || !isRecord(value)) return true;
  const lists = Object.entries(value).filter(([, field]) => Array.isArray(field) && isRecord(field[0]));
  return lists.length !== 1 || lists.some(([name]) => ['messages', 'conversations', 'conversation', 'chat'].includes(name));
}
