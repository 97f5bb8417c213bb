/**
 * The tokenised dataset handed to the engine: one safetensors file with `input_ids` (I32, N tokens of all rows end to
 * end), `loss_mask` (U8, N), `offsets` (I32, rows + 1), `source_rows`, `full_lengths` and `groups` (I32, rows; equal
 * groups: rows equal in text; files of earlier versions have none). Rows with a label have `label_ids` (I32, rows) and
 * the labels' texts as metadata; rows of an encoder `second_starts` (I32, rows) and the layout of special tokens
 * besides. Surprising: `loss_mask[p]` belongs to the token at p as a *target* (predicted from the tokens before it), so
 * the first token of a row is never marked; the shift by one is the loss' affair.
 */
import { z } from 'zod';
import type { RowLayout } from './cutTextPair.ts';
import { tryParseJson } from './jsonText.ts';
import { openSafetensors, writeSafetensors } from './safetensors.ts';
import type { SafetensorsFile, SafetensorsOutput } from './safetensors.ts';
import { GraftError } from '../contract/errors.ts';
import { tokenFileWords as words } from '../contract/words/tokenFiles.ts';

const formatName = 'graft-tokens-1';
const maxTokens = 2 ** 31 - 1; // positions are I32

export interface TokenRows {
  /** Tokens of all rows, one row after the other. */
  readonly ids: Int32Array;
  /** 1 where the token is a trained target; as long as `ids`. */
  readonly lossMask: Uint8Array;
  /** Row r is `ids[offsets[r] … offsets[r + 1])`; starts with 0, ends with the number of tokens. */
  readonly offsets: Int32Array;
  /** Index of each row in the dataset, from 0; default: 0, 1, 2, … */
  readonly sourceRows?: Int32Array;
  /** Tokens of each row before it was cut to maxLength; default: its length. */
  readonly fullLengths?: Int32Array;
  /** The same number where dataset rows are equal in text. */
  readonly groups?: Int32Array;
  /** Of each row of a dataset of labels, as the dataset has it. */
  readonly labels?: readonly string[];
  /** Of an encoder's rows: where each one's second text begins; the row's length where it has none. */
  readonly secondStarts?: Int32Array;
  /** Special tokens around the texts of rows with labels. */
  readonly layout?: RowLayout;
}

export interface TokenFileContent extends TokenRows {
  readonly maxLength: number;
  /** Hash of the tokenizer that made the ids; empty for ids that came as they are. */
  readonly tokenizerHash: string;
}

type WholeContent = TokenFileContent & Required<Pick<TokenRows, 'sourceRows' | 'fullLengths'>>;

export interface TokenFile extends WholeContent {
  /** Number of rows. */
  readonly rows: number;
}

/** Writes the file as a whole or not at all. Throws GraftError('internal') for rows that contradict each other. */
export async function writeTokenFile(path: string, content: TokenFileContent): Promise<void> {
  const complete = { ...content, ...withDefaults(content) };
  const fault = findFault(complete);
  if (fault !== undefined)
    throw new GraftError('internal', words.notWritten({ file: path, fault: words.fault({ detail: fault }) }), {
      file: path,
    });
  const tensors = new Map<string, SafetensorsOutput>([
    ['input_ids', int32Tensor(complete.ids)],
    ['loss_mask', { dtype: 'U8', shape: [complete.lossMask.length], data: complete.lossMask }],
    ['offsets', int32Tensor(complete.offsets)],
    ['source_rows', int32Tensor(complete.sourceRows)],
    ['full_lengths', int32Tensor(complete.fullLengths)],
  ]);
  const { groups, labels, secondStarts, layout } = complete;
  const names = [...new Set(labels)];
  if (groups) tensors.set('groups', int32Tensor(groups));
  if (labels) {
    const idOf = new Map(names.map((name, id) => [name, id]));
    tensors.set('label_ids', int32Tensor(Int32Array.from(labels, (label) => idOf.get(label) ?? 0)));
  }
  if (secondStarts) tensors.set('second_starts', int32Tensor(secondStarts));
  const metadata = {
    ...{ format: formatName, max_length: String(content.maxLength), tokenizer_hash: content.tokenizerHash },
    ...(labels && { labels: JSON.stringify(names) }),
    ...(secondStarts && { layout: JSON.stringify(layout ?? noLayout) }),
  };
  await writeSafetensors(path, tensors, metadata);
}

