/**
 * The ops that Graft adds to tfjs, by name: each backend registers its own kernel for every one of them, and the typed
 * functions here run them. None has a gradient of its own; the ops built on them (frozenLinear, gatherRows, …) do.
 */
import { tf, type Tensor } from '../tf.ts';

export interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** Leave the product as `compact` would make it. */
  readonly compactResult?: boolean;
}

export const kernelNames = [
  'GraftMatMul',
  'GraftBatchMatMul',
  'GraftCompact',
  'GraftExpand',
  'GraftGather',
  'GraftScatterRows',
  'GraftTopKMask',
  'GraftCrossEntropy',
] as const;
export type KernelName = (typeof kernelNames)[number];

type Inputs = Record<string, Tensor>;

function run(name: KernelName, inputs: Inputs, attributes: Readonly<Record<string, unknown>> = {}): Tensor | Tensor[] {
  return tf.engine().runKernel(name, inputs, attributes as Record<string, never>);
}

/** a (M, K) · b (K, N) in the backend's precision; float32 unless `compactResult`. Inputs may be frozen or compact. */
export function matMulKernel(a: Tensor, b: Tensor, attributes: MatMulAttributes): Tensor {
  return run('GraftMatMul', { a, b }, { ...attributes }) as Tensor;
}

/** The same for the last two axes of a (…, M, K) and b (…, K, N); equal leading axes. */
export function batchMatMulKernel(a: Tensor, b: Tensor, attributes: MatMulAttributes): Tensor {
  return run('GraftBatchMatMul', { a, b }, { ...attributes }) as Tensor;
}

/** The same values in the backend's precision: half the bytes where that is bf16. Read back with `expand` only. */
export function compact(x: Tensor): Tensor {
  return run('GraftCompact', { x }) as Tensor;
}

/** Float32 values of a compact or frozen tensor. */
export function expand(x: Tensor): Tensor {
  return run('GraftExpand', { x }) as Tensor;
}

/** Rows `ids` (N, int32) of a table (V, D), frozen or not → (N, D) float32. */
export function gatherKernel(table: Tensor, ids: Tensor): Tensor {
  return run('GraftGather', { table, ids }) as Tensor;
}

/** Sums rows of `values` (N, D) into a (rows, D) table at `ids` (N): the gradient of a gather. */
export function scatterRowsKernel(values: Tensor, ids: Tensor, rows: number): Tensor {
  return run('GraftScatterRows', { values, ids }, { rows }) as Tensor;
}

/** 1 at the k largest entries of each row of x (N, H), else 0; of equal entries the lower index wins. */
export function topKMaskKernel(x: Tensor, k: number): Tensor {
  return run('GraftTopKMask', { x }, { k }) as Tensor;
}

/**
 * Per row: −log softmax(logits)[target], and softmax(logits) − onehot(target), compact. logits (N, V) compact, targets
 * (N, int32).
 */
export function crossEntropyKernel(logits: Tensor, targets: Tensor): readonly [loss: Tensor, gradient: Tensor] {
  const [loss, gradient] = run('GraftCrossEntropy', { logits, targets }) as Tensor[];
  return [loss, gradient];
}
