/**
 * Graft's ops (ops/kernels.ts) in plain tfjs, for the backends that run eagerly in float32. The gather and its
 * gradient are one-hot products where the wasm backend has no kernel for them, and so are slow: they are there to be
 * right everywhere. Matrices of integers and packed blocks are the affair of hostMatrices.ts.
 */
import type { KernelName } from '../../engine/ops/kernels.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import { expandHidden, findHidden, gatherHidden, timesHidden, timesTransposedHidden } from './hostMatrices.ts';

type Inputs = Readonly<Record<string, Tensor>>;
type Attributes = Readonly<Record<string, unknown>>;
type Kernel = (inputs: Inputs, attributes: Attributes) => Tensor | Tensor[];

const eagerKernels: Record<KernelName, Kernel> = {
  GraftMatMul: ({ a, b }, { transposeA, transposeB }) => {
    const left = transposeA === true ? tf.transpose(a) : a;
    const matrix = findHidden(b);
    if (matrix)
      return transposeB === true ? timesTransposedHidden(left, matrix, timesTransposed) : timesHidden(left, matrix);
    return transposeB === true ? timesTransposed(left, b) : tf.matMul(left, b);
  },
  GraftBatchMatMul: ({ a, b }, { transposeA, transposeB }) =>
    tf.matMul(a, b, transposeA as boolean, transposeB as boolean),
  GraftCompact: ({ x }) => x.clone(),
  GraftExpand: ({ x }) => {
    const matrix = findHidden(x);
    return matrix ? expandHidden(matrix) : x.clone();
  },
  GraftGather: ({ table, ids }) => {
    const matrix = findHidden(table);
    return matrix ? gatherHidden(matrix, ids) : tf.gather(table, ids);
  },
  GraftScatterRows: ({ values, ids }, { rows }) =>
    tf.matMul(tf.transpose(tf.oneHot(ids, rows as number).toFloat()), values),
  GraftTopKMask: ({ x }, { k }) => {
    // In float32: tfjs' sums and transposes of int32 are not right on every backend.
    const places = tf.range(0, x.shape[1] as number, 1, 'float32').expandDims(0);
    const chosen = tf.unstack(tf.topk(x, k as number, true).indices.toFloat(), 1);
    return tf.addN(chosen.map((column) => tf.equal(column.expandDims(1), places).toFloat()));
  },
  GraftCrossEntropy: ({ logits, targets }) => {
    const shifted = logits.sub(logits.max(1, true));
    const exponentials = shifted.exp();
    const sums = exponentials.sum(1, true);
    const chosen = tf.oneHot(targets, logits.shape[1] as number).toFloat();
    const loss = sums.log().squeeze([1]).sub(shifted.mul(chosen).sum(1));
    return [loss, exponentials.div(sums).sub(chosen)];
  },
};

/**
 * a (N, K) · bᵀ for b (M, K). The wasm backend multiplies transposed operands with a plain loop, a twelfth as fast as
 * its own product, so what is smaller is transposed first: b, or a and the result.
 */
function timesTransposed(a: Tensor, b: Tensor): Tensor {
  const [N = 0, K = 0] = a.shape;
  const [M = 0] = b.shape;
  return N * (K + M) < K * M ? tf.transpose(tf.matMul(b, tf.transpose(a))) : tf.matMul(a, tf.transpose(b));
}

/** Registers them for a tfjs backend that has its stock kernels loaded. */
export function registerEagerKernels(backendName: string): void {
  for (const [kernelName, kernel] of Object.entries(eagerKernels)) {
    if (tf.getKernel(kernelName, backendName)) continue;
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => kernel(inputs as Inputs, attrs ?? {}),
    });
  }
}