/** Reads and checks the whole file. Throws GraftError('invalid') naming file and field. */
export function readTokenFile(path: string): TokenFile {
  const file = openSafetensors(path);
  try {
    return parseTokenFile(file);
  } finally {
    file.close();
  }
}

/** What of a file decides a split: a small part of it, read without the tokens. Throws GraftError('invalid'). */
export function readTokenRows(
  path: string,
): Required<Pick<TokenRows, 'sourceRows'>> & Pick<TokenRows, 'groups' | 'labels'> {
  const file = openSafetensors(path);
  try {
    checkFormat(file);
    const rows = { sourceRows: readInt32(file, 'source_rows'), ...readGroups(file), ...readLabels(file) };
    const { groups, labels } = rows;
    const isWhole = [groups, labels].every(
      (values) => values === undefined || values.length === rows.sourceRows.length,
    );
    if (!isWhole) throw tokenFileError(file.path, `groups and labels are not ${rows.sourceRows.length} values`);
    return rows;
  } finally {
    file.close();
  }
}

function checkFormat({ path, metadata }: SafetensorsFile): void {
  if (metadata.format !== formatName) throw tokenFileError(path, `its format is not ${formatName}`, 'format');
}

function parseTokenFile(file: SafetensorsFile): TokenFile {
  checkFormat(file);
  const content = {
    ids: readInt32(file, 'input_ids'),
    lossMask: readVector(file, 'loss_mask', 'U8'),
    offsets: readInt32(file, 'offsets'),
    sourceRows: readInt32(file, 'source_rows'),
    fullLengths: readInt32(file, 'full_lengths'),
    maxLength: Number(file.metadata.max_length),
    tokenizerHash: file.metadata.tokenizer_hash ?? '',
    ...readGroups(file),
    ...readLabels(file),
    ...readSecondStarts(file),
  };
  const fault = findFault(content);
  if (fault !== undefined) throw tokenFileError(file.path, fault);
  return { ...content, rows: content.offsets.length - 1 };
}

const noLayout: RowLayout = { before: 0, between: 0, after: 0 };
const count = z.int().nonnegative();
const layoutSchema = z.strictObject({ before: count, between: count, after: count });

function readGroups(file: SafetensorsFile): Pick<TokenRows, 'groups'> {
  return file.tensors.has('groups') ? { groups: readInt32(file, 'groups') } : {};
}

function readLabels(file: SafetensorsFile): Pick<TokenRows, 'labels'> {
  if (!file.tensors.has('label_ids')) return {};
  const names = z.array(z.string()).safeParse(tryParseJson(file.metadata.labels ?? ''));
  if (!names.success) throw tokenFileError(file.path, 'its labels are not a list of texts', 'labels');
  const ids = readInt32(file, 'label_ids');
  if (ids.some((id) => id < 0 || id >= names.data.length))
    throw tokenFileError(file.path, 'label_ids holds an id without a label', 'label_ids');
  return { labels: Array.from(ids, (id) => names.data[id]) };
}

function readSecondStarts(file: SafetensorsFile): Pick<TokenRows, 'secondStarts' | 'layout'> {
  if (!file.tensors.has('second_starts')) return {};
  const layout = layoutSchema.safeParse(tryParseJson(file.metadata.layout ?? ''));
  if (!layout.success) throw tokenFileError(file.path, 'its layout is not three numbers', 'layout');
  return { secondStarts: readInt32(file, 'second_starts'), layout: layout.data };
}

