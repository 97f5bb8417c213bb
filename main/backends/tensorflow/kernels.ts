/**
 * Graft's ops (ops/kernels.ts) as TensorFlow ops. Where products are bf16, they run on bf16 inputs and come out as
 * float32; everything else is float32. Of integers and packed blocks only products and gathers know: see
 * hiddenProducts.ts.
 */
import { tf, type Tensor } from '../../engine/tf.ts';
import type { KernelName } from '../../engine/ops/kernels.ts';
import type { ProductPrecision } from '../../contract/engine.ts';
import { DataType, boolAttr, intAttr, typeAttr } from './attributes.ts';
import type { Binding } from './binding.ts';
import { findLarge, timesHidden, timesTransposedHidden } from './hiddenProducts.ts';
import { tensorId, tfjsBackendName, type TfjsBackend } from './tfjsBackend.ts';

type Inputs = Readonly<Record<string, Tensor>>;
type Attributes = Readonly<Record<string, unknown>>;
type Kernel = (inputs: Inputs, attributes: Attributes) => Tensor | Tensor[];

function tensorflowKernels(backend: TfjsBackend, products: ProductPrecision): Record<KernelName, Kernel> {
  const { binding } = backend;
  const storage = products === 'bf16' ? DataType.bfloat16 : DataType.float;
  const id = (tensor: Tensor): number => tensorId(backend, tensor);
  const wrap = (result: number, shape: readonly number[]): Tensor =>
    backend.createOutputTensor({ id: result, shape: [...shape], dtype: binding.dtype(result) });
  const scalar = (value: number): number => binding.constant([], DataType.int32, Int32Array.of(value));
  const same = (result: number, x: Tensor): Tensor => (result === id(x) ? x.clone() : wrap(result, x.shape));

  return {
    GraftMatMul: ({ a, b }, { transposeA, transposeB, compactResult }) => {
      const matrix = binding.findHidden(id(b)) ?? findLarge(id(b), b.shape, a.shape[0]);
      if (matrix && transposeA !== true) {
        const product =
          transposeB === true
            ? timesTransposedHidden(binding, id(a), matrix, storage)
            : timesHidden(binding, id(a), matrix, storage, a.shape[0]);
        return wrap(compactResult === true ? binding.cast(product, storage) : product, [
          a.shape[0],
          transposeB === true ? matrix.rows : matrix.columns,
        ]);
      }
      if (storage === DataType.float && transposeA !== true && transposeB === true && isFewRows(a.shape[0], b.shape[0]))
        return wrap(fewRowsTimesTransposed(binding, id(a), id(b)), [a.shape[0], b.shape[0]]);
      const inputs = [binding.cast(id(a), storage), binding.cast(id(b), storage)];
      const transposed = [
        boolAttr('transpose_a', transposeA as boolean),
        boolAttr('transpose_b', transposeB as boolean),
      ];
      const [product] = binding.execute('MatMul', [typeAttr('T', storage), ...transposed], inputs, 1);
      return wrap(compactResult ? product.id : binding.toFloat(product.id), product.shape);
    },
    GraftBatchMatMul: ({ a, b }, { transposeA, transposeB }) => {
      const inputs = [binding.cast(id(a), storage), binding.cast(id(b), storage)];
      const attributes = [
        typeAttr('T', storage),
        boolAttr('adj_x', transposeA as boolean),
        boolAttr('adj_y', transposeB as boolean),
      ];
      const [product] = binding.execute('BatchMatMulV2', attributes, inputs, 1);
      return wrap(binding.toFloat(product.id), product.shape);
    },
    GraftCompact: ({ x }) => same(binding.cast(id(x), storage), x),
    GraftExpand: ({ x }) => same(binding.toFloat(id(x)), x),
    GraftGather: ({ table, ids }) => {
      const matrix = binding.findHidden(id(table));
      const [count] = ids.shape;
      if (matrix) return wrap(matrix.gather(binding, id(ids), count), [count, matrix.columns]);
      const source = id(table);
      const attributes = [
        typeAttr('Tparams', binding.dtype(source)),
        typeAttr('Tindices', DataType.int32),
        typeAttr('Taxis', DataType.int32),
        intAttr('batch_dims', 0),
      ];
      const [rows] = binding.execute('GatherV2', attributes, [source, id(ids), scalar(0)], 1);
      return wrap(binding.toFloat(rows.id), rows.shape);
    },
    GraftScatterRows: ({ values, ids }, { rows }) => {
      const attributes = [
        typeAttr('T', DataType.float),
        typeAttr('Tindices', DataType.int32),
        typeAttr('Tnumsegments', DataType.int32),
      ];
      const [sum] = binding.execute('UnsortedSegmentSum', attributes, [id(values), id(ids), scalar(rows as number)], 1);
      return wrap(sum.id, sum.shape);
    },
    GraftTopKMask: ({ x }, { k }) => {
      const attributes = [
        boolAttr('sorted', true),
        typeAttr('T', DataType.float),
        typeAttr('Tk', DataType.int32),
        typeAttr('index_type', DataType.int32),
      ];
      const [, indices] = binding.execute('TopKV2', attributes, [id(x), scalar(k as number)], 2);
      const chosen = wrap(indices.id, indices.shape);
      return tf
        .oneHot(chosen, x.shape[1] as number)
        .toFloat()
        .sum(1);
    },
    GraftCrossEntropy: ({ logits, targets }) => {
      const pair =
        products === 'bf16'
          ? halfCrossEntropy(binding, id(logits), id(targets))
          : sparseCrossEntropy(binding, id(logits), id(targets));
      return [wrap(pair.loss, targets.shape), wrap(pair.gradient, logits.shape)];
    },
  };
}

