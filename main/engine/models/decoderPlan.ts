/**
 * What a decoder computes, as plain data: which weights play which part and the few choices in which families differ.
 * A family's file makes one out of its config.json; Decoder.ts carries it out. Names are Hugging Face module paths.
 */
import type { RopeParameters } from '../../contract/families/rope.ts';

export interface NormPlan {
  /** RMS norm of `name`.weight, or layer norm that also has `name`.bias. */
  readonly kind: 'rms' | 'layer';
  readonly name: string;
  /** The gain is 1 + weight (Gemma). */
  readonly plusOne?: boolean;
}

export interface AttentionPlan {
  /** Linear layers for query, key and value, or a single one that gives all three. */
  readonly queryKeyValue: readonly string[];
  readonly output: string;
  /** Norms of each head of query and key. */
  readonly headNorms?: { readonly query: NormPlan; readonly key: NormPlan };
  /** Absent where positions are in the embedding. */
  readonly rope?: RopeParameters;
  /** How many numbers of each head are rotated, from the first on; all unless given. */
  readonly rotatedDim?: number;
  /** Of the scores; 1 / √headDim unless given. */
  readonly scale?: number;
  readonly softCap?: number | undefined;
  /** How many positions a token sees, itself included; absent: all before it. */
  readonly window?: number | undefined;
}

export interface FeedForwardPlan {
  /** Gate and up, a single layer that gives both, or for a plain activation the one layer before it. */
  readonly inputs: readonly string[];
  readonly activation: 'swiGlu' | 'geGlu' | 'tanhGelu';
  readonly output: string;
}

export interface LayerPlan {
  /** All names of the layer start with it, e.g. `model.layers.3.`. */
  readonly prefix: string;
  readonly attentionNorm: NormPlan;
  readonly attention: AttentionPlan;
  /** Of what attention adds to the hidden state (Gemma). */
  readonly afterAttention?: NormPlan;
  readonly feedForwardNorm: NormPlan;
  readonly feedForward: FeedForwardPlan;
  readonly afterFeedForward?: NormPlan;
}

export interface DecoderPlan {
  readonly embedding: string;
  /** Multiplies the embeddings. */
  readonly embeddingScale?: number;
  /** Learned embeddings of positions, added to those of tokens. */
  readonly positions?: string;
  readonly layers: readonly LayerPlan[];
  readonly finalNorm: NormPlan;
  readonly head: string;
  readonly logitSoftCap?: number | undefined;
}

/** Every norm of a plan. */
export function normsOf({ layers, finalNorm }: DecoderPlan): readonly NormPlan[] {
  const inLayers = layers.flatMap(({ attentionNorm, attention, afterAttention, feedForwardNorm, afterFeedForward }) => [
    ...[attentionNorm, attention.headNorms?.query, attention.headNorms?.key],
    ...[afterAttention, feedForwardNorm, afterFeedForward],
  ]);
  return [...inLayers, finalNorm].filter((norm) => norm !== undefined);
}

/** Linear layers that read one input, where they are several: each group can be one product. */
export function groupsOf({ layers }: DecoderPlan): readonly (readonly string[])[] {
  return layers
    .flatMap(({ attention, feedForward }) => [attention.queryKeyValue, feedForward.inputs])
    .filter((names) => names.length > 1);
}
