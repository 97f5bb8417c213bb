/**
 * `rows.jsonl` of an imported dataset: one example on each line with the line of the source file it came from. Written
 * by import alone, in UTF-8, with its index (rowIndex.ts); a line that does not hold is damage and an error, never a
 * bad row.
 */
import { open, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { GraftError } from '../contract/errors.ts';
import { decodeText } from '../formats/text/decodeText.ts';
import { tryParseJson } from '../formats/jsonText.ts';
import { readLines } from '../formats/text/lines.ts';
import { readBytes } from '../formats/text/readBytes.ts';
import { Slices } from '../formats/slices.ts';
import { exampleSchema } from './example.ts';
import type { Example } from './example.ts';
import { rowIndexBytes, rowIndexFileName } from './rowIndex.ts';
import { tokenRowWords } from '../contract/words/tokenRows.ts';

export const rowsFileName = 'rows.jsonl';
const storedRowSchema = z.strictObject({ line: z.int().positive(), example: exampleSchema });
const flushChars = 2 ** 20;

export interface StoredRow {
  /** Index in the dataset, from 0. */
  readonly row: number;
  /** Line of the source file. */
  readonly line: number;
  readonly example: Example;
}

/** Rows of a dataset folder in order. Throws GraftError('integrity') for a damaged file, `cancelled` when aborted. */
export async function* readStoredRows(
  datasetDir: string,
  signal?: AbortSignal,
): AsyncGenerator<StoredRow, void, undefined> {
  const file = join(datasetDir, rowsFileName);
  const text = decodeText(readBytes(file, signal), file, { encoding: 'utf-8', markBytes: 0 });
  const slices = new Slices();
  let row = 0;
  for await (const line of readLines(text, file)) {
    yield parseStoredRow(line.text, { file, row: row++ });
    if (slices.isDue) await slices.rest();
  }
}

/** One line of the file. Throws GraftError('integrity') that names it. */
export function parseStoredRow(
  text: string,
  { file, row }: { readonly file: string; readonly row: number },
): StoredRow {
  const parsed = storedRowSchema.safeParse(tryParseJson(text));
  if (!parsed.success) throw damaged(file, row + 1, parsed.error);
  return { row, ...parsed.data };
}

/** Appends rows through a buffer; `close` writes the rest and flushes to the disk. */
export class StoredRowWriter {
  readonly #dir: string;
  readonly #file: FileHandle;
  readonly #ends: number[] = [0]; // where each row ends, in bytes
  #pending: string[] = [];
  #pendingChars = 0;

  private constructor(dir: string, file: FileHandle) {
    this.#dir = dir;
    this.#file = file;
  }

  static async create(datasetDir: string): Promise<StoredRowWriter> {
    return new StoredRowWriter(datasetDir, await open(join(datasetDir, rowsFileName), 'wx'));
  }

  async add(line: number, example: Example): Promise<void> {
    const text = `${JSON.stringify({ line, example })}\n`;
    this.#pending.push(text);
    this.#pendingChars += text.length;
    this.#ends.push((this.#ends.at(-1) ?? 0) + Buffer.byteLength(text));
    if (this.#pendingChars >= flushChars) await this.#write();
  }

  async finish(): Promise<void> {
    await this.#write();
    await this.#file.sync();
    await writeFile(join(this.#dir, rowIndexFileName), rowIndexBytes(this.#ends), { flush: true });
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #write(): Promise<void> {
    await this.#file.writeFile(this.#pending.join('')); // goes on from where the last write ended
    this.#pending = [];
    this.#pendingChars = 0;
  }
}

function damaged(file: string, line: number, cause: unknown): GraftError {
  return new GraftError(
    'integrity',
    tokenRowWords.damagedLine({ file, line }),
    { file, line, remedy: tokenRowWords.importAgain() },
    cause,
  );
}
