/**
 * `rows.jsonl` of an imported dataset: one example on each line with the line of the source file it came from. Written by
 * import alone, in UTF-8; a line that does not hold is damage and an error, never a bad row.
 */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { GraftError } from '../contract/errors.ts';
import { decodeText } from '../formats/text/decodeText.ts';
import { readLines } from '../formats/text/lines.ts';
import { readBytes } from '../formats/text/readBytes.ts';
import { exampleSchema } from './example.ts';
import type { Example } from './example.ts';

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
export async function* readStoredRows(datasetDir: string, signal?: AbortSignal): AsyncGenerator<StoredRow, void, undefined> {
  const file = join(datasetDir, rowsFileName);
  const text = decodeText(readBytes(file, signal), file, { encoding: 'utf-8', markBytes: 0 });
  let row = 0;
  for await (const line of readLines(text, file)) {
    const parsed = storedRowSchema.safeParse(parseJson(line.text));
    if (!parsed.success) throw damaged(file, line.number, parsed.error);
    yield { row: row++, ...parsed.data };
  }
}

/** Appends rows through a buffer; `close` writes the rest and flushes to the disk. */
export class StoredRowWriter {
  readonly #file: FileHandle;
  #pending: string[] = [];
  #pendingChars = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async create(datasetDir: string): Promise<StoredRowWriter> {
    return new StoredRowWriter(await open(join(datasetDir, rowsFileName), 'wx'));
  }

  async add(line: number, example: Example): Promise<void> {
    const text = `${JSON.stringify({ line, example })}\n`;
    this.#pending.push(text);
    this.#pendingChars += text.length;
    if (this.#pendingChars >= flushChars) await this.#write();
  }

  async finish(): Promise<void> {
    await this.#write();
    await this.#file.sync();
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // the schema reports it
    throw error;
  }
}

function damaged(file: string, line: number, cause: unknown): GraftError {
  const remedy = 'Import the dataset again.';
  return new GraftError('integrity', `${file}, line ${line} is damaged.`, { file, line, remedy }, cause);
}
