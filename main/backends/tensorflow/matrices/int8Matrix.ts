/** 8-bit integers with a scale a row: the integers are exact in bf16 and float32, so rows come without their scales. */
import { DataType } from '../attributes.ts';
import type { Binding } from '../binding.ts';
import { gatherRows, type HiddenMatrix, leading } from './hiddenMatrix.ts';

/** `id` (rows, columns) int8, `scales` (rows) float32. */
export function int8Matrix(id: number, scales: number, [rows, columns]: readonly number[]): HiddenMatrix {
  return {
    rows,
    columns,
    companions: [scales],
    rowScales: scales,
    expand: (binding, range, to) => binding.convert(leading(binding, id, range, [rows, columns]), to),
    gather(binding: Binding, ids: number): number {
      const factors = binding.asColumn(gatherRows(binding, scales, ids));
      return binding.multiply(binding.convert(gatherRows(binding, id, ids), DataType.float), factors);
    },
  };
}
