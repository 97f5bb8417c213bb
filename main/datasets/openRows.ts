/**
 * A file of rows, opened: which container it is (by its ending, and by its first characters where the ending leaves it
 * open) and which encoding. Binary containers that people try are named, and pickles refused, before anything decodes
 * them. Surprising: where only the beginning is wanted, its end is thrown as `EndOfHead`, so that no reader takes it
 * for the file's.
 */
import { extname } from 'node:path';
import { columnKeys } from '../contract/columnNames.ts';
import { GraftError } from '../contract/errors.ts';
import { adviceFor, foreignKindOf, sayKind } from '../contract/foreignFile.ts';
import { fileKindWords } from '../contract/words/fileKinds.ts';
import { decodeText } from '../formats/text/decodeText.ts';
import { datasetFormatReaders } from './formats/registry.ts';
import { readParquetRows } from '../formats/parquet/parquetRows.ts';
import { parseDataJson } from '../formats/text/dataJson.ts';
import { readDelimited } from '../formats/text/delimited.ts';
import type { DetectedEncoding } from '../formats/text/encodings.ts';
import { TextFaults } from '../formats/text/faults.ts';
import { readJsonArray } from '../formats/text/jsonArray.ts';
import { readJsonLines } from '../formats/text/jsonLines.ts';
import { findPlainTextSplit, readPlainText } from '../formats/text/plainText.ts';
import type { PlainTextSplit } from '../formats/text/plainText.ts';
import { readBytes } from '../formats/text/readBytes.ts';
import { isRecord } from '../formats/text/rows.ts';
import type { RawRows, RowText } from '../formats/text/rows.ts';
import { findTableShape, findUnnamedTable } from '../formats/text/tableShape.ts';
import type { TableShape } from '../formats/text/tableShape.ts';
import { csvWords } from '../contract/words/csv.ts';
import { textFileWords } from '../contract/words/textFiles.ts';
import type { Said } from '../contract/words/words.ts';

export type Container =
  | { readonly kind: 'parquet' }
  | { readonly kind: 'jsonLines' }
  | { readonly kind: 'jsonArray' }
  | ({ readonly kind: 'delimited' } & TableShape)
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
  readonly onNotice?: ((notice: Said) => void) | undefined;
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

/**
 * Throws GraftError('unsupported') for a file that is neither text nor Parquet. `start`: its first `headBytes`, or
 * more.
 */
export function refuseBinary(start: Uint8Array, file: string): void {
  const kind = foreignKindOf(start);
  if (kind === undefined || kind === 'parquet') return;
  throw new GraftError('unsupported', fileKindWords.notTable({ file, what: sayKind(kind) }), {
    file,
    remedy: adviceFor(kind),
  });
}

