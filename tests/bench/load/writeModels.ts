/**
 * A model of 336 million random weights in every form that Graft loads, written tensor by tensor: safetensors of each
 * float type in shards, and GGUF with plain and with quantised tensors. Only its sizes matter: it says nothing.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { llamaFamily } from '../../../main/contract/families/llama.ts';
import { float32ToBfloat16, float32ToFloat16 } from '../../../main/formats/floats.ts';
import { writeSafetensors, type SafetensorsOutput } from '../../../main/formats/safetensors.ts';
import { GgufBytes } from '../../support/ggufBytes.ts';

export const sources = ['F32', 'BF16', 'F16', 'GGUF F16', 'GGUF Q8_0'] as const;
export type Source = (typeof sources)[number];

const config = {
  ...{ model_type: 'llama', hidden_size: 1024, intermediate_size: 2816, num_hidden_layers: 24 },
  ...{ num_attention_heads: 16, num_key_value_heads: 4, vocab_size: 64_000, max_position_embeddings: 2048 },
  ...{ rms_norm_eps: 1e-5, rope_theta: 10_000, hidden_act: 'silu', tie_word_embeddings: true },
};
const shape = llamaFamily.parseConfig(config, 'config.json');
const shardBytes = 400e6;
const metadataFloat = 6;

/** The weights that the family needs, by name. */
function weightShapes(): [name: string, shape: readonly number[]][] {
  return [...llamaFamily.weightShapes(shape)];
}

function elementCount(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}

/** The same million values over and over: drawing 336 million would take longer than what is measured. */
const values = Float32Array.from({ length: 2 ** 20 }, (_, at) => Math.sin((at + 1) * 12.9898) / 32);

function repeated(block: Float32Array | Uint16Array | Uint8Array, bytes: number): Uint8Array {
  const source = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
  const result = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += source.length)
    result.set(source.subarray(0, Math.min(source.length, bytes - at)), at);
  return result;
}

const blocks = { F32: values, BF16: float32ToBfloat16(values), F16: float32ToFloat16(values) };

async function writeShards(dir: string, dtype: keyof typeof blocks): Promise<void> {
  const block = blocks[dtype];
  const shards: Map<string, SafetensorsOutput>[] = [new Map()];
  let inShard = 0;
  for (const [name, sizes] of weightShapes()) {
    const bytes = elementCount(sizes) * block.BYTES_PER_ELEMENT;
    if (inShard + bytes > shardBytes && inShard > 0) {
      shards.push(new Map());
      inShard = 0;
    }
    shards.at(-1)?.set(name, { dtype, shape: sizes, data: () => repeated(block, bytes) });
    inShard += bytes;
  }
  const weightMap: Record<string, string> = {};
  for (const [index, shard] of shards.entries()) {
    const file = `model-${String(index + 1).padStart(5, '0')}-of-${String(shards.length).padStart(5, '0')}.safetensors`;
    for (const name of shard.keys()) weightMap[name] = file;
    await writeSafetensors(path.join(dir, file), shard);
  }
  writeFileSync(
    path.join(dir, 'model.safetensors.index.json'),
    JSON.stringify({ metadata: {}, weight_map: weightMap }),
  );
  writeFileSync(path.join(dir, 'config.json'), JSON.stringify(config));
}

/** F16, or blocks of 32 as Q8_0: an F16 scale, then the small integers. Norms stay F32, as llama.cpp has them. */
const ggufTypes = {
  'GGUF F16': { id: 1, bytes: (count: number) => 2 * count, block: blocks.F16 },
  'GGUF Q8_0': {
    ...{ id: 8, bytes: (count: number) => (count / 32) * 34 },
    block: Uint8Array.from({ length: 34 * 2 ** 15 }, (_, at) =>
      at % 34 === 0 ? 0 : at % 34 === 1 ? 0x0c : (at * 37) % 251,
    ),
  },
} as const;

function writeGguf(dir: string, kind: keyof typeof ggufTypes): void {
  const type = ggufTypes[kind];
  const placed = weightShapes().map(([name, sizes]) => {
    const isMatrix = sizes.length === 2;
    const bytes = isMatrix ? type.bytes(elementCount(sizes)) : 4 * elementCount(sizes);
    return {
      name: ggufName(name),
      shape: sizes,
      type: isMatrix ? type.id : 0,
      bytes,
      block: isMatrix ? type.block : values,
    };
  });
  const head = ggufHead(placed.length);
  let offset = 0;
  for (const { name, shape: sizes, type: id, bytes } of placed) {
    head.tensor({ name, shape: sizes, type: id, offset });
    offset += Math.ceil(bytes / 32) * 32;
  }
  const file = openSync(path.join(dir, 'model.gguf'), 'w');
  try {
    writeSync(file, head.data(0));
    for (const { bytes, block } of placed) writeSync(file, repeated(block, Math.ceil(bytes / 32) * 32));
  } finally {
    closeSync(file);
  }
}

function ggufName(name: string): string {
  const tensor = llamaFamily.ggufTensor(name, shape);
  return tensor.name;
}

function ggufHead(tensors: number): GgufBytes {
  const float = (value: number): number[] => [...new Uint8Array(Float32Array.of(value).buffer)];
  const counts: Readonly<Record<string, number>> = {
    context_length: config.max_position_embeddings,
    embedding_length: config.hidden_size,
    block_count: config.num_hidden_layers,
    feed_forward_length: config.intermediate_size,
    'attention.head_count': config.num_attention_heads,
    'attention.head_count_kv': config.num_key_value_heads,
    vocab_size: config.vocab_size,
  };
  const head = new GgufBytes({ tensors, entries: 3 + Object.keys(counts).length });
  head.stringEntry('general.architecture', 'llama');
  for (const [key, value] of Object.entries(counts)) head.u32Entry(`llama.${key}`, value);
  head.entry('llama.attention.layer_norm_rms_epsilon', metadataFloat, float(config.rms_norm_eps));
  return head.entry('llama.rope.freq_base', metadataFloat, float(config.rope_theta));
}

/** Writes the model as `source` has it into a new folder of `parent`; returns the folder. */
export async function writeModel(parent: string, source: Source): Promise<string> {
  const dir = path.join(parent, source.replace(' ', '-'));
  mkdirSync(dir);
  if (source === 'GGUF F16' || source === 'GGUF Q8_0') writeGguf(dir, source);
  else await writeShards(dir, source);
  return dir;
}
