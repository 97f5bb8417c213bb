/**
 * A file of rows before its import, from its beginning alone: what it is, which format its rows have and which column
 * plays which role. Whatever would make the import fail is worded as the `problem`, so that a person can map the
 * columns and look again. Formats are recognised from the same number of rows as by the import.
 */
import { labelledFormats } from './labelled.ts';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { BadRow, DatasetFormat } from '../contract/entities.ts';
import { GraftError, saidOf, toGraftError } from '../contract/errors.ts';
import { headBytes } from '../contract/foreignFile.ts';
import type { DatasetImportOptions, DatasetPreview, ProposedReading } from '../contract/workbench.ts';
import { EncodingDetector } from '../formats/text/encodings.ts';
import { badRowOf } from '../formats/text/rows.ts';
import type { RawRow } from '../formats/text/rows.ts';
import { FaultyRows } from './FaultyRows.ts';
import { ColumnTable } from './ColumnTable.ts';
import { getDatasetFormat } from './formats/registry.ts';
import type { Columns } from './formats/datasetFormat.ts';
import { sampleRows, sizeOfFile } from './importDataset.ts';
import { LabelCensus, noLabelError } from './labels/labelRules.ts';
import type { LabelRules } from './labels/labelRules.ts';
import { valueAt } from './nestedColumns.ts';
import { EndOfHead, findContainer, isParquet, openRows, refuseBinary } from './openRows.ts';
import type { RowSource } from './openRows.ts';
import { ReadingRecord } from './ReadingRecord.ts';
import { matchFormat, parseExample, recogniseFormat } from './recognise.ts';
import type { FieldRow, RecognisedFormat, Recognition } from './recognise.ts';
import { chooseEncoding } from './sourceEncoding.ts';
import { commonWords } from '../contract/words/common.ts';
import { rowWords } from '../contract/words/rows.ts';
import type { Said } from '../contract/words/words.ts';

export type PreviewReading = Pick<DatasetImportOptions, 'format' | 'columns' | 'encoding'>;

/** The second only where the first held no whole row. */
const headSizesBytes = [2 ** 20, 2 ** 24];
const shownRows = 50;
const keptBadRows = 200;
const examplesPerColumn = 3;
const exampleChars = 200;
const cellChars = 2_000;

interface Sample {
  readonly encoding: string;
  readonly good: readonly Extract<RawRow, { readonly value: unknown }>[];
  readonly bad: readonly BadRow[];
  readonly problem: GraftError | null;
  /** Whether these are all rows of the file. */
  readonly isWhole: boolean;
  readonly record: ReadingRecord;
}

/** Throws GraftError('notFound') where there is no such file; everything else that is wrong is in the preview. */
export async function previewDataset(file: string, reading: PreviewReading = {}): Promise<DatasetPreview> {
  const fileName = basename(file);
  let sizeBytes = 0;
  try {
    sizeBytes = await sizeOfFile(file);
    const sample = await readSample(file, { sizeBytes, encoding: reading.encoding });
    return { fileName, sizeBytes, encoding: sample.encoding, ...describe(sample, file, reading) };
  } catch (error) {
    const known = toGraftError(error);
    if (known.code !== 'invalid' && known.code !== 'unsupported') throw known;
    return {
      ...nothingToShow,
      fileName,
      sizeBytes,
      encoding: '',
      format: reading.format ?? null,
      problem: wordingOf(known),
    };
  }
}

interface SampleOptions {
  readonly sizeBytes: number;
  readonly encoding: string | undefined;
}

async function readSample(file: string, options: SampleOptions): Promise<Sample> {
  for (const bytes of headSizesBytes) {
    const sample = await readHead(file, { ...options, bytes });
    if (sample.good.length > 0 || sample.problem !== null || bytes >= options.sizeBytes) return sample;
  }
  throw new GraftError('invalid', rowWords.tooLongToShow({ file }), { file });
}

async function readHead(
  file: string,
  { sizeBytes, encoding, bytes }: SampleOptions & { readonly bytes: number },
): Promise<Sample> {
  const head = await firstBytes(file, bytes);
  const start = head.slice(0, headBytes);
  refuseBinary(start, file);
  const isWhole = head.byteLength >= sizeBytes;
  const detector = new EncodingDetector();
  const isText = !isParquet(start);
  if (isText) detector.add(head);
  const detected = chooseEncoding(detector, { file, start, name: isText ? encoding : undefined, isWhole });
  const limit = isWhole ? {} : { head: { bytes, rows: sampleRows } };
  const record = new ReadingRecord();
  const rows = await takeRows({ path: file, file, encoding: detected, start, ...limit, ...record.listeners });
  return { encoding: isText ? detected.encoding : 'binary', ...rows, record };
}

