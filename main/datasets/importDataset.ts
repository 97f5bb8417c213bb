/**
 * Import of one file: copied as it was beside its rows as examples (`rows.jsonl`), into a folder named by the hash of
 * content and reading options. Two passes: the first copies, hashes and finds the encoding; the second reads the copy,
 * so that a file that changes meanwhile cannot mix. Nothing is at the final place until all of it is there.
 */
import { labelledFormats } from './labelled.ts';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { BadRow, DatasetFormat, DatasetReading } from '../contract/entities.ts';
import { GraftError, toGraftError } from '../contract/errors.ts';
import { headBytes } from '../contract/foreignFile.ts';
import type { CallOptions } from '../contract/progress.ts';
import type { DatasetImportOptions } from '../contract/workbench.ts';
import { replaceDirAtomic, temporaryPathFor } from '../formats/atomicFile.ts';
import { Slices } from '../formats/slices.ts';
import { EncodingDetector } from '../formats/text/encodings.ts';
import type { DetectedEncoding } from '../formats/text/encodings.ts';
import { readBytes, throwIfCancelled } from '../formats/text/readBytes.ts';
import { badRowOf } from '../formats/text/rows.ts';
import type { RawRow } from '../formats/text/rows.ts';
import { FaultyRows } from './FaultyRows.ts';
import { LabelCensus, noLabelError } from './labels/labelRules.ts';
import type { LabelRules } from './labels/labelRules.ts';
import { DuplicateCollector } from './duplicates.ts';
import { valueAt } from './nestedColumns.ts';
import { findContainer, isParquet, openRows, refuseBinary } from './openRows.ts';
import type { Container, RowSource } from './openRows.ts';
import { ReadingRecord } from './ReadingRecord.ts';
import { fillRoles, parseExample, recogniseFormat, rowNotices } from './recognise.ts';
import type { FieldRow, Recognition, RecognisedFormat } from './recognise.ts';
import { chooseEncoding } from './sourceEncoding.ts';
import { rowsFileName, StoredRowWriter } from './storedRows.ts';
import { rowWords } from '../contract/words/rows.ts';
import { progressWords } from '../contract/words/progress.ts';

const hashVersion = 'graft-dataset-2'; // changes when the same file would become other examples
/** Rows from which the format is recognised. */
export const sampleRows = 200;
const keptBadRows = 1000;
const reportEveryRows = 2000;
const reportEveryBytes = 2 ** 23;

export interface ImportedDataset {
  readonly contentHash: string;
  readonly dir: string;
  readonly format: DatasetFormat;
  readonly trainOn: 'answers' | 'all';
  readonly rows: number;
  readonly badRows: readonly BadRow[];
  readonly badRowCount: number;
  /** Rows equal in text to an earlier one. */
  readonly equalRows: number;
  /** Of the source file. */
  readonly sizeBytes: number;
  readonly reading: DatasetReading;
}

export interface ImportSetup extends DatasetImportOptions, CallOptions {
  /** Holds one folder for each dataset. */
  readonly datasetsDir: string;
  /** Says whether content with this hash is there already; then nothing is written. */
  readonly isKnown: (contentHash: string) => boolean;
}

/**
 * Throws GraftError: `invalid` for a file without a usable row (with the reasons), `unsupported` for what is not text,
 * `cancelled`, `diskFull`. Whatever is thrown, nothing is left behind.
 */
export async function importDataset(
  file: string,
  setup: ImportSetup,
): Promise<ImportedDataset | { readonly knownHash: string }> {
  await mkdir(setup.datasetsDir, { recursive: true });
  const temporaryDir = temporaryPathFor(join(setup.datasetsDir, 'import'));
  try {
    await mkdir(temporaryDir);
    return await importInto(temporaryDir, file, setup);
  } catch (error) {
    throw toGraftError(error);
  } finally {
    await rm(temporaryDir, { recursive: true, force: true });
  }
}

