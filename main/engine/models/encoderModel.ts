/**
 * An encoder with frozen weights and a classification head, as trainer and classifier see it. All methods are traced.
 * Axes: B rows, T tokens, D hidden, L labels (1 for regression).
 */
import type { ModelShape } from '../../contract/families/family.ts';
import type { BoundAdapter, HostTensor } from '../adapters/adapterMethod.ts';
import type { Tensor } from '../tf.ts';

/** Rows as tensors. A token that is padding changes nothing; a row of padding alone gives some finite numbers. */
export interface EncoderInputs {
  /** (B, T) int32. */
  readonly ids: Tensor;
  /** (B, T) float32, 1 for tokens, 0 for padding. */
  readonly attentionMask: Tensor;
  /** (B, T) int32: 1 for the second text of a pair where the model tells them apart. */
  readonly tokenTypes: Tensor;
  /** (B, T) int32, rows of the position table (models/encoderRows.ts). */
  readonly positions: Tensor;
}

export interface EncoderOptions {
  readonly adapter?: BoundAdapter | undefined;
  /** Recompute each block in the backward pass instead of keeping its intermediates. */
  readonly recompute?: boolean;
}

export interface HeadOptions {
  readonly adapter?: BoundAdapter | undefined;
  /** While training: leaves out parts of what goes into the head. */
  readonly dropout?: ((x: Tensor, rate: number, layer: string) => Tensor) | undefined;
}

export interface EncoderModel {
  readonly shape: ModelShape;
  /** What the base's own files hold of a head, by Hugging Face name, on the host: empty for a bare model. */
  readonly storedHead: ReadonlyMap<string, HostTensor>;
  /** False where a head of BERT's kind finds no pooler in the body and must bring one. */
  readonly hasPooler: boolean;
  /** Hidden states after the last block, (B·T, D). */
  hidden(inputs: EncoderInputs, options?: EncoderOptions): Tensor;
  /** hidden (B·T, D) of rows of T tokens, head tensors (float32) by Hugging Face name → (B, L) float32. */
  logits(hidden: Tensor, T: number, head: Readonly<Record<string, Tensor>>, options?: HeadOptions): Tensor;
  dispose(): void;
}
