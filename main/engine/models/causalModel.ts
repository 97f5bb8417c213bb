/**
 * A decoder with frozen weights, as trainer and generator see it. All methods are traced: they may be called inside
 * Backend.compile and never read values back. Axes: B rows, T tokens, D hidden, V vocabulary, C cache capacity.
 */
import type { ModelShape } from '../../contract/families/family.ts';
import type { BoundAdapter } from '../adapters/adapterMethod.ts';
import type { Tensor } from '../tf.ts';

export interface ForwardOptions {
  readonly adapter?: BoundAdapter;
  /** (B, T) float32, 1 for tokens, 0 for padding. Without it padding may only stand at the end of a row. */
  readonly attentionMask?: Tensor;
  /** Recompute each block in the backward pass instead of keeping its intermediates. */
  readonly recompute?: boolean;
}

export interface CausalModel {
  readonly shape: ModelShape;
  /** ids (B, T) int32 → hidden states after the last norm, (B·T, D). */
  hidden(ids: Tensor, options?: ForwardOptions): Tensor;
  /** (N, D) → (N, V) float32. `adapter` matters for full fine-tuning, which trains the head too. */
  logits(hidden: Tensor, adapter?: BoundAdapter): Tensor;
  /** Σ weightᵢ · −log softmax(logitsᵢ)[targetᵢ] as a scalar; hidden (N, D), targets (N) int32, weights (N) float32. */
  crossEntropySum(hidden: Tensor, targets: Tensor, weights: Tensor, adapter?: BoundAdapter): Tensor;
  /** Empty key/value cache: 2 · layers tensors of (KV heads, C, head dim). */
  emptyCache(capacity: number): Tensor[];
  /**
   * T new tokens of one sequence at positions start … start+T−1: ids (T) int32, start scalar float32.
   * Returns hidden states (T, D) and the new cache; entries past start+T−1 are don't-care.
   */
  decode(
    ids: Tensor,
    start: Tensor,
    cache: readonly Tensor[],
    adapter?: BoundAdapter,
  ): { readonly hidden: Tensor; readonly cache: Tensor[] };
  dispose(): void;
}

/** Everything needed to make one: see models/registry.ts. */
export interface LoadedModel {
  readonly model: CausalModel;
  readonly weightBytes: number;
}
