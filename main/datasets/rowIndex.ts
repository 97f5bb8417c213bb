/**
 * `rows.index` beside `rows.jsonl`: where each row starts, as float64 in little-endian, and where the last one ends. It
 * makes row 40,000 as near as row 0. Surprising: a dataset of an older Graft has none; it is made from the rows the
 * first time.
 */
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { GraftError } from '../contract/errors.ts';
import { writeFileAtomic } from '../formats/atomicFile.ts';
import { Slices } from '../formats/slices.ts';
import { readBytes } from '../formats/text/readBytes.ts';
import { tokenRowWords } from '../contract/words/tokenRows.ts';

export const rowIndexFileName = 'rows.index';
const offsetBytes = 8;
const lineEnd = 0x0a;

/** `offsets`: 0, then the end of each row. */
export function rowIndexBytes(offsets: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(offsets.length * offsetBytes);
  const view = new DataView(bytes.buffer);
  for (const [index, offset] of offsets.entries()) view.setFloat64(index * offsetBytes, offset, true);
  return bytes;
}

/** Makes the index of a dataset that has none. */
async function ensureRowIndex(datasetDir: string, rowsFile: string): Promise<void> {
  const file = join(datasetDir, rowIndexFileName);
  if (existsSync(file)) return;
  const offsets = [0];
  const slices = new Slices();
  let at = 0;
  for await (const chunk of readBytes(rowsFile)) {
    for (let end = chunk.indexOf(lineEnd); end >= 0; end = chunk.indexOf(lineEnd, end + 1)) offsets.push(at + end + 1);
    at += chunk.byteLength;
    if (slices.isDue) await slices.rest();
  }
  if (offsets.at(-1) !== at) offsets.push(at); // a last row whose line end is missing
  await writeFileAtomic(file, rowIndexBytes(offsets));
}

/** Bytes of the rows from `from`, at most `count` of them; fewer, or none, at the end. */
export async function readRowBytes(
  datasetDir: string,
  rowsFile: string,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<readonly Uint8Array[]> {
  await ensureRowIndex(datasetDir, rowsFile);
  const offsets = await readOffsets(join(datasetDir, rowIndexFileName), from, count);
  const [start, end] = [offsets[0], offsets.at(-1)];
  if (start === undefined || end === undefined || offsets.length < 2) return [];
  const bytes = await readRange(rowsFile, start, end - start);
  return offsets.slice(1).map((offset, index) => bytes.subarray((offsets[index] ?? 0) - start, offset - start));
}

async function readOffsets(file: string, from: number, count: number): Promise<readonly number[]> {
  const bytes = await readRange(file, from * offsetBytes, (count + 1) * offsetBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: Math.floor(bytes.byteLength / offsetBytes) }, (_, index) =>
    view.getFloat64(index * offsetBytes, true),
  );
}

/** Fewer bytes where the file ends before. */
async function readRange(path: string, position: number, length: number): Promise<Uint8Array> {
  const file = await openOrExplain(path);
  try {
    const { size } = await file.stat();
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - position)));
    for (let done = 0; done < bytes.byteLength;) {
      const { bytesRead } = await file.read(bytes, done, bytes.byteLength - done, position + done);
      if (bytesRead === 0) return bytes.subarray(0, done);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

async function openOrExplain(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw new GraftError(
      'integrity',
      tokenRowWords.unreadable({ file: path }),
      { file: path, remedy: tokenRowWords.importAgain() },
      error,
    );
  }
}
