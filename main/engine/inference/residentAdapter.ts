/**
 * An adapter on the device, ready to be swapped in. Two adapters of one signature (method, options, targets, shapes,
 * frozen content) run through the same compiled functions and differ in the tensors they hand in alone.
 */
import type { LabelTask } from '../../contract/labels.ts';
import type { AdapterHead, AdapterMethod, AdapterWeights, HostTensor } from '../adapters/adapterMethod.ts';
import { compact } from '../ops/kernels.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';
import { adapterKey } from './decoder.ts';
import type { AdapterBinding } from './decoder.ts';
import type { FrozenStore } from './FrozenStore.ts';
import { inputsUnder } from '../namedInputs.ts';

export interface ResidentAdapter {
  readonly method: AdapterMethod;
  readonly signature: string;
  readonly binding: AdapterBinding;
  /** `adapter/<name>` for each trained tensor, and what `headInputs` gives of its head. */
  readonly inputs: NamedTensorMap;
  /** What its head answers; null without one. */
  readonly task: LabelTask | null;
  /** On the device, frozen tensors apart. */
  readonly sizeBytes: number;
  dispose(): void;
}

/** Matrices in the backend's precision, so that no token has to convert them; vectors, also (n, 1), in float32. */
function upload({ data, shape }: HostTensor): Tensor {
  return tf.tidy(() =>
    shape.length === 2 && Math.min(...shape) > 1 ? compact(tf.tensor(data, [...shape])) : tf.tensor(data, [...shape]),
  );
}

const headPrefix = 'head/';

/** `head/<name>` for each tensor of a classification head, float32. The caller's to dispose. */
export function headInputs({ tensors }: Pick<AdapterHead, 'tensors'>): NamedTensorMap {
  const entries = Object.entries(tensors);
  return Object.fromEntries(entries.map(([name, { data, shape }]) => [headPrefix + name, tf.tensor(data, [...shape])]));
}

/** Traced: the head whose tensors came in as `head/…`. */
export function headTensors(inputs: NamedTensorMap): NamedTensorMap {
  return inputsUnder(inputs, headPrefix);
}

/** Uploads an adapter, in the cheaper form for inference where its method has one. */
export function uploadAdapter(
  weights: AdapterWeights,
  getMethod: (id: string) => AdapterMethod,
  store: FrozenStore,
): ResidentAdapter {
  const served = getMethod(weights.methodId).forInference?.(weights) ?? weights;
  const method = getMethod(served.methodId);
  const { options, targets, trained, head } = served;
  const lease = store.acquire(method.frozenUploads(served));
  const entries = Object.entries(trained);
  const inputs = {
    ...Object.fromEntries(entries.map(([name, tensor]) => [adapterKey(name), upload(tensor)])),
    ...(head && headInputs(head)),
  };
  const shapes = [...entries, ...Object.entries(head?.tensors ?? {})].map(([name, { shape }]) => [name, shape]);
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
    task: head?.task ?? null,
    sizeBytes,
    dispose,
  };
}