async function importInto(
  temporaryDir: string,
  file: string,
  setup: ImportSetup,
): Promise<ImportedDataset | { readonly knownHash: string }> {
  const path = join(temporaryDir, `source${extname(file).toLowerCase()}`);
  const copied = await copySource(file, path, setup);
  const record = new ReadingRecord();
  const source: RowSource = {
    path,
    file,
    encoding: copied.encoding,
    start: copied.start,
    signal: setup.signal,
    ...record.listeners,
  };
  const container = await findContainer(source);
  const trainOn = setup.trainOn ?? 'answers';
  const sample = await readSample({ ...source, onNotice: undefined }, container, setup);
  let recognised = recognise(sample, record, { file, setup });
  for (;;) {
    const { format, columns } = recognised;
    const readAs = { container, format, columns, encoding: copied.encoding.encoding, trainOn };
    const contentHash = sha256(JSON.stringify([hashVersion, copied.sha256, readAs]));
    if (setup.isKnown(contentHash)) return { knownHash: contentHash };
    record.openFor(columns);
    const labels = await readLabelRules({ ...source, onNotice: undefined }, container, { recognised, record });
    const counts = await storeRows(temporaryDir, openRows(source, container), {
      recognised: { format, columns, ...(labels && { labels }) },
      ...{ record, file, options: setup },
    });
    const late = [...record.columns].filter((column) => !sample.columns.includes(column));
    const fuller = fillRoles(recognised, late, setup.columns);
    if (fuller === undefined) {
      const dir = join(setup.datasetsDir, contentHash);
      await publish(temporaryDir, dir);
      return {
        contentHash,
        dir,
        format,
        trainOn,
        ...counts,
        sizeBytes: copied.sizeBytes,
        reading: record.toReading(columns),
      };
    }
    // A column that only later rows have plays a role that none had: read again with it.
    recognised = fuller;
    await rm(join(temporaryDir, rowsFileName));
  }
}

/**
 * A folder that stands at this name already is whole and has the same content, be it from an import at the same time.
 */
async function publish(temporaryDir: string, dir: string): Promise<void> {
  const isThere = (): boolean => existsSync(join(dir, rowsFileName));
  if (isThere()) return;
  try {
    await replaceDirAtomic(temporaryDir, dir);
  } catch (error) {
    if (!isThere()) throw error;
  }
}

interface CopiedSource {
  readonly sha256: string;
  readonly encoding: DetectedEncoding;
  readonly start: Uint8Array;
  readonly sizeBytes: number;
}

async function copySource(file: string, target: string, options: ImportSetup): Promise<CopiedSource> {
  const sizeBytes = await sizeOfFile(file);
  const hash = createHash('sha256');
  const detector = new EncodingDetector();
  let start: Uint8Array = new Uint8Array();
  let done = 0;
  const copy = await open(target, 'wx');
  try {
    for await (const chunk of readBytes(file, options.signal)) {
      if (done === 0) refuseBinary((start = chunk.slice(0, headBytes)), file);
      hash.update(chunk);
      if (!isParquet(start)) detector.add(chunk);
      await copy.writeFile(chunk);
      done += chunk.byteLength;
      if (done % reportEveryBytes < chunk.byteLength)
        options.onProgress?.({ label: progressWords.copying(), done, total: sizeBytes, unit: 'bytes' });
    }
    await copy.sync();
  } finally {
    await copy.close();
  }
  const name = isParquet(start) ? undefined : options.encoding;
  const encoding = chooseEncoding(detector, { file, start, name, isWhole: true });
  return { sha256: hash.digest('hex'), encoding, start, sizeBytes: done };
}

/** Throws GraftError('invalid') for what cannot hold rows, 'notFound'. */
export async function sizeOfFile(file: string): Promise<number> {
  const stats = await stat(file);
  if (stats.isFile() && stats.size > 0) return stats.size;
  const what = stats.isFile() ? rowWords.isEmptyFile : stats.isDirectory() ? rowWords.isFolder : rowWords.isNoFile;
  throw new GraftError('invalid', what({ file }), { file, remedy: rowWords.nameRowFile() });
}

interface RowSample {
  readonly rows: readonly FieldRow[];
  /** Its columns, and those that the person gave and later rows have. */
  readonly columns: readonly string[];
}

/** The first good rows; where there are none, the reasons of the bad ones are the error. */
async function readSample(source: RowSource, container: Container, options: ImportSetup): Promise<RowSample> {
  const rows: FieldRow[] = [];
  const bad: BadRow[] = [];
  const given = Object.values(options.columns ?? {}).filter((column) => column !== '');
  const found = new Set<string>();
  const faulty = new FaultyRows();
  for await (const row of openRows(source, container)) {
    faulty.see(row);
    if ('value' in row) {
      if (rows.length < sampleRows) rows.push(row.value);
      for (const column of given) if (valueAt(row.value, column) !== undefined) found.add(column);
    } else if (bad.length < keptBadRows) bad.push(badRowOf(row, row.reason));
    if (rows.length >= sampleRows && found.size === new Set(given).size) break;
  }
  if (rows.length === 0)
    throw faulty.errorFor(source.file, 0, { badRows: bad }) ?? noUsableRow(source.file, bad, bad.length);
  return { rows, columns: [...new Set([...rows.flatMap((row) => Object.keys(row)), ...found])] };
}

