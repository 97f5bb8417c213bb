/**
 * The header of a safetensors file: 8 bytes of length, then JSON. It is believed only after every length, shape, offset
 * and dtype in it was checked against the file: tensors must cover the data exactly, without overlap and without holes.
 */
import { GraftError, type Problem, problemOf } from '../contract/errors.ts';
import { problemList } from '../contract/problemList.ts';
import type { ByteRanges } from './fileRange.ts';
import { findJsonTrap } from './jsonTraps.ts';
import { safetensorsWords as words } from '../contract/words/safetensors.ts';
import { type Said, isSaid } from '../contract/words/words.ts';
import { isRecord } from './text/rows.ts';

/** Those that no tensor here is computed with are read all the same, so that a file can be refused by what is in it. */
export type SafetensorsDtype =
  | (
      | 'F64'
      | 'F32'
      | 'F16'
      | 'BF16'
      | 'F8_E4M3'
      | 'F8_E5M2'
      | 'F8_E8M0'
      | 'F8_E4M3FNUZ'
      | 'F8_E5M2FNUZ'
      | 'F6_E2M3'
      | 'F6_E3M2'
      | 'F4'
    )
  | ('I64' | 'I32' | 'I16' | 'I8' | 'U64' | 'U32' | 'U16' | 'U8' | 'BOOL');

/** Bytes per element, in the order in which the reference library lays tensors out: widest first. */
export const dtypeSizes: Readonly<Record<SafetensorsDtype, number>> = {
  U64: 8,
  I64: 8,
  F64: 8,
  F32: 4,
  U32: 4,
  I32: 4,
  BF16: 2,
  F16: 2,
  U16: 2,
  I16: 2,
  F8_E5M2FNUZ: 1,
  F8_E4M3FNUZ: 1,
  F8_E8M0: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I8: 1,
  U8: 1,
  F6_E3M2: 0.75,
  F6_E2M3: 0.75,
  F4: 0.5,
  BOOL: 1,
};
export const dtypeOrder = Object.keys(dtypeSizes);
const maxHeaderBytes = 100_000_000; // the format's own limit
const damagedRemedy = words.fetchAgain();

export interface SafetensorsInfo {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** From the start of the file, in bytes. */
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, SafetensorsInfo>;
}

/** Throws GraftError('invalid') with all that is wrong, naming file and tensors. */
export function readHeader({ label: file, sizeBytes: fileBytes, read }: ByteRanges): SafetensorsHeader {
  const fail = (why: Said, cause?: unknown): never => {
    throw new GraftError('invalid', words.notWhole({ file, why }), { file, remedy: damagedRemedy }, cause);
  };
  if (fileBytes < 10) return fail(words.tooShort({ bytes: fileBytes }));
  const declared = new DataView(read(0, 8).buffer).getBigUint64(0, true);
  if (declared > maxHeaderBytes) return fail(words.claimsTooMuch({ bytes: String(declared) }));
  const headerBytes = Number(declared);
  if (8 + headerBytes > fileBytes) return fail(words.claimsMore({ claimed: headerBytes, bytes: fileBytes }));
  let json: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(read(8, headerBytes));
    json = JSON.parse(text);
    const trap = findJsonTrap(text);
    if (trap !== undefined) return fail(words.inHeader({ why: trap }));
  } catch (error) {
    if (error instanceof GraftError) throw error;
    return fail(words.headerNoJson(), error);
  }
  if (!isRecord(json)) return fail(words.headerNoObject());
  return checkHeader(json, { file, dataOffset: 8 + headerBytes, dataBytes: fileBytes - 8 - headerBytes });
}

interface DataArea {
  readonly file: string;
  readonly dataOffset: number;
  readonly dataBytes: number;
}

function checkHeader(json: Readonly<Record<string, unknown>>, area: DataArea): SafetensorsHeader {
  const problems: Problem[] = [];
  const infos: SafetensorsInfo[] = [];
  for (const [name, entry] of Object.entries(json)) {
    if (name === '__metadata__') continue;
    const info = parseEntry(name, entry, area.dataOffset);
    if (isSaid(info)) problems.push(problemOf(name, info));
    else infos.push(info);
  }
  // MLX writes null where there is none.
  const metadata = parseMetadata(json.__metadata__ ?? undefined);
  if (!metadata) problems.push(problemOf('__metadata__', words.metadata()));
  if (problems.length === 0) problems.push(...checkCoverage(infos, area));
  if (problems.length > 0) throw headerError(area.file, problems);
  return { metadata: metadata ?? {}, tensors: new Map(infos.map((info) => [info.name, info])) };
}

function parseEntry(name: string, entry: unknown, dataOffset: number): SafetensorsInfo | Said {
  if (!isRecord(entry)) return words.entry();
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDtype(dtype)) return words.dtype({ dtype: JSON.stringify(dtype), known: dtypeOrder.join(', ') });
  if (!isSizeList(shape)) return words.shape();
  if (!isSizeList(offsets) || offsets.length !== 2) return words.offsets();
  const [begin = 0, end = 0] = offsets;
  const sizeBytes = shape.reduce((product, size) => product * size, dtypeSizes[dtype]);
  if (end - begin !== sizeBytes)
    return words.otherSize({ shape: shape.join(', '), dtype, bytes: sizeBytes, given: end - begin });
  return { name, dtype, shape, offset: dataOffset + begin, sizeBytes };
}

/** The format wants every byte of the data to belong to exactly one tensor. */
function checkCoverage(infos: readonly SafetensorsInfo[], { dataOffset, dataBytes }: DataArea): Problem[] {
  const problems: Problem[] = [];
  let position = dataOffset;
  for (const { name, offset, sizeBytes } of [...infos].sort(
    (a, b) => a.offset - b.offset || a.sizeBytes - b.sizeBytes,
  )) {
    if (offset + sizeBytes > dataOffset + dataBytes) {
      problems.push(problemOf(name, words.cutOff({ end: offset + sizeBytes, bytes: dataOffset + dataBytes })));
    } else if (offset < position) problems.push(problemOf(name, words.overlaps()));
    else if (offset > position) problems.push(problemOf(name, words.gap({ bytes: offset - position })));
    position = Math.max(position, offset + sizeBytes);
  }
  const rest = dataOffset + dataBytes - position;
  if (rest > 0) problems.push(problemOf('file', words.rest({ bytes: rest })));
  return problems;
}

function headerError(file: string, problems: readonly Problem[]): GraftError {
  const field = problems[0]?.field;
  return new GraftError('invalid', words.header({ file, problems: problemList(problems, 3, 'ofField') }), {
    file,
    field,
    problems: problems.slice(0, 100),
    remedy: damagedRemedy,
  });
}

function parseMetadata(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined) return {};
  if (!isRecord(value)) return undefined;
  const entries: [string, string][] = [];
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') return undefined;
    entries.push([key, text]);
  }
  return Object.fromEntries(entries);
}

function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === 'string' && Object.hasOwn(dtypeSizes, value);
}

function isSizeList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
