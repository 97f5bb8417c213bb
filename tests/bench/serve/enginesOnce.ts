/**
 * In a process of its own, both engines with the same VeRA adapters, in turn: eight answers in one batch of the
 * tensors, of as many adapters and of the base alone; the same one after another; the same one after another by
 * llama.cpp, and, in several contexts at once. Prints one JSON line: tokens a second in total, and first tokens.
 * Usage: enginesOnce.ts '{"modelDir":…,"adapterDirs":[…],"cacheDir":…,"answerTokens":…,"rounds":…}'
 */
import path from 'node:path';
import type { CompletionRequest, ServedSampling } from '../../../main/contract/engine.ts';
import { LlamaCppEngine } from '../../../main/engine/llamacpp/LlamaCppEngine.ts';
import { ServingEngine } from '../../../main/engine/serving/ServingEngine.ts';
import { defaultCacheDir } from '../../../main/runtimes/cacheDir.ts';
import { backendWorld, chooseBackend, llamaCppSettings } from '../../../main/studio/machine/backendChoice.ts';
import { median } from '../lastJsonOf.ts';

interface Asked {
  readonly modelDir: string;
  readonly adapterDirs: readonly string[];
  readonly cacheDir: string;
  readonly answerTokens: number;
  readonly rounds: number;
}

interface Taken {
  readonly tokensPerSecond: number;
  /** Processor time of the process: says something on a busy machine too. */
  readonly cpuMsPerToken: number;
  readonly firstMs: readonly number[];
}

const { modelDir, adapterDirs, cacheDir, answerTokens, rounds } = JSON.parse(process.argv[2]) as Asked;
const keys = adapterDirs.map((dir) => path.basename(dir));
const greedy: ServedSampling = {
  ...{ maxTokens: answerTokens, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0, stopIds: [] },
  ...{ presencePenalty: 0, frequencyPenalty: 0, logitBias: [] },
};
const world = backendWorld(defaultCacheDir());
const { settings } = chooseBackend({}, world);
const tensors = new ServingEngine();
await tensors.start({ settings, modelDir, contextLength: 512, maxRows: keys.length, deterministic: false });
for (const [index, dir] of adapterDirs.entries()) await tensors.addAdapter({ key: keys[index], dir });

const found = llamaCppSettings({}, world);
if (found === undefined) throw new Error('The runtime llama.cpp is not installed: runtime install llama.cpp.');
const contexts: LlamaCppEngine[] = [];
for (let index = 0; index < world.machine.cores; index++) {
  const engine = new LlamaCppEngine();
  await engine.loadModel({ settings: { ...found, threads: 1, measured: [] }, modelDir, contextLength: 512 });
  for (const [at, dir] of adapterDirs.entries())
    await engine.loadAdapter({ key: keys[at], dir, ggufDir: path.join(cacheDir, keys[at]) });
  contexts.push(engine);
}

/** Of each adapter its own, so that none begins as another. */
const requestOf = (key: string | null, index: number): CompletionRequest => ({
  promptIds: Array.from({ length: 14 }, (_, place) => 1000 + 37 * index + 11 * place),
  adapter: key === null ? null : { key, scale: 1 },
  sampling: greedy,
  topLogprobs: null,
});

async function timed(work: (onFirst: (ms: number) => void) => Promise<number>): Promise<Taken> {
  const startMs = performance.now();
  const firstMs: number[] = [];
  const before = process.cpuUsage();
  const tokens = await work((ms) => firstMs.push(ms));
  const { user, system } = process.cpuUsage(before);
  const cpuMsPerToken = (user + system) / 1000 / tokens;
  return { tokensPerSecond: (1000 * tokens) / (performance.now() - startMs), cpuMsPerToken, firstMs };
}

async function byTensors(key: string | null, index: number, onFirst: (ms: number) => void): Promise<number> {
  const startMs = performance.now();
  let isFirst = true;
  const onEvent = (): void => {
    if (isFirst) onFirst(performance.now() - startMs);
    isFirst = false;
  };
  const signal = new AbortController().signal;
  return (await tensors.complete(requestOf(key, index), { signal, onEvent })).tokens;
}

async function byLlama(engine: LlamaCppEngine, key: string, index: number): Promise<number> {
  const { promptIds } = requestOf(key, index);
  return (await engine.generate({ promptIds, adapter: { key, scale: 1 }, sampling: greedy })).ids.length;
}

async function oneAfterAnother(each: (key: string, index: number) => Promise<number>): Promise<number> {
  let tokens = 0;
  for (const [index, key] of keys.entries()) tokens += await each(key, index);
  return tokens;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
const together = async (choose: (key: string) => string | null) =>
  timed(async (onFirst) =>
    sum(await Promise.all(keys.map(async (key, index) => byTensors(choose(key), index, onFirst)))),
  );

const measures = {
  batch: async () => together((key) => key),
  baseBatch: async () => together(() => null),
  tensorsInTurn: async () =>
    timed(async (onFirst) => oneAfterAnother(async (key, index) => byTensors(key, index, onFirst))),
  llamaInTurn: async () => timed(async () => oneAfterAnother(async (key, index) => byLlama(contexts[0], key, index))),
  llamaContexts: async () =>
    timed(async () => {
      const waiting = [...keys.entries()];
      const work = async (engine: LlamaCppEngine): Promise<number> => {
        let tokens = 0;
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
          tokens += await byLlama(engine, next[1], next[0]);
        return tokens;
      };
      return sum(await Promise.all(contexts.map(work)));
    }),
};

const taken = new Map<string, Taken[]>();
for (let round = -1; round < rounds; round++) {
  for (const [name, measure] of Object.entries(measures)) {
    const figure = await measure();
    if (round >= 0) taken.set(name, [...(taken.get(name) ?? []), figure]); // the first round compiles
  }
}
const p95 = (values: readonly number[]): number | null =>
  values.length === 0 ? null : Math.round(values.toSorted((a, b) => a - b)[Math.ceil(0.95 * values.length) - 1]);
const figures = [...taken].map(([name, all]) => [
  name,
  {
    tokens_per_s: Number(median(all.map(({ tokensPerSecond }) => tokensPerSecond)).toFixed(1)),
    cpu_ms_per_token: Number(median(all.map(({ cpuMsPerToken }) => cpuMsPerToken)).toFixed(1)),
    first_token_ms_p95: p95(all.flatMap(({ firstMs }) => firstMs)),
  },
]);
process.stdout.write(`${JSON.stringify(Object.fromEntries(figures))}\n`, () => process.exit(0));
