/**
 * Graft's llama.cpp engine, in a process of its own: answers greedily and drawn, with adapters; first tokens; swaps.
 * Prints one JSON line.
 * Usage: engineOnce.ts SETTINGS MODEL_DIR CACHE_DIR PROMPT_TOKENS ANSWER_TOKENS FOLDERS (SETTINGS, FOLDERS: JSON)
 */
import path from 'node:path';
import type { LlamaCppSettings, SamplingOptions } from '../../../main/contract/engine.ts';
import { LlamaCppEngine } from '../../../main/engine/llamacpp/LlamaCppEngine.ts';
import { promptOf } from './promptOf.ts';

const [settings, modelDir, cacheDir, prompt, answer, folderList] = process.argv.slice(2);
const [promptTokens, answerTokens] = [Number(prompt), Number(answer)];
const folders = JSON.parse(folderList) as Readonly<Record<string, readonly string[]>>;
const engine = new LlamaCppEngine();
await engine.loadModel({ settings: JSON.parse(settings) as LlamaCppSettings, modelDir, contextLength: 4096 });

const greedy = { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0, stopIds: [] };
const warm = { ...greedy, temperature: 0.7, topP: 0.95 };
const usual = { ...greedy, temperature: 0.7, topP: 0.9, repetitionPenalty: 1.1 };
const samplings: Readonly<Record<string, Omit<SamplingOptions, 'maxTokens'>>> = { greedy, warm, usual };

const load = async (folder: string): Promise<number> => {
  const key = path.basename(folder);
  return (await engine.loadAdapter({ key, dir: folder, ggufDir: path.join(cacheDir, key) })).loadMs;
};
const ask = async (key: string | null, promptIds: readonly number[], sampling: SamplingOptions) =>
  engine.generate({ promptIds, adapter: key === null ? null : { key, scale: 1 }, sampling });

const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(0.95 * values.length) - 1];

/** The first of all also imports what converts; the base alone needs none of it. */
const firstUse: Record<string, number> = {};
const fromCache: number[] = [];
for (const [method, ofMethod] of Object.entries(folders)) {
  for (const [index, folder] of ofMethod.entries()) {
    const ms = await load(folder);
    if (index === 0) firstUse[method] = ms;
  }
}
// Again under the same key: what was converted is read from its file.
for (const folder of folders.lora) fromCache.push(await load(folder));

const speeds: Record<string, number> = {};
for (const [name, key] of [['base', null], ...Object.keys(folders).map((id) => [id, `${id}0`])] as const) {
  for (const [kind, sampling] of Object.entries(samplings)) {
    await ask(key, promptOf(32, 1), { ...sampling, maxTokens: 4 });
    const { tokensPerSecond } = await ask(key, promptOf(32), { ...sampling, maxTokens: answerTokens + 1 });
    speeds[`${name} ${kind}`] = tokensPerSecond;
  }
}
const one = { ...greedy, maxTokens: 1 };
const firstMs: Record<string, number> = {};
for (const key of [null, 'lora0', 'vera0'])
  firstMs[key ?? 'base'] = (await ask(key, promptOf(promptTokens, 2), one)).promptMs;
const swaps: number[] = [];
for (let index = 0; index < 60; index++)
  swaps.push(
    (await ask(folders.lora.map((each) => path.basename(each))[index % folders.lora.length], [101, 102], one)).swapMs,
  );
const long = promptOf(2000, 3);
await ask('lora0', long, one);
const afterSwap = await ask('lora1', long, one);
const again = await ask('lora0', [...long, 103, 104, 105], one);
const result = {
  ...{ speeds, firstMs, firstUse, swap_p95_ms: p95(swaps), cache_p95_ms: p95(fromCache) },
  long_after_swap_ms: afterSwap.promptMs,
  long_next_turn_ms: again.promptMs,
};
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