interface RecogniseSetup {
  readonly file: string;
  readonly setup: ImportSetup;
}

function recognise(
  { rows, columns: further }: RowSample,
  record: ReadingRecord,
  { file, setup }: RecogniseSetup,
): Recognition {
  const { format, columns } = setup;
  const recognised = recogniseFormat(rows, { file, format, columns, further, declared: record.declared });
  for (const notice of [...recognised.notices, ...recognised.offers.map((offer) => offer.notice)]) record.note(notice);
  return recognised;
}

/**
 * How the labels are read, from all of them: a pass of its own. Undefined for rows without labels. Throws
 * GraftError('invalid') where no row has one.
 */
async function readLabelRules(
  source: RowSource,
  container: Container,
  {
    recognised: { format, columns },
    record,
  }: { readonly recognised: RecognisedFormat; readonly record: ReadingRecord },
): Promise<LabelRules | undefined> {
  const { label } = columns;
  if (!labelledFormats.includes(format) || label === undefined) return undefined;
  const census = new LabelCensus(() => record.classesOf(columns));
  const slices = new Slices();
  for await (const row of openRows(source, container)) {
    if ('value' in row) census.add(valueAt(row.value, label));
    if (slices.isDue) await slices.rest();
  }
  const rules = census.rules();
  if (rules.problem !== null) throw noLabelError(source.file, label, rules.problem);
  for (const notice of rules.notices) record.note(notice);
  return rules;
}

interface StoreOptions {
  readonly recognised: RecognisedFormat;
  readonly record: ReadingRecord;
  readonly file: string;
  readonly options: CallOptions;
}

async function storeRows(
  dir: string,
  rows: AsyncIterable<RawRow>,
  { recognised, record, file, options }: StoreOptions,
) {
  const badRows: BadRow[] = [];
  const faulty = new FaultyRows();
  let [usable, badRowCount] = [0, 0];
  const report = (): void =>
    options.onProgress?.({ label: progressWords.readingRows(), done: usable + badRowCount, total: null, unit: 'rows' });
  const slices = new Slices();
  const duplicates = new DuplicateCollector(recognised.format);
  const writer = await StoredRowWriter.create(dir);
  try {
    for await (const raw of rows) {
      if ('value' in raw) record.see(raw.value);
      faulty.see(raw);
      const parsed = 'value' in raw ? parseExample(raw.value, recognised) : raw;
      if ('reason' in parsed) {
        if (badRowCount++ < keptBadRows) badRows.push(badRowOf(raw, parsed.reason));
      } else {
        duplicates.add(usable++, parsed);
        if ('value' in raw) noteRow(record, raw.value, recognised);
        await writer.add(raw.line, parsed);
      }
      if ((usable + badRowCount) % reportEveryRows === 0) report();
      if (slices.isDue) await slices.rest();
    }
    throwIfCancelled(options.signal);
    await writer.finish();
  } finally {
    await writer.close();
  }
  report();
  const mostlyFaulty = faulty.errorFor(file, usable, { badRows, badRowCount });
  if (mostlyFaulty !== undefined) throw mostlyFaulty;
  if (usable === 0) throw noUsableRow(file, badRows, badRowCount);
  await duplicates.write(dir);
  return { rows: usable, badRows, badRowCount, equalRows: duplicates.duplicates.length };
}

function noteRow(record: ReadingRecord, row: FieldRow, recognised: RecognisedFormat): void {
  for (const notice of rowNotices(row, recognised)) record.note(notice);
}

function noUsableRow(file: string, badRows: readonly BadRow[], count: number): GraftError {
  const reasons = badRows.slice(0, 5).map(({ line, reason }) => rowWords.line({ line, reason }));
  const why = count === 0 ? rowWords.noRowAtAll() : rowWords.first({ reasons, more: count - reasons.length });
  return new GraftError('invalid', rowWords.noUsableRow({ file, why }), {
    file,
    line: badRows[0]?.line,
    badRows,
    badRowCount: count,
    remedy: rowWords.correctRows(),
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
