/**
 * A backend is a place where tensors live and run. `compile` is the heart of it: TensorFlow records the function once
 * per input shape and runs it as one graph; the others run the same function eagerly inside tf.tidy. Trainer and
 * generator are therefore written once. Tensors are tfjs tensors everywhere.
 */
import type { NamedTensorMap } from '../tf.ts';

export type BackendId = 'tensorflow' | 'wasm' | 'cpu';
export type Precision = 'float32' | 'bf16';

/**
 * Runs on inputs of any shapes seen before without retracing. Inputs stay the caller's; outputs are new and the
 * caller's to dispose. Whatever else the function reads (weights) is captured by reference when first traced and must
 * outlive the compiled function. The function must be pure and must not read values back.
 */
export interface Compiled {
  (inputs: NamedTensorMap): NamedTensorMap;
  dispose(): void;
}

export interface Backend {
  readonly id: BackendId;
  /** For people, e.g. `CPU (2 threads), TensorFlow 2.21.0`. */
  readonly device: string;
  /** How frozen weights are stored. Trained tensors, optimizer state and norms are always float32. */
  readonly precision: Precision;
  compile(name: string, fn: (inputs: NamedTensorMap) => NamedTensorMap): Compiled;
  /**
   * Uploads a frozen weight (rows, columns) in the backend's precision; the data is not kept. The result is a tensor
   * for the kernels of ops/frozenLinear.ts and ops/gatherRows.ts alone (its values may be bf16 behind a float32 face).
   */
  frozen(data: Float32Array | Uint16Array, shape: readonly number[]): import('../tf.ts').Tensor;
  /** Call after loading: gives memory that is free by now back to the operating system. */
  trimMemory(): void;
  /** Tensors alive in tfjs and, on TensorFlow, handles alive behind the binding: both must stay flat over steps. */
  liveTensors(): number;
}
