/**
 * An adapter on the device, ready to be swapped in. Two adapters of one signature (method, options, targets, shapes,
 * frozen content) run through the same compiled functions and differ in the tensors they hand in alone.
 */
import type { AdapterMethod, AdapterWeights, HostTensor } from '../adapters/adapterMethod.ts';
import { compact } from '../ops/kernels.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';
import { adapterKey } from './decoder.ts';
import type { AdapterBinding } from './decoder.ts';
import type { FrozenStore } from './FrozenStore.ts';

export interface ResidentAdapter {
  readonly method: AdapterMethod;
  readonly signature: string;
  readonly binding: AdapterBinding;
  /** `adapter/<name>` for each trained tensor. */
  readonly inputs: NamedTensorMap;
  /** On the device, frozen tensors apart. */
  readonly sizeBytes: number;
  dispose(): void;
}

/** Matrices in the backend's precision, so that no token has to convert them; vectors in float32. */
function upload({ data, shape }: HostTensor): Tensor {
  return tf.tidy(() => (shape.length === 2 ? compact(tf.tensor(data, [...shape])) : tf.tensor(data, [...shape])));
}

/** Uploads an adapter, in the cheaper form for inference where its method has one. */
export function uploadAdapter(
  weights: AdapterWeights,
  getMethod: (id: string) => AdapterMethod,
  store: FrozenStore,
): ResidentAdapter {
  const served = getMethod(weights.methodId).forInference?.(weights) ?? weights;
  const method = getMethod(served.methodId);
  const { options, targets, trained } = served;
  const lease = store.acquire(method.frozenUploads(served));
  const entries = Object.entries(trained);
  const inputs = Object.fromEntries(entries.map(([name, tensor]) => [adapterKey(name), upload(tensor)]));
  const shapes = entries.map(([name, { shape }]) => [name, shape]);
  const signature = JSON.stringify([method.id, options, targets, shapes, lease.fingerprint]);
  const dispose = (): void => {
    tf.dispose(inputs);
    lease.release();
  };
  const sizeBytes = entries.reduce((total, [, { data }]) => total + data.byteLength, 0);
  return {
    method,
    signature,
    binding: { method, weights: { options, targets }, frozen: lease.tensors },
    inputs,
    sizeBytes,
    dispose,
  };
}
