/**
 * The chat side of the comparison, in a process of its own: adapters from disk, swaps between resident ones, decode
 * speed with one in. Prints one JSON line.
 * Usage: chatOnce.ts MODEL_DIR float32|bf16|int8
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getMethodSpec } from '../../main/methods/registry.ts';
import { getAdapterMethod } from '../../main/engine/adapters/registry.ts';
import { ChatEngine } from '../../main/engine/inference/chatEngine.ts';
import { createRandom } from '../../main/engine/random.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { writePeftFolder } from '../../main/formats/peftFolder.ts';
import { benchSettings, parsePrecision } from './benchSettings.ts';
import { initAdapter } from '../support/initAdapter.ts';

const adaptersPerMethod = 8;
const methods: Readonly<Record<string, object>> = { lora: { rank: 8, alpha: 16 }, vera: { rank: 256 } };
const [modelDir, precision] = process.argv.slice(2);
const { shape } = inspectModel(modelDir);
const dir = mkdtempSync(path.join(tmpdir(), 'graft-bench-'));
const engine = new ChatEngine();
await engine.loadModel({ settings: benchSettings(parsePrecision(precision)), modelDir, contextLength: 512 });

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)].toFixed(3));
}

const sampling = { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0, stopIds: [] };
const promptIds = Array.from({ length: 32 }, (_, at) => (at * 7919) % shape.vocabSize);

async function measure(id: string, options: object) {
  const method = getAdapterMethod(id);
  const parsed = getMethodSpec(id).options.parse(options);
  const loads: number[] = [];
  for (let index = 0; index < adaptersPerMethod; index++) {
    const random = createRandom(index, 'initialisation');
    const weights = await initAdapter(id, { options: parsed, targets: shape.linears, shape, random });
    const folder = path.join(dir, `${id}${index}`);
    await writePeftFolder(folder, method.toPeft(weights, 'bench'));
    const { loadMs } = await engine.loadAdapter({ key: `${id}${index}`, dir: folder });
    loads.push(loadMs);
  }
  const generate = (key: string, maxTokens: number) =>
    engine.generate({ promptIds, adapter: { key, scale: 1 }, sampling: { ...sampling, maxTokens } });
  await generate(`${id}0`, 40); // compiles
  const swaps: number[] = [];
  for (let index = 0; index < 40; index++) swaps.push((await generate(`${id}${index % adaptersPerMethod}`, 2)).swapMs);
  const speeds: number[] = [];
  for (let index = 0; index < 3; index++) speeds.push((await generate(`${id}${index}`, 65)).tokensPerSecond);
  return {
    load_ms: percentile(loads.slice(1), 0.5),
    load_p95_ms: percentile(loads.slice(1), 0.95),
    swap_ms: percentile(swaps, 0.5),
    swap_p95_ms: percentile(swaps, 0.95),
    decode_tokens_per_s: Number(Math.max(...speeds).toFixed(1)),
  };
}

const result: Record<string, unknown> = { dtype: precision };
for (const [id, options] of Object.entries(methods)) result[id] = await measure(id, options);
rmSync(dir, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
