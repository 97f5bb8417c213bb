/** Embedding lookup. The table is frozen (no gradient) or trained (rows of dy summed back by id). */
import type { Tensor } from '../tf.ts';
import { differentiable } from './differentiable.ts';
import { gatherKernel, scatterRowsKernel } from './kernels.ts';

/** table (V, D) frozen, ids (N) int32 → (N, D) float32. */
export function gatherRows(table: Tensor, ids: Tensor): Tensor {
  return gatherKernel(table, ids);
}

/** As gatherRows for a trained float32 table. */
export function gatherTrainedRows(table: Tensor, ids: Tensor): Tensor {
  return differentiable([table], () => ({
    value: gatherKernel(table, ids),
    keep: [ids],
    gradient: (dy, [rows]) => [scatterRowsKernel(dy, rows, table.shape[0])],
  }));
}
