/**
 * Metadata of GGUF files that all decoders of the Llama kind share: read into config.json fields, and written back out
 * of a shape. Key names are those of llama.cpp's gguf-py/gguf/constants.py.
 */
import type { GgufField, GgufHead, ModelShape } from './family.ts';
import { type Problem, problemOf } from '../errors.ts';
import { modelConfigWords as words } from '../words/modelConfig.ts';
import type { Said } from '../words/words.ts';

/** Reads `<architecture>.<key>`. */
export function ggufReader({ metadata }: Pick<GgufHead, 'metadata'>, architecture: string): (key: string) => unknown {
  return (key) => metadata.get(`${architecture}.${key}`);
}

/** config.json fields out of the keys that every architecture has; absent ones stay absent. */
export function commonConfigFromGguf(head: GgufHead, architecture: string): Record<string, unknown> {
  const { metadata, tensorNames } = head;
  const of = ggufReader(head, architecture);
  const tokens = metadata.get('tokenizer.ggml.tokens');
  return withoutUndefined({
    vocab_size: of('vocab_size') ?? (Array.isArray(tokens) ? tokens.length : undefined),
    hidden_size: of('embedding_length'),
    intermediate_size: of('feed_forward_length'),
    num_hidden_layers: of('block_count'),
    num_attention_heads: of('attention.head_count'),
    num_key_value_heads: of('attention.head_count_kv'),
    head_dim: of('attention.key_length'),
    max_position_embeddings: of('context_length'),
    rms_norm_eps: of('attention.layer_norm_rms_epsilon'),
    rope_theta: of('rope.freq_base') ?? 10_000,
    tie_word_embeddings: !tensorNames.has('output.weight'),
    ...ggufTokenIds(metadata),
  });
}

/** Begin, end of text, end of turn where the file names one, and padding. */
export function ggufTokenIds(metadata: GgufHead['metadata']): Record<string, unknown> {
  const ends = [metadata.get('tokenizer.ggml.eos_token_id'), metadata.get('tokenizer.ggml.eot_token_id')];
  return {
    bos_token_id: metadata.get('tokenizer.ggml.bos_token_id') ?? null,
    eos_token_id: [...new Set(ends.filter((id) => id !== undefined))],
    pad_token_id: metadata.get('tokenizer.ggml.padding_token_id') ?? null,
  };
}

export function ggufHeadDim(of: (key: string) => unknown): number {
  return Number(of('attention.key_length') ?? Number(of('embedding_length')) / Number(of('attention.head_count')));
}

/** Variants that only GGUF metadata can express and that are not computed. */
export function findUnsupportedGguf(head: GgufHead, architecture: string, { partialRotation = false } = {}): Problem[] {
  const of = ggufReader(head, architecture);
  const problems: Problem[] = [];
  const refuse = (key: string, reason: Said): number => problems.push(problemOf(`${architecture}.${key}`, reason));
  if (Number(of('expert_count') ?? 0) > 0) refuse('expert_count', words.experts());
  const headDim = ggufHeadDim(of);
  if (!partialRotation && (of('rope.dimension_count') ?? headDim) !== headDim)
    refuse('rope.dimension_count', words.partialRotation());
  if ((of('attention.value_length') ?? headDim) !== headDim) refuse('attention.value_length', words.otherValueSize());
  return problems;
}

export const u32 = (value: number): GgufField => ({ type: 'u32', value });
export const f32 = (value: number): GgufField => ({ type: 'f32', value });
export const text = (value: string): GgufField => ({ type: 'string', value });

/**
 * The keys that every decoder with rotary embeddings and RMS norms has; `more` is added, its keys without the
 * architecture.
 */
export function commonGgufMetadata(
  architecture: string,
  shape: ModelShape,
  more: Readonly<Record<string, GgufField>>,
): ReadonlyMap<string, GgufField> {
  const keys: Readonly<Record<string, GgufField>> = {
    vocab_size: u32(shape.vocabSize),
    context_length: u32(shape.maxPositions),
    embedding_length: u32(shape.hiddenSize),
    block_count: u32(shape.layerCount),
    feed_forward_length: u32(shape.intermediateSize),
    'attention.head_count': u32(shape.headCount),
    'attention.head_count_kv': u32(shape.keyValueHeadCount),
    'attention.key_length': u32(shape.headDim),
    'attention.value_length': u32(shape.headDim),
    'attention.layer_norm_rms_epsilon': f32(shape.normEpsilon),
    'rope.dimension_count': u32(shape.headDim),
    ...more,
  };
  const named = Object.entries(keys).map(([key, field]) => [`${architecture}.${key}`, field] as const);
  return new Map([['general.architecture', text(architecture)], ...named]);
}

function withoutUndefined(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}
