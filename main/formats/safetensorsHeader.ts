/**
 * The header of a safetensors file: 8 bytes of length, then JSON. It is believed only after every length, shape, offset and
 * dtype in it was checked against the file: tensors must cover the data exactly, without overlap and without holes.
 */
import { GraftError } from '../contract/errors.ts';
import type { Problem } from '../contract/errors.ts';
import type { ByteRanges } from './fileRange.ts';
import { findJsonTrap } from './jsonTraps.ts';

/** Those that no tensor here is computed with are read all the same, so that a file can be refused by what is in it. */
export type SafetensorsDtype =
  | ('F64' | 'F32' | 'F16' | 'BF16' | 'F8_E4M3' | 'F8_E5M2' | 'F8_E8M0' | 'F8_E4M3FNUZ' | 'F8_E5M2FNUZ' | 'F6_E2M3' | 'F6_E3M2' | 'F4')
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
const damagedRemedy = 'The file is damaged or incomplete: fetch or save it again.';

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
  const fail = (message: string, cause?: unknown): never => {
    throw new GraftError('invalid', `${file} is not a whole safetensors file: ${message}`, { file, remedy: damagedRemedy }, cause);
  };
  if (fileBytes < 10) return fail(`it has ${fileBytes} bytes, too few for a header.`);
  const declared = new DataView(read(0, 8).buffer).getBigUint64(0, true);
  if (declared > maxHeaderBytes) return fail(`its header claims ${declared} bytes, more than the format allows.`);
  const headerBytes = Number(declared);
  if (8 + headerBytes > fileBytes) return fail(`its header claims ${headerBytes} bytes, but the file has ${fileBytes}.`);
  let json: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(read(8, headerBytes));
    json = JSON.parse(text);
    const trap = findJsonTrap(text);
    if (trap !== undefined) return fail(`in its header, ${trap}.`);
  } catch (error) {
    if (error instanceof GraftError) throw error;
    return fail('its header is not JSON.', error);
  }
  if (!isRecord(json)) return fail('its header is not a JSON object.');
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
    if (typeof info === 'string') problems.push({ field: name, message: info });
    else infos.push(info);
  }
  // MLX writes null where there is none.
  const metadata = parseMetadata(json.__metadata__ ?? undefined);
  if (!metadata) problems.push({ field: '__metadata__', message: 'must map text to text' });
  if (problems.length === 0) problems.push(...checkCoverage(infos, area));
  if (problems.length > 0) throw headerError(area.file, problems);
  return { metadata: metadata ?? {}, tensors: new Map(infos.map((info) => [info.name, info])) };
}

function parseEntry(name: string, entry: unknown, dataOffset: number): SafetensorsInfo | string {
  if (!isRecord(entry)) return 'its entry is not an object';
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDtype(dtype)) return `dtype ${JSON.stringify(dtype)} is not one of ${dtypeOrder.join(', ')}`;
  if (!isSizeList(shape)) return 'its shape is not a list of sizes';
  if (!isSizeList(offsets) || offsets.length !== 2) return 'its data_offsets are not two positions';
  const [begin = 0, end = 0] = offsets;
  const sizeBytes = shape.reduce((product, size) => product * size, dtypeSizes[dtype]);
  if (end - begin !== sizeBytes)
    return `shape [${shape.join(', ')}] of ${dtype} takes ${sizeBytes} bytes, its data_offsets give ${end - begin}`;
  return { name, dtype, shape, offset: dataOffset + begin, sizeBytes };
}

/** The format wants every byte of the data to belong to exactly one tensor. */
function checkCoverage(infos: readonly SafetensorsInfo[], { dataOffset, dataBytes }: DataArea): Problem[] {
  const problems: Problem[] = [];
  let position = dataOffset;
  for (const { name, offset, sizeBytes } of [...infos].sort((a, b) => a.offset - b.offset || a.sizeBytes - b.sizeBytes)) {
    if (offset + sizeBytes > dataOffset + dataBytes) {
      problems.push({
        field: name,
        message: `ends at byte ${offset + sizeBytes}, but the file has ${dataOffset + dataBytes}: it is cut off`,
      });
    } else if (offset < position) problems.push({ field: name, message: 'overlaps the tensor before it' });
    else if (offset > position)
      problems.push({ field: name, message: `starts ${offset - position} bytes after the end of the tensor before it` });
    position = Math.max(position, offset + sizeBytes);
  }
  const rest = dataOffset + dataBytes - position;
  if (rest > 0) problems.push({ field: 'file', message: `${rest} bytes at the end belong to no tensor` });
  return problems;
}

function headerError(file: string, problems: readonly Problem[]): GraftError {
  const shown = problems.slice(0, 3).map(({ field, message }) => `${field}: ${message}`);
  const more = problems.length > 3 ? `; and ${problems.length - 3} more` : '';
  const field = problems[0]?.field;
  return new GraftError('invalid', `The safetensors header of ${file} does not hold: ${shown.join('; ')}${more}.`, {
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === 'string' && Object.hasOwn(dtypeSizes, value);
}

function isSizeList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
