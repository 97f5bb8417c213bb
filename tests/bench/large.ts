/**
 * `npm run bench -- large [STEPS]`: Llama 2 7B's shape with random weights, which no machine of 8 GB holds in bf16. 8
 * (or STEPS) steps of 1 × 256 tokens with VeRA r256 and VB-LoRA on all linear layers, recomputation on, the base in
 * nf4, and the peak of each beside its estimate. Writes 13.5 GB to a temporary folder and removes them.
 *
 *   GRAFT_BENCH_LAYERS of the model (32)
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { llamaFamily } from '../../main/contract/families/llama.ts';
import { float32ToBfloat16 } from '../../main/formats/floats.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { writeSafetensors } from '../../main/formats/safetensors.ts';
import { measureTraining } from './trainCase.ts';

const steps = Number(process.argv[2] ?? 8);
const config = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  ...{ hidden_size: 4096, intermediate_size: 11_008, num_attention_heads: 32, num_key_value_heads: 32 },
  ...{ num_hidden_layers: Number(process.env.GRAFT_BENCH_LAYERS ?? 32), max_position_embeddings: 4096 },
  ...{ vocab_size: 32_000, rms_norm_eps: 1e-5, rope_theta: 10_000, hidden_act: 'silu', tie_word_embeddings: false },
  ...{ bos_token_id: 1, eos_token_id: 2, attention_bias: false, mlp_bias: false, torch_dtype: 'bfloat16' },
};
/** Of numbers that are drawn once: a prime, so that no two rows of a matrix are the same. */
const poolSize = 1_048_583;

/** Normal numbers of the deviation 0.02, by Box and Muller. */
function drawPool(): Uint16Array {
  let state = 1;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  const normal = (): number => 0.02 * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return float32ToBfloat16(Float32Array.from({ length: poolSize }, normal));
}

/** `count` numbers of the pool from another place for each tensor. */
function numbersOf(pool: Uint16Array, count: number, tensor: number): Uint8Array {
  const values = new Uint16Array(count);
  let from = (tensor * 7919) % poolSize;
  for (let at = 0; at < count; from = 0) {
    const piece = pool.subarray(from, Math.min(poolSize, from + count - at));
    values.set(piece, at);
    at += piece.length;
  }
  return new Uint8Array(values.buffer);
}

async function writeModel(dir: string): Promise<void> {
  writeFileSync(path.join(dir, 'config.json'), JSON.stringify(config));
  const shape = llamaFamily.parseConfig(config, 'config.json');
  const [pool, ones] = [drawPool(), float32ToBfloat16(Float32Array.of(1))];
  const tensors = [...llamaFamily.weightShapes(shape)].map(([name, size], index) => {
    const count = size.reduce((product, each) => product * each, 1);
    const data = (): Uint8Array =>
      size.length === 1 ? new Uint8Array(new Uint16Array(count).fill(ones[0]).buffer) : numbersOf(pool, count, index);
    return [name, { dtype: 'BF16', shape: size, data }] as const;
  });
  await writeSafetensors(path.join(dir, 'model.safetensors'), new Map(tensors));
}

const dir = mkdtempSync(path.join(tmpdir(), 'graft-bench-large-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
await writeModel(dir);
const { shape } = inspectModel(dir);
process.stdout.write(`${(shape.parameterCount / 1e9).toFixed(2)} billion parameters, nf4, 1 × 256 tokens\n\n`);
process.stdout.write(
  '| method | trained | load s | step s | products GFLOP a step | peak MB | estimated MB |\n|---|---|---|---|---|---|---|\n',
);
const linear = shape.linears.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures * outFeatures, 0);
/** Forward, forward again, and dx; the head, which is not recomputed, forward and back. */
const gigaflops = (256 * (6 * linear + 4 * shape.vocabSize * shape.hiddenSize)) / 1e9;
for (const [method, options] of [
  ['vera', { rank: 256 }],
  ['vblora', {}],
] as const) {
  const training = { recompute: true };
  const measured = measureTraining(dir, { method, precision: 'nf4', batch: 1, length: 256, steps, options, training });
  const { trainable, open_s, best_step_s, peak_rss_mb, estimated_mb } = measured;
  const columns = [method, trainable, open_s, best_step_s, Math.round(gigaflops), peak_rss_mb, estimated_mb];
  process.stdout.write(`| ${columns.join(' | ')} |\n`);
}