async function firstBytes(path: string, count: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Up to the sample's number of good rows. What stops the reading there would stop the import there too. */
async function takeRows(source: RowSource): Promise<Omit<Sample, 'encoding' | 'record'>> {
  let isWhole = true;
  const good: Extract<RawRow, { readonly value: unknown }>[] = [];
  const bad: BadRow[] = [];
  const faulty = new FaultyRows();
  try {
    for await (const row of openRows(source, await findContainer(source))) {
      faulty.see(row);
      if ('value' in row) good.push(row);
      else if (bad.length < keptBadRows) bad.push(badRowOf(row, row.reason));
      if (good.length < sampleRows) continue;
      isWhole = false;
      break;
    }
  } catch (error) {
    if (!(error instanceof EndOfHead)) return { good, bad, isWhole: false, problem: toGraftError(error) };
    isWhole = false;
  }
  return { good, bad, isWhole, problem: faulty.errorFor(source.file, good.length) ?? null };
}

type Described = Omit<DatasetPreview, 'fileName' | 'sizeBytes' | 'encoding'>;

const nothingToShow = {
  ...{
    recognised: null,
    format: null,
    roles: [],
    columns: [],
    rows: [],
    badRows: [],
    problem: null,
    notices: [],
    proposal: null,
    offers: [],
  },
} satisfies Described;

function describe(sample: Sample, file: string, reading: PreviewReading): Described {
  const values = sample.good.map(({ value }) => value);
  const known = { file, declared: sample.record.declared };
  const recognised = formatOf(values, known);
  const isGiven = reading.format !== undefined || reading.columns !== undefined;
  const asAsked = isGiven
    ? formatOf(values, { ...known, format: reading.format, columns: reading.columns })
    : recognised;
  const format = 'format' in asAsked ? asAsked.format : (reading.format ?? null);
  const columns =
    'format' in asAsked
      ? asAsked.columns
      : format === null
        ? {}
        : matchFormat(format, values, reading.columns ?? {}).columns;
  const proposal = 'problem' in recognised ? proposalOf(recognised.problem) : null;
  const labels = labelRulesOf(sample, format, columns);
  const seen = shownColumns(values, Object.values({ ...proposal?.columns, ...columns }));
  return {
    recognised: 'format' in recognised ? recognised.format : null,
    format,
    roles:
      format === null ? [] : getDatasetFormat(format).roles.map(({ name, required }) => ({ role: name, required })),
    columns: seen.map((name) => ({ name, role: roleOf(name, columns), examples: examplesOf(values, name) })),
    rows: values
      .slice(0, shownRows)
      .map((row) => Object.fromEntries(seen.map((name) => [name, cellText(valueAt(row, name)).slice(0, cellChars)]))),
    badRows: 'format' in asAsked ? badRowsOf(sample, { ...asAsked, ...(labels && { labels }) }) : sample.bad,
    problem: problemOf(sample, 'format' in asAsked ? null : asAsked.problem) ?? noLabelProblem(labels, file, columns),
    notices: [...sample.record.notices, ...('format' in asAsked ? asAsked.notices : []), ...(labels?.notices ?? [])],
    proposal,
    offers: 'format' in asAsked ? asAsked.offers.map(({ notice: _, ...offer }) => offer) : [],
  };
}

/**
 * As the import would read the labels, of the beginning alone; what only the whole file can tell is not said of a part.
 */
function labelRulesOf(
  { good, isWhole, record }: Sample,
  format: DatasetFormat | null,
  columns: Columns,
): LabelRules | undefined {
  const { label } = columns;
  if (format === null || !labelledFormats.includes(format) || label === undefined) return undefined;
  const census = new LabelCensus(() => record.classesOf(columns));
  for (const { value } of good) census.add(valueAt(value, label));
  const rules = census.rules();
  if (isWhole) return rules;
  return rules.problem === null ? { ...rules, notices: [] } : undefined;
}

/** Fields of objects stand as columns of their own where one of them plays a role. */
function shownColumns(rows: readonly FieldRow[], used: readonly string[]): readonly string[] {
  const flat = new ColumnTable(rows);
  return used.every((column) => flat.columns.includes(column))
    ? flat.columns
    : new ColumnTable(rows, { isNested: true }).columns;
}

function proposalOf({ data }: GraftError): ProposedReading | null {
  return isProposal(data['proposal']) ? data['proposal'] : null;
}

function isProposal(value: unknown): value is ProposedReading {
  return typeof value === 'object' && value !== null && 'format' in value && 'columns' in value;
}

type FormatOrProblem = Recognition | { readonly problem: GraftError };

function formatOf(rows: readonly FieldRow[], options: Parameters<typeof recogniseFormat>[1]): FormatOrProblem {
  try {
    return recogniseFormat(rows, options);
  } catch (error) {
    return { problem: toGraftError(error) };
  }
}

/** Without a single good row the reasons of the bad ones say more than the columns that are not there. */
function problemOf({ good, bad, problem }: Sample, mismatch: GraftError | null): Said | null {
  if (problem !== null) return wordingOf(problem);
  const [first] = bad;
  if (good.length === 0)
    return first === undefined ? rowWords.noRow() : rowWords.noneReadable({ line: first.line, reason: first.reason });
  return mismatch === null ? null : wordingOf(mismatch);
}

function noLabelProblem(labels: LabelRules | undefined, file: string, columns: Columns): Said | null {
  const problem = labels?.problem ?? null;
  return problem === null ? null : wordingOf(noLabelError(file, columns['label'] ?? '', problem));
}

function badRowsOf({ good, bad }: Sample, recognised: RecognisedFormat): readonly BadRow[] {
  const refused = good.flatMap((row) => {
    const parsed = parseExample(row.value, recognised);
    return 'reason' in parsed ? [badRowOf(row, parsed.reason)] : [];
  });
  return [...bad, ...refused].sort((a, b) => a.line - b.line).slice(0, keptBadRows);
}

function roleOf(column: string, columns: Columns): string | null {
  return Object.entries(columns).find(([, name]) => name === column)?.[0] ?? null;
}

function examplesOf(rows: readonly FieldRow[], column: string): readonly string[] {
  const cells = rows
    .map((row) => cellText(valueAt(row, column)).slice(0, exampleChars))
    .filter((cell) => cell.trim() !== '');
  return [...new Set(cells)].slice(0, examplesPerColumn);
}

function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function wordingOf(error: GraftError): Said {
  const { remedy } = error.data;
  const problem = saidOf(error);
  return remedy === undefined
    ? commonWords.sentence({ sentence: problem })
    : commonWords.withRemedy({ problem, remedy: error.remedyReason ?? remedy });
}
