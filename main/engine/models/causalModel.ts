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

/**
 * Keys and values in two parts, so that a token rewrites a small one only: of each row b, `settled` holds positions 0 …
 * settledLength[b]−1, position p in slot p modulo its slots, so that a layer with fewer slots than positions holds the
 * last of them; `recent` (W slots) those from settledLength[b] on. Axes as emptyCache gives them.
 */
export interface DecodeCache {
  readonly settled: readonly Tensor[];
  readonly recent: readonly Tensor[];
  /** (B) float32. */
  readonly settledLength: Tensor;
  /** Position of each row's first new token, (B) float32; start − settledLength + T ≤ W. */
  readonly start: Tensor;
}

/** Beyond its window, so that a sequence can be cut back a little after it has wrapped around. */
export const spareSlots = 16;

export interface CausalModel {
  readonly shape: ModelShape;
  /** ids (B, T) int32 → hidden states after the last norm, (B·T, D). */
  hidden(ids: Tensor, options?: ForwardOptions): Tensor;
  /** (N, D) → (N, V) float32. `adapter` matters for full fine-tuning, which trains the head too. */
  logits(hidden: Tensor, adapter?: BoundAdapter): Tensor;
  /** Σ weightᵢ · −log softmax(logitsᵢ)[targetᵢ] as a scalar; hidden (N, D), targets (N) int32, weights (N) float32. */
  crossEntropySum(hidden: Tensor, targets: Tensor, weights: Tensor, adapter?: BoundAdapter): Tensor;
  /**
   * Keys and values of all layers in turn: 2 · layers tensors of (rows, KV heads, slots, head dim), zero. One row
   * unless given, slots for all or for each tensor.
   */
  emptyCache(slots: number | readonly number[], rows?: number): Tensor[];
  /**
   * Slots of `settled` for each tensor where so many positions are to be held: all of them, or of layers with a sliding
   * window what it reaches and `spareSlots` more.
   */
  settledSlots(positions: number): readonly number[];
  /**
   * T new tokens of each of B sequences: ids (B, T) int32. They are written to `recent` and see everything before them
   * in their own row. Returns hidden states (B·T, D) and the new `recent`; entries past the last token are don't-care.
   */
  decode(
    ids: Tensor,
    cache: DecodeCache,
    adapter?: BoundAdapter,
  ): { readonly hidden: Tensor; readonly recent: Tensor[] };
  dispose(): void;
}