export async function findContainer(source: RowSource): Promise<Container> {
  if (isParquet(source.start)) return { kind: 'parquet' };
  const ending = extname(source.file).toLowerCase();
  if (ending === '.jsonl' || ending === '.ndjson') return { kind: 'jsonLines' };
  const head = await readHead(source);
  if (ending in separatorOf)
    return {
      kind: 'delimited',
      ...findTableShape(head, { preferred: separatorOf[ending] ?? ',', isKnown: isKnownColumn }),
    };
  const isText = ending === '.txt' || ending === '.md';
  if (!isText && /^\s*\[/.test(head.text)) return { kind: 'jsonArray' };
  if (!isText && /^\s*\{/.test(head.text)) return { kind: isJsonLines(head.text) ? 'jsonLines' : 'jsonArray' };
  if (ending === '.json') return { kind: 'jsonArray' };
  const table = findUnnamedTable(head, isKnownColumn);
  return table === undefined ? plainText(source) : { kind: 'delimited', ...table };
}

/** What files of these endings promise. */
const separatorOf: Readonly<Record<string, string>> = { '.csv': ',', '.tsv': '\t', '.tab': '\t' };

function isKnownColumn(name: string): boolean {
  const keys = columnKeys(name).filter((key) => key.length > 1); // a line of text may well begin with "a,"
  return datasetFormatReaders.some(({ roles }) =>
    roles.some(({ columns }) => keys.some((key) => columns.names.includes(key))),
  );
}

export function openRows(source: RowSource, container: Container): RawRows {
  const { file, path, signal, head, onClasses } = source;
  if (container.kind === 'parquet') return readParquetRows(path, { file, signal, maxRows: head?.rows, onClasses });
  return readTextRows(source, container);
}

async function* readTextRows(source: RowSource, container: Exclude<Container, { kind: 'parquet' }>): RawRows {
  const { file, onNotice, encoding } = source;
  const faults = new TextFaults(file);
  const text: RowText = { pieces: openText(source, faults), file, faults, onNotice };
  if (container.kind === 'delimited' && !(extname(file).toLowerCase() in separatorOf))
    onNotice?.(tableNotice(container));
  try {
    yield* readRows(text, container);
  } finally {
    if (faults.undecodable > 0) onNotice?.(undecodableNotice(faults.undecodable, encoding));
  }
}

function readRows(text: RowText, container: Exclude<Container, { kind: 'parquet' }>): RawRows {
  switch (container.kind) {
    case 'jsonLines':
      return readJsonLines(text);
    case 'jsonArray':
      return readJsonArray(text);
    case 'delimited':
      return readDelimited(text, container);
    case 'plainText':
      return readPlainText(text, container.split);
  }
}

function tableNotice({ delimiter }: TableShape): Said {
  const { commas, tabs, semicolons, bars, spaces } = csvWords;
  const name = { ',': commas, '\t': tabs, ';': semicolons, '|': bars, ' ': spaces }[delimiter];
  return csvWords.readAsTable({ separator: name?.() ?? `"${delimiter}"` });
}

function undecodableNotice(count: number, { encoding }: DetectedEncoding): Said {
  return textFileWords.undecodablePlaces({ count, encoding });
}

function openText(
  { path, file, encoding, signal, head }: RowSource,
  faults = new TextFaults(file),
): AsyncGenerator<string, void, undefined> {
  return decodeText(
    head === undefined ? readBytes(path, signal) : readHeadBytes(path, head.bytes, signal),
    file,
    encoding,
    faults,
  );
}

async function* readHeadBytes(
  path: string,
  bytes: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* readBytes(path, signal, bytes);
  throw new EndOfHead();
}

async function plainText(source: RowSource): Promise<Container> {
  const split = findPlainTextSplit({ pieces: openText(source), file: source.file });
  return { kind: 'plainText', split: await split.catch((error: unknown) => orElse(error, 'lines')) };
}

/** For what could be told only from the rest of the file. */
function orElse<Value>(error: unknown, value: Value): Value {
  if (error instanceof EndOfHead) return value;
  throw error;
}

/** Its first million characters, or all. */
async function readHead(source: RowSource): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  let text = '';
  try {
    for await (const piece of openText(source)) {
      text += piece;
      if (text.length >= headChars) return { text, isWhole: false };
    }
    return { text, isWhole: true };
  } catch (error) {
    return orElse(error, { text, isWhole: false });
  }
}

/**
 * Whether the first line is an object of its own, as in JSON Lines that are called .json. A single line that holds one
 * list of objects under a name such as `data` is that list; one whose list is a conversation is one row.
 */
function isJsonLines(head: string): boolean {
  const [first = '', ...rest] = head.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  let value: unknown;
  try {
    value = parseDataJson(first);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
  if (rest.length > 0 || !isRecord(value)) return true;
  const lists = Object.entries(value).filter(([, field]) => Array.isArray(field) && isRecord(field[0]));
  return (
    lists.length !== 1 || lists.some(([name]) => ['messages', 'conversations', 'conversation', 'chat'].includes(name))
  );
}
