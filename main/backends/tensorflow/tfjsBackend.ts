/**
 * tfjs' own TensorFlow backend (class NodeJSKernelBackend of tfjs-node-gpu) over our binding. The one change: a result
 * in bfloat16, which tfjs does not know, gets a float32 face; see binding.ts for why that is safe.
 */
import { createRequire } from 'node:module';
import { tf, type Tensor } from '../../engine/tf.ts';
import { DataType } from './attributes.ts';
import type { Binding } from './binding.ts';
import type { TensorMetadata } from './eagerSession.ts';

interface TensorEntry {
  readonly id: number;
}

/** What Graft uses of NodeJSKernelBackend. */
export interface TfjsBackend {
  readonly binding: Binding;
  readonly tensorMap: { get(dataId: object): TensorEntry };
  getInputTensorIds(tensors: readonly { readonly dataId: object }[]): number[];
  createOutputTensor(metadata: TensorMetadata): Tensor;
}

export const tfjsBackendName = 'tensorflow';

/** Registers tfjs' TensorFlow kernels over `binding` and makes the backend current. */
export function registerTfjsBackend(binding: Binding): TfjsBackend {
  const require = createRequire(import.meta.url);
  const { NodeJSKernelBackend } = require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js') as {
    NodeJSKernelBackend: new (binding: Binding, packageName: string) => TfjsBackend;
  };
  require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js');
  const backend = new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu');
  const createOutputTensor = backend.createOutputTensor.bind(backend);
  backend.createOutputTensor = (metadata) =>
    createOutputTensor(metadata.dtype === DataType.bfloat16 ? { ...metadata, dtype: DataType.float } : metadata);
  tf.registerBackend(tfjsBackendName, () => backend as unknown as InstanceType<typeof tf.KernelBackend>, 3);
  void tf.setBackend(tfjsBackendName); // true at once: the backend is made synchronously
  return backend;
}

/** The binding's number of a tensor, uploaded if tfjs still held its values. */
export function tensorId(backend: TfjsBackend, tensor: { readonly dataId: object }): number {
  return backend.getInputTensorIds([tensor])[0];
}
