/** A llama of random weights in q8_0, to find out how fast this machine is: what it says means nothing. */
import { type GgufEncoding, ggufEncodings } from '../../formats/ggufEncodings.ts';
import { type GgufOutput, type GgufOutputField, writeGguf } from '../../formats/ggufWriter.ts';
import { createRandom } from '../random.ts';

export interface ProbeShape {
  readonly hiddenSize: number;
  readonly feedForwardSize: number;
  readonly layers: number;
}

export const probeVocabulary = 4096;
const headSize = 64;
const { q8_0, f32 } = ggufEncodings;

/** A few tens of megabytes. */
export async function writeProbeModel(path: string, shape: ProbeShape): Promise<void> {
  await writeGguf(path, { metadata: metadataOf(shape), tensors: tensorsOf(shape) });
}

function metadataOf({ hiddenSize, feedForwardSize, layers }: ProbeShape): ReadonlyMap<string, GgufOutputField> {
  const tokens = Array.from({ length: probeVocabulary }, (_, id) => `t${id}`);
  const u32 = (value: number): GgufOutputField => ({ type: 'u32', value });
  const string = (value: string): GgufOutputField => ({ type: 'string', value });
  return new Map<string, GgufOutputField>([
    ['general.architecture', string('llama')],
    ['llama.block_count', u32(layers)],
    ['llama.context_length', u32(2048)],
    ['llama.embedding_length', u32(hiddenSize)],
    ['llama.feed_forward_length', u32(feedForwardSize)],
    ['llama.attention.head_count', u32(hiddenSize / headSize)],
    ['llama.attention.head_count_kv', u32(hiddenSize / headSize)],
    ['llama.attention.layer_norm_rms_epsilon', { type: 'f32', value: 1e-5 }],
    ['tokenizer.ggml.model', string('gpt2')],
    ['tokenizer.ggml.tokens', { type: 'strings', value: tokens }],
    ['tokenizer.ggml.token_type', { type: 'i32s', value: tokens.map(() => 1) }],
    ['tokenizer.ggml.merges', { type: 'strings', value: [] }],
    ['tokenizer.ggml.bos_token_id', u32(0)],
    ['tokenizer.ggml.eos_token_id', u32(1)],
  ]);
}

function tensorsOf({ hiddenSize: wide, feedForwardSize: inner, layers }: ProbeShape): GgufOutput[] {
  const ofLayer = (layer: number): GgufOutput[] => [
    ones(`blk.${layer}.attn_norm.weight`, wide),
    ...['q', 'k', 'v', 'output'].map((part) => drawn(`blk.${layer}.attn_${part}.weight`, wide, wide)),
    ones(`blk.${layer}.ffn_norm.weight`, wide),
    drawn(`blk.${layer}.ffn_gate.weight`, inner, wide),
    drawn(`blk.${layer}.ffn_up.weight`, inner, wide),
    drawn(`blk.${layer}.ffn_down.weight`, wide, inner),
  ];
  return [
    drawn('token_embd.weight', probeVocabulary, wide),
    ones('output_norm.weight', wide),
    ...Array.from({ length: layers }, (_, layer) => ofLayer(layer)).flat(),
  ];
}

function ones(name: string, size: number): GgufOutput {
  return { name, encoding: f32, shape: [size], values: () => new Float32Array(size).fill(1) };
}

function drawn(name: string, rows: number, columns: number): GgufOutput {
  const bytes = (rows * columns * q8_0.blockBytes) / q8_0.blockSize;
  const encoding: GgufEncoding = { ...q8_0, encode: () => tiled(bytes) };
  return { name, encoding, shape: [rows, columns], values: () => new Float32Array(0) };
}

const pattern = q8_0.encode(noise(2 ** 15));

function noise(count: number): Float32Array {
  const random = createRandom(0, 'probe');
  return Float32Array.from({ length: count }, () => (random() - 0.5) / 16);
}

function tiled(bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += pattern.length) whole.set(pattern.subarray(0, bytes - at), at);
  return whole;
}