/**
 * Where a batch of tokens meets a weight: measured with SmolLM2's layers, 1.1 to 2.2 times as fast the other way round,
 * for two to seven tokens 2.5 to 4 times, with the head 11.
 */
function isFewRows(rows: number, outputs: number): boolean {
  return rows >= 2 && rows <= 64 && outputs > rows;
}

/** a (N, K) · bᵀ as (b · aᵀ)ᵀ, float32: TensorFlow's product with a transposed right side is slow for a few rows. */
function fewRowsTimesTransposed(binding: Binding, a: number, b: number): number {
  const attributes = [typeAttr('T', DataType.float), boolAttr('transpose_a', false), boolAttr('transpose_b', true)];
  const [product] = binding.execute('MatMul', attributes, [b, a], 1);
  const order = binding.constant([2], DataType.int32, Int32Array.of(1, 0));
  return binding.execute(
    'Transpose',
    [typeAttr('T', DataType.float), typeAttr('Tperm', DataType.int32)],
    [product.id, order],
    1,
  )[0].id;
}

interface LossAndGradient {
  readonly loss: number;
  readonly gradient: number;
}

/** Exact, but several slow passes over the logits. */
function sparseCrossEntropy(binding: Binding, logits: number, targets: number): LossAndGradient {
  const attributes = [typeAttr('T', DataType.float), typeAttr('Tlabels', DataType.int32)];
  const [loss, gradient] = binding.execute('SparseSoftmaxCrossEntropyWithLogits', attributes, [logits, targets], 2);
  return { loss: loss.id, gradient: gradient.id };
}

/**
 * All in bf16 but the logarithm: one fused softmax, the target's probability taken out of it. Its rounding (2⁻⁹ of p)
 * is far below that of the bf16 logits themselves. A probability that underflows counts as the smallest normal one.
 */
function halfCrossEntropy(binding: Binding, logits: number, targets: number): LossAndGradient {
  const half = typeAttr('T', DataType.bfloat16);
  const one = (name: string, attributes: Parameters<Binding['execute']>[1], inputs: readonly number[]) =>
    binding.execute(name, attributes, inputs, 1)[0];
  const probabilities = one('Softmax', [half], [logits]);
  const rows = probabilities.shape[0];
  const rowNumbers = binding.constant(
    [rows],
    DataType.int32,
    Int32Array.from({ length: rows }, (_, row) => row),
  );
  const places = one(
    'Pack',
    [typeAttr('T', DataType.int32), intAttr('N', 2), intAttr('axis', 1)],
    [rowNumbers, targets],
  ).id;
  const chosen = one(
    'GatherNd',
    [typeAttr('Tparams', DataType.bfloat16), typeAttr('Tindices', DataType.int32)],
    [probabilities.id, places],
  ).id;
  const float = typeAttr('T', DataType.float);
  const smallest = binding.constant([], DataType.float, Float32Array.of(1.1754943508222875e-38));
  const safe = one('Maximum', [float], [binding.toFloat(chosen), smallest]).id;
  const loss = one('Neg', [float], [one('Log', [float], [safe]).id]).id;
  const ones = binding.cast(
    binding.constant([rows], DataType.float, new Float32Array(rows).fill(1)),
    DataType.bfloat16,
  );
  const gradient = one(
    'TensorScatterSub',
    [half, typeAttr('Tindices', DataType.int32)],
    [probabilities.id, places, ones],
  ).id;
  return { loss, gradient };
}

/** Registers all of them for tfjs' TensorFlow backend. */
export function registerTensorflowKernels(backend: TfjsBackend, products: ProductPrecision): void {
  for (const [kernelName, kernel] of Object.entries(tensorflowKernels(backend, products))) {
    if (tf.getKernel(kernelName, tfjsBackendName)) tf.unregisterKernel(kernelName, tfjsBackendName);
    tf.registerKernel({
      kernelName,
      backendName: tfjsBackendName,
      kernelFunc: ({ inputs, attrs }) => kernel(inputs as Inputs, attrs ?? {}),
    });
  }
}
