/**
 * A matrix of a GGUF, its blocks taken apart (formats/ggufBlockForms.ts) and not rounded: rows are whole blocks, so a
 * slice of rows is a slice of every part. Values equal the file's to the last bit.
 */
import { blockForms, type BlockForm } from '../../../formats/ggufBlockForms.ts';
import type { GgufType } from '../../../formats/ggufQuants.ts';
import type { StoredBlocks } from '../../../formats/storedBlocks.ts';
import { DataType } from '../attributes.ts';
import type { Binding } from '../binding.ts';
import type { CodeTables } from './codeTables.ts';
import { arithmetic, gatherRows, type HiddenMatrix, leading, reshape } from './hiddenMatrix.ts';

export interface BlockTensors {
  /** The tensor with the face. */
  readonly codes: number;
  readonly matrix: HiddenMatrix;
}

interface Part {
  readonly id: number;
  /** (blocks, …). */
  readonly shape: readonly number[];
}

interface Parts {
  readonly codes: Part;
  readonly scale: Part;
  readonly groupScales?: Part;
  readonly minimum?: Part;
  readonly groupMinima?: Part;
}

/** undefined: blocks of this type are not kept packed. */
export function blockTensors(
  binding: Binding,
  tables: CodeTables,
  [rows, columns]: readonly number[],
  source: StoredBlocks,
): BlockTensors | undefined {
  const { blockSize } = source.type;
  const form = blockForms[source.type.name];
  if (form === undefined) return undefined;
  const blocksPerRow = columns / blockSize;
  const parts = upload(binding, source, form, rows * blocksPerRow);
  const values = form.bits === 4 ? tables.ofFour(valuesOf(form)) : undefined;
  const known = { binding, form, values, blockSize };
  const { codes, ...others } = parts;
  const matrix: HiddenMatrix = {
    rows,
    columns,
    companions: Object.values(others as Record<string, Part>).map(({ id }) => id),
    expand(_, { from, count }, to) {
      const range = { from: from * blocksPerRow, count: count * blocksPerRow };
      const cut = mapParts(parts, ({ id, shape }) => ({
        id: leading(binding, id, range, shape),
        shape: [range.count, ...shape.slice(1)],
      }));
      return binding.convert(reshape(binding, unpack(known, cut), [count, columns]), to);
    },
    gather(_, ids, count) {
      const taken = mapParts(parts, ({ id, shape }) => {
        const width = shape.slice(1).reduce((product, size) => product * size, blocksPerRow);
        const ofRows = gatherRows(binding, reshape(binding, id, [rows, width]), ids);
        const taken = [count * blocksPerRow, ...shape.slice(1)];
        return { id: reshape(binding, ofRows, taken), shape: taken };
      });
      return reshape(binding, unpack(known, taken), [count, columns]);
    },
  };
  return { codes: codes.id, matrix };
}

function mapParts(parts: Parts, change: (part: Part) => Part): Parts {
  const entries = Object.entries(parts as unknown as Record<string, Part>);
  return Object.fromEntries(entries.map(([name, part]) => [name, change(part)])) as unknown as Parts;
}

function valuesOf({ zero = 0 }: BlockForm): Float32Array {
  return Float32Array.from({ length: 16 }, (_, code) => code - zero);
}

interface Known {
  readonly binding: Binding;
  readonly form: BlockForm;
  readonly blockSize: number;
  /** Of four codes at once. */
  readonly values: number | undefined;
}

/** (blocks, blockSize) float32. */
function unpack({ binding, form, blockSize, values }: Known, parts: Parts): number {
  const [blocks] = parts.codes.shape;
  const grouped = [blocks, form.groups, blockSize / form.groups];
  const codes =
    values === undefined
      ? binding.convert(parts.codes.id, DataType.float)
      : gatherRows(binding, values, binding.convert(parts.codes.id, DataType.int32));
  const factor = factors(binding, [blocks, form.groups], parts.scale, parts.groupScales);
  const product = binding.multiply(reshape(binding, codes, grouped), factor);
  if (form.minimum === undefined || parts.minimum === undefined) return product;
  const added = factors(binding, [blocks, form.groups], parts.minimum, parts.groupMinima);
  return arithmetic(binding, form.minimum.sign === 1 ? 'AddV2' : 'Sub', product, added);
}

/** (blocks, groups, 1) float32. */
function factors(binding: Binding, shape: readonly number[], ofBlock: Part, ofGroups: Part | undefined): number {
  const block = binding.convert(ofBlock.id, DataType.float);
  const all = ofGroups === undefined ? block : binding.multiply(block, binding.convert(ofGroups.id, DataType.float));
  return reshape(binding, all, [...shape, 1]);
}

/** A part at a time lies on the host beside the device's. */
function upload(binding: Binding, { type, pieces }: StoredBlocks, form: BlockForm, blocks: number): Parts {
  const codeBytes = (type.blockSize * form.bits) / 8;
  const { groups, minimum } = form;
  const hasGroups = groups > 1;
  const whole = {
    codes: new Uint8Array(blocks * codeBytes),
    scale: new Uint16Array(blocks),
    groupScales: new Uint8Array(hasGroups ? blocks * groups : 0),
    minimum: new Uint16Array(minimum ? blocks : 0),
    groupMinima: new Uint8Array(hasGroups && minimum ? blocks * groups : 0),
  };
  for (const { from, bytes } of pieces()) splitPiece(whole, { from, bytes, type, form });
  const create = (values: Uint8Array | Uint16Array, dtype: number, width: number): Part => {
    const shape = [blocks, width];
    return { id: binding.session.createTensor(shape, dtype, values), shape };
  };
  return {
    codes: create(
      whole.codes,
      ...(form.bits === 4 ? ([DataType.uint16, codeBytes / 2] as const) : ([DataType.int8, codeBytes] as const)),
    ),
    scale: create(whole.scale, DataType.half, 1),
    ...(hasGroups && {
      groupScales: create(whole.groupScales, form.signedScales === true ? DataType.int8 : DataType.uint8, groups),
    }),
    ...(minimum && { minimum: create(whole.minimum, DataType.half, 1) }),
    ...(hasGroups && minimum && { groupMinima: create(whole.groupMinima, DataType.uint8, groups) }),
  };
}

interface Whole {
  readonly codes: Uint8Array;
  readonly scale: Uint16Array;
  readonly groupScales: Uint8Array;
  readonly minimum: Uint16Array;
  readonly groupMinima: Uint8Array;
}

interface Piece {
  readonly from: number;
  readonly bytes: Uint8Array;
  readonly type: GgufType;
  readonly form: BlockForm;
}

function splitPiece(whole: Whole, { from, bytes, type, form }: Piece): void {
  const { groups, minimum } = form;
  const codeBytes = (type.blockSize * form.bits) / 8;
  for (let block = from, at = 0; at < bytes.length; block++, at += type.blockBytes) {
    form.split(bytes, at, {
      codes: whole.codes.subarray(block * codeBytes, (block + 1) * codeBytes),
      groupScales: whole.groupScales.subarray(block * groups, (block + 1) * groups),
      groupMinima: whole.groupMinima.subarray(block * groups, (block + 1) * groups),
    });
    whole.scale[block] = halfAt(bytes, at + form.scaleAt);
    if (minimum) whole.minimum[block] = halfAt(bytes, at + minimum.at);
  }
}

function halfAt(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8);
}
