/**
 * A backend is a place where tensors live and run. `compile` is the heart of it: TensorFlow records the function once
 * per input shape and runs it as one graph; the others run the same function eagerly inside tf.tidy. Trainer and
 * generator are therefore written once. Tensors are tfjs tensors everywhere.
 */
import type { BackendId } from '../../backends/registry.ts';
import type { ProductPrecision, WeightPrecision } from '../../contract/engine.ts';
import type { StoredBlocks } from '../../formats/storedBlocks.ts';
import type { WeightPiece } from '../../formats/weightPieces.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';
import type { Said } from '../../contract/words/words.ts';

/**
 * Runs on inputs of any shapes seen before without retracing. Inputs stay the caller's; outputs are new and the
 * caller's to dispose. Whatever else the function reads (weights) is captured by reference when first traced and must
 * outlive the compiled function. The function must be pure and must not read values back.
 */
export interface Compiled {
  (inputs: NamedTensorMap): NamedTensorMap;
  dispose(): void;
}

/** A weight of the model on its way to a backend. */
export interface FrozenSource {
  /** All rows in order; read once, or not at all. */
  readonly pieces: Iterable<WeightPiece>;
  /** Of a linear layer; a table of tokens or the head is none. */
  readonly isLinear?: boolean;
  /** As a GGUF has it. */
  readonly blocks?: StoredBlocks | undefined;
}

export interface FrozenPart {
  readonly shape: readonly number[];
  readonly source: FrozenSource;
}

/** One memory: `whole` (Σ rows, columns), and its parts in order. */
export interface JoinedTensors {
  readonly whole: Tensor;
  readonly parts: readonly Tensor[];
}

export interface Backend {
  readonly id: BackendId;
  /** For people, e.g. `CPU (2 threads), TensorFlow 2.21.0`. */
  readonly device: Said;
  /** Whether it is a processor that plays a graphics card; absent: it is what it says. */
  readonly isSoftware?: boolean;
  /** How frozen weights of the model are stored. Trained tensors, optimizer state and norms are always float32. */
  readonly precision: WeightPrecision;
  /** What matrices are multiplied in, and how intermediates are kept for the backward pass. */
  readonly products: ProductPrecision;
  compile(name: string, fn: (inputs: NamedTensorMap) => NamedTensorMap): Compiled;
  /**
   * Uploads a weight of the model (rows, columns) as `precision` says, piece by piece: no second copy of it exists at
   * any time. The result is a tensor for the kernels of ops/frozenLinear.ts, ops/gatherRows.ts and ops/crossEntropy.ts
   * alone: its values may be bf16, integers or packed blocks behind a float32 face. 4 bits are for linear layers alone,
   * and blocks for what a GGUF has in blocks; other weights are then stored as `products` says.
   */
  frozenWeight(shape: readonly number[], source: FrozenSource): Tensor;
  /**
   * The same for matrices (rows, columns) of linear layers that read one input, under each other in one, of which the
   * parts are views. Absent or undefined where such a view would be a copy, or where blocks must not meet those of
   * another matrix.
   */
  frozenJoined?(parts: readonly FrozenPart[]): JoinedTensors | undefined;
  /**
   * The same for a frozen matrix of an adapter, as `products` says; a vector stays float32, for any operation. The data
   * is not kept.
   */
  frozen(data: Float32Array, shape: readonly number[]): Tensor;
  /** Call after loading: gives memory that is free by now back to the operating system. */
  trimMemory(): void;
  /** Tensors alive in tfjs and, on TensorFlow, handles alive behind the binding: both must stay flat over steps. */
  liveTensors(): number;
}
