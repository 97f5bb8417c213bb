/**
 * Graft's ops (ops/kernels.ts) as TensorFlow ops. In bf16 precision, products run on bf16 inputs and come out as
 * float32; everything else is float32.
 */
import { tf, type Tensor } from '../../tf.ts';
import type { KernelName } from '../../ops/kernels.ts';
import type { Precision } from '../backend.ts';
import { DataType, boolAttr, intAttr, typeAttr } from './attributes.ts';
import { tensorId, tfjsBackendName, type TfjsBackend } from './tfjsBackend.ts';

type Inputs = Readonly<Record<string, Tensor>>;
type Attributes = Readonly<Record<string, unknown>>;
type Kernel = (inputs: Inputs, attributes: Attributes) => Tensor | Tensor[];

function tensorflowKernels(backend: TfjsBackend, precision: Precision): Record<KernelName, Kernel> {
  const { binding } = backend;
  const storage = precision === 'bf16' ? DataType.bfloat16 : DataType.float;
  const id = (tensor: Tensor): number => tensorId(backend, tensor);
  const wrap = (result: number, shape: readonly number[]): Tensor =>
    backend.createOutputTensor({ id: result, shape: [...shape], dtype: binding.dtype(result) });
  const scalar = (value: number): number => binding.createTensor([], DataType.int32, Int32Array.of(value));
  const same = (result: number, x: Tensor): Tensor => (result === id(x) ? x.clone() : wrap(result, x.shape));

  return {
    GraftMatMul: ({ a, b }, { transposeA, transposeB }) => {
      const inputs = [binding.cast(id(a), storage), binding.cast(id(b), storage)];
      const [product] = binding.execute(
        'MatMul',
        [typeAttr('T', storage), boolAttr('transpose_a', transposeA as boolean), boolAttr('transpose_b', transposeB as boolean)],
        inputs,
        1,
      );
      return wrap(binding.toFloat(product.id), product.shape);
    },
    GraftCompact: ({ x }) => same(binding.cast(id(x), storage), x),
    GraftExpand: ({ x }) => same(binding.toFloat(id(x)), x),
    GraftGather: ({ table, ids }) => {
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
      const attributes = [typeAttr('T', DataType.float), typeAttr('Tindices', DataType.int32), typeAttr('Tnumsegments', DataType.int32)];
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
      const attributes = [typeAttr('T', DataType.float), typeAttr('Tlabels', DataType.int32)];
      const [loss, gradient] = binding.execute('SparseSoftmaxCrossEntropyWithLogits', attributes, [id(logits), id(targets)], 2);
      return [wrap(loss.id, loss.shape), wrap(gradient.id, gradient.shape)];
    },
  };
}

/** Registers all of them for tfjs' TensorFlow backend. */
export function registerTensorflowKernels(backend: TfjsBackend, precision: Precision): void {
  for (const [kernelName, kernel] of Object.entries(tensorflowKernels(backend, precision))) {
    if (tf.getKernel(kernelName, tfjsBackendName)) tf.unregisterKernel(kernelName, tfjsBackendName);
    tf.registerKernel({
      kernelName,
      backendName: tfjsBackendName,
      kernelFunc: ({ inputs, attrs }) => kernel(inputs as Inputs, attrs ?? {}),
    });
  }
}
