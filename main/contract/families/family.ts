/**
 * What a model family is, as plain data: how its config.json is read, which linear layers adapters can target,
 * how many parameters it has. Its forward pass lives in engine/models/<family>.ts.
 */
import type { Said } from '../words/words.ts';

/** One linear layer that an adapter may target. `y = x Wᵀ`, W of shape (outFeatures, inFeatures). */
export interface LinearShape {
  /** Hugging Face module path, e.g. `model.layers.0.self_attn.q_proj`. */
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** `<name>.bias` belongs to it. */
  readonly bias?: true;
  /** Hugging Face files hold W transposed, (inFeatures, outFeatures): GPT-2's Conv1D. In memory it is as said above. */
  readonly storedTransposed?: true;
}

/**
 * What an encoder (BERT and its kind) has beyond a decoder: positions in a table, token types, a classification head.
 */
export interface EncoderShape {
  /** Row of the position table for a row's first token: 0, or pad_token_id + 1 for RoBERTa. */
  readonly firstPosition: number;
  readonly positionRows: number;
  readonly tokenTypes: number;
  /** Of config.json, by id; they count for a base that has a head. */
  readonly labels: readonly string[];
  /** Standard deviation that a fresh head starts with. */
  readonly initializerRange: number;
  /** Share of the head's input that is left out while training. */
  readonly headDropout: number;
}

/** A model read from config.json, in the field's names; every family fills all of it. */
export interface ModelShape {
  readonly family: string;
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly keyValueHeadCount: number;
  readonly headDim: number;
  readonly maxPositions: number;
  readonly normEpsilon: number;
  readonly tiedHead: boolean;
  readonly bosTokenId: number | null;
  readonly eosTokenIds: readonly number[];
  readonly padTokenId: number | null;
  readonly parameterCount: number;
  /** Every linear layer but the output head, in forward order (`all-linear`). */
  readonly linears: readonly LinearShape[];
  /** Suffixes that PEFT targets by default for this family, e.g. ['q_proj', 'v_proj']. */
  readonly defaultTargets: readonly string[];
  /** Absent: a decoder, which writes text. */
  readonly encoder?: EncoderShape;
}

/** What a GGUF file says about its model before its weights are read. */
export interface GgufHead {
  readonly metadata: ReadonlyMap<string, unknown>;
  readonly tensorNames: ReadonlySet<string>;
  /** For the small tensors that belong to the configuration, such as frequency factors. */
  readFloat32(name: string): Float32Array;
}

/**
 * What a GGUF did to the Hugging Face tensor: nothing; rows of each of `heads` heads reordered, since llama.cpp rotates
 * neighbours where Hugging Face rotates halves; stored (out, in) where the other is (in, out); or 1 added.
 */
export type GgufTransform =
  | { readonly kind: 'same' }
  | { readonly kind: 'ropeRows'; readonly heads: number }
  | { readonly kind: 'transposed' }
  | { readonly kind: 'plusOne' };

export interface GgufTensorName {
  readonly name: string;
  readonly transform: GgufTransform;
}

/** A metadata value with the type that llama.cpp reads it as. */
export type GgufField =
  | { readonly type: 'u32' | 'f32'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'bools'; readonly value: readonly boolean[] };

/** What a GGUF says of its model beside the weights: the inverse of `configFromGguf`. */
export interface GgufDescription {
  /** `general.architecture` and the `<architecture>.*` keys. */
  readonly metadata: ReadonlyMap<string, GgufField>;
  /** Float32 tensors that no Hugging Face file has, e.g. `rope_freqs.weight`. */
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

/** What the backward pass needs of a layer beside its attention: numbers per token. */
export interface KeptPerToken {
  readonly normInputs: number;
  /** Of the activation in the feed-forward part: gate and up, where it is gated. */
  readonly activationInputs: number;
}

export interface ModelFamily {
  /** `model_type` values of config.json that this family serves; the first is the family's name. */
  readonly modelTypes: readonly string[];
  /** `general.architecture` values of a GGUF. */
  readonly ggufArchitectures: readonly string[];
  /** Throws GraftError('invalid' | 'unsupported') naming the field of config.json. */
  parseConfig(config: Readonly<Record<string, unknown>>, file: string): ModelShape;
  /**
   * All tensors that a model in memory holds: Hugging Face name to shape. Files may hold some of them transposed
   * (LinearShape).
   */
  weightShapes(shape: ModelShape): ReadonlyMap<string, readonly number[]>;
  /** For estimates of memory. */
  keptPerToken(shape: ModelShape): KeptPerToken;
  /** Tensors that the weights may hold besides: heads of encoders. */
  optionalWeights?(shape: ModelShape): ReadonlyMap<string, readonly number[]>;
  /**
   * The name under which a tensor of a Hugging Face file is known here, where that differs; null for one that nobody
   * reads.
   */
  weightName?(stored: string): string | null;
  /** config.json fields out of a GGUF. Throws GraftError('unsupported') for variants that only GGUF can express. */
  configFromGguf(head: GgufHead, file: string): Record<string, unknown>;
  /** GGUF tensor name of a Hugging Face weight name, and what a GGUF did to it. */
  ggufTensor(name: string, shape: ModelShape): GgufTensorName;
  /** Tensors of a GGUF that belong to the configuration, which `configFromGguf` has read. */
  readonly ggufConfigTensors: readonly string[];
  /** What llama.cpp computes otherwise than this config.json means, for texts of any length; absent: nothing. */
  unlikeLlamaCpp?(config: Readonly<Record<string, unknown>>, shape: ModelShape): Said | undefined;
  /** What llama.cpp must be told of a model with this config.json. */
  ggufMetadata(config: Readonly<Record<string, unknown>>, shape: ModelShape): GgufDescription;
}
