/**
 * NF4 with double quantisation (formats/nf4.ts) as tensors: four codes are looked up at once, in a table of the
 * 65,536 there are of four. Blocks may begin within a row, magnitudes within their nested block; what a slice of rows
 * needs is cut out of whole ones.
 */
import { dynamicMap, nestedBlock, nf4Block, type Nf4Matrix, nf4Values } from '../../../formats/nf4.ts';
import { DataType } from '../attributes.ts';
import type { Binding } from '../binding.ts';
import type { CodeTables } from './codeTables.ts';
import { arithmetic, gatherRows, type HiddenMatrix, leading, reshape, type RowRange, slice } from './hiddenMatrix.ts';

export interface Nf4Tensors {
  /** (blocks, 16), uint16: four codes each. It is the tensor with the face. */
  readonly codes: number;
  readonly matrix: HiddenMatrix;
}

/** Copies `source` to the device. */
export function nf4Tensors(
  binding: Binding,
  tables: CodeTables,
  [rows, columns]: readonly number[],
  source: Nf4Matrix,
): Nf4Tensors {
  const { session } = binding;
  const blocks = source.codes.length / (nf4Block / 2);
  const nestedCount = source.nested.length;
  const codes = session.createTensor([blocks, nf4Block / 4], DataType.uint16, source.codes);
  const absmax = session.createTensor([nestedCount, nestedBlock], DataType.uint8, source.absmax);
  const nested = session.createTensor([nestedCount, 1], DataType.float, source.nested);
  const [values, magnitudes] = [tables.ofFour(nf4Values), tables.of(dynamicMap)];

  /** (count, 1) float32: what blocks are multiplied by. */
  const scalesOf = ({ from, count }: RowRange): number => {
    const first = Math.floor(from / nestedBlock);
    const range = { from: first, count: Math.ceil((from + count) / nestedBlock) - first };
    const places = binding.convert(leading(binding, absmax, range, [nestedCount, nestedBlock]), DataType.int32);
    const known = binding.multiply(
      gatherRows(binding, magnitudes, places),
      leading(binding, nested, range, [nestedCount, 1]),
    );
    const offset = binding.constant([], DataType.float, Float32Array.of(source.offset));
    const whole = range.count * nestedBlock;
    const column = reshape(binding, arithmetic(binding, 'AddV2', known, offset), [whole, 1]);
    const begin = from - first * nestedBlock;
    return begin === 0 && count === whole ? column : slice(binding, column, [begin, 0], [count, 1]);
  };
  const expand = (_: Binding, { from, count }: RowRange, to: number): number => {
    const [begin, end] = [from * columns, (from + count) * columns];
    const first = Math.floor(begin / nf4Block);
    const range = { from: first, count: Math.ceil(end / nf4Block) - first };
    const fours = binding.convert(leading(binding, codes, range, [blocks, nf4Block / 4]), DataType.int32);
    const found = reshape(binding, gatherRows(binding, values, fours), [range.count, nf4Block]);
    const meant = binding.convert(binding.multiply(found, scalesOf(range)), to);
    const isExact = range.count * nf4Block === end - begin;
    const cut = isExact
      ? meant
      : slice(binding, reshape(binding, meant, [range.count * nf4Block]), [begin - first * nf4Block], [end - begin]);
    return reshape(binding, cut, [count, columns]);
  };
  const gather = (_: Binding, ids: number): number =>
    gatherRows(binding, expand(binding, { from: 0, count: rows }, DataType.float), ids);
  return { codes, matrix: { rows, columns, companions: [absmax, nested], expand, gather } };
}