function withDefaults({
  offsets,
  sourceRows,
  fullLengths,
}: TokenRows): Pick<Required<TokenRows>, 'sourceRows' | 'fullLengths'> {
  const rows = Math.max(0, offsets.length - 1);
  return {
    sourceRows: sourceRows ?? Int32Array.from({ length: rows }, (_, row) => row),
    fullLengths:
      fullLengths ?? Int32Array.from({ length: rows }, (_, row) => (offsets[row + 1] ?? 0) - (offsets[row] ?? 0)),
  };
}

function findFault(content: WholeContent): string | undefined {
  const { ids, lossMask, offsets, maxLength } = content;
  const rows = offsets.length - 1;
  if (ids.length > maxTokens) return `${ids.length} tokens are more than a token file holds (${maxTokens})`;
  if (!Number.isSafeInteger(maxLength) || maxLength < 1) return 'max_length is not a positive whole number';
  if (lossMask.length !== ids.length) return `loss_mask has ${lossMask.length} values for ${ids.length} tokens`;
  if (rows < 0 || offsets[0] !== 0 || offsets[rows] !== ids.length) return `offsets do not run from 0 to ${ids.length}`;
  if (content.sourceRows.length !== rows) return `source_rows has ${content.sourceRows.length} values for ${rows} rows`;
  if (content.fullLengths.length !== rows)
    return `full_lengths has ${content.fullLengths.length} values for ${rows} rows`;
  const { groups, labels, secondStarts } = content;
  if (groups && groups.length !== rows) return `groups has ${groups.length} values for ${rows} rows`;
  if (labels && labels.length !== rows) return `labels has ${labels.length} values for ${rows} rows`;
  if (secondStarts && secondStarts.length !== rows)
    return `second_starts has ${secondStarts.length} values for ${rows} rows`;
  return findTokenFault(ids, lossMask) ?? findRowFault(content);
}

/** A plain loop, because there may be tens of millions and the host has other work too. */
function findTokenFault(ids: Int32Array, lossMask: Uint8Array): string | undefined {
  let [lowestId, highestMask] = [0, 0];
  for (let position = 0; position < ids.length; position++) {
    lowestId = Math.min(lowestId, ids[position] ?? 0);
    highestMask = Math.max(highestMask, lossMask[position] ?? 0);
  }
  if (lowestId < 0) return 'input_ids holds a negative id';
  return highestMask > 1 ? 'loss_mask holds a value other than 0 and 1' : undefined;
}

function findRowFault({ lossMask, offsets, fullLengths, secondStarts, maxLength }: WholeContent): string | undefined {
  for (let row = 0; row + 1 < offsets.length; row++) {
    const start = offsets[row] ?? 0;
    const length = (offsets[row + 1] ?? 0) - start;
    if (length < 1) return `row ${row} has no token`;
    if (length > maxLength) return `row ${row} has ${length} tokens, more than max_length ${maxLength}`;
    if (lossMask[start] !== 0) return `the first token of row ${row} is marked as trained`;
    const second = secondStarts?.[row] ?? length;
    if (second < 0 || second > length) return `second_starts of row ${row} lies outside the row`;
    if ((fullLengths[row] ?? 0) < length) return `full_lengths of row ${row} is less than its length`;
  }
  return undefined;
}

function int32Tensor(values: Int32Array): SafetensorsOutput {
  return {
    dtype: 'I32',
    shape: [values.length],
    data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}

function readInt32(file: SafetensorsFile, name: string): Int32Array {
  const bytes = readVector(file, name, 'I32');
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

function readVector(file: SafetensorsFile, name: string, dtype: 'I32' | 'U8'): Uint8Array {
  const info = file.tensors.get(name);
  if (info?.dtype !== dtype || info.shape.length !== 1)
    throw tokenFileError(file.path, `${name} is not a vector of ${dtype}`, name);
  return file.readBytes(name);
}

function tokenFileError(file: string, fault: string, field?: string): GraftError {
  return new GraftError('invalid', words.invalid({ file, fault: words.fault({ detail: fault }) }), {
    file,
    field,
    remedy: words.deleteIt(),
  });
}
