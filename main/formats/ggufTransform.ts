/** What a GGUF does to a tensor as it is in memory, for writing; weightSource.ts undoes it when reading. */
import type { GgufTransform } from '../contract/families/family.ts';
import { permuteRows } from './ggufRows.ts';

/** `values` is (rows, anything) in Hugging Face order; linears are (out, in) in memory and in a GGUF alike. */
export function toGgufLayout(values: Float32Array, rows: number, transform: GgufTransform): Float32Array {
  if (transform.kind === 'ropeRows') return permuteRows(values, rows, transform.heads);
  return transform.kind === 'plusOne' ? values.map((value) => value + 1) : values;
}
