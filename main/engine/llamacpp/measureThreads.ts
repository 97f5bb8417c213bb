/**
 * How many threads are quickest here: two that wait for each other by spinning fall over each other where something
 * else needs their core, so that fewer can be twice as fast. Answers and prompts are measured apart, on models of two
 * widths, in rounds of which the best counts: what disturbs a machine makes it slower, never quicker.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LlamaThreads, SizedThreads, ThreadRate } from '../../contract/engine.ts';
import { LlamaTape } from './LlamaTape.ts';
import type { Llama } from './nodeLlamaCpp.ts';
import { type ProbeShape, probeVocabulary, writeProbeModel } from './probeModel.ts';

/** As wide as SmolLM2-135M and as a model of a billion parameters; with as few layers as tell the difference. */
const probes: readonly ProbeShape[] = [
  { hiddenSize: 576, feedForwardSize: 1536, layers: 4 },
  { hiddenSize: 2048, feedForwardSize: 5632, layers: 1 },
];
/** The first warms up. */
const rounds = 4;
const promptTokens = 32;
const answerTokens = 12;
/** Of one round's answer, and after which no count is tried again that is half as quick as another. */
const [longestAnswerMs, longestProbeMs] = [400, 3_000];
/** One thread less is worth this much: the rest of Graft, and the person's own programs, want a core too. */
const worthOneLess = 0.95;
/** The two best rounds of a machine at rest are no further apart. */
const restful = 0.9;

/** `most`: physical cores. Takes a few seconds and a temporary file of some tens of megabytes. */
export async function measureThreads(llama: Llama, most: number): Promise<LlamaThreads> {
  const dir = await mkdtemp(join(tmpdir(), 'graft-threads-'));
  try {
    const sizes: SizedThreads[] = [];
    let steady = true;
    for (const probe of probes) {
      const file = join(dir, `${probe.hiddenSize}.gguf`);
      await writeProbeModel(file, probe);
      const runs = await measureProbe(llama, file, threadCounts(most));
      const chosen = chooseThreads(runs);
      steady &&= chosen.steady;
      sizes.push({ hiddenSize: probe.hiddenSize, token: chosen.token, prompt: chosen.prompt, rates: chosen.rates });
      await rm(file);
    }
    return { sizes, steady };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** 1, 2, 3, 4, 6, 8, 12, 16, … and the most. */
export function threadCounts(most: number): number[] {
  const counts = [1, 2, 3, 4];
  for (let count = 4; count < most; count *= 2) counts.push((3 * count) / 2, 2 * count);
  return [...new Set([...counts, most])].filter((count) => count <= most).sort((a, b) => a - b);
}

/** Tokens a second. */
export type ThreadRun = Omit<ThreadRate, 'threads'>;

/** Of every round, by number of threads. */
export type ThreadRuns = ReadonlyMap<number, readonly ThreadRun[]>;

/** The fewest threads that come near the quickest. */
export function chooseThreads(runs: ThreadRuns): Omit<SizedThreads, 'hiddenSize'> & { readonly steady: boolean } {
  const best = (values: readonly number[]): number => Math.max(...values);
  const rates = [...runs].map(([threads, each]) => ({
    threads,
    token: best(each.map(({ token }) => token)),
    prompt: best(each.map(({ prompt }) => prompt)),
  }));
  const fewest = (kind: 'token' | 'prompt'): number => {
    const quickest = best(rates.map((rate) => rate[kind]));
    return rates.find((rate: ThreadRate) => rate[kind] >= worthOneLess * quickest)?.threads ?? 1;
  };
  const token = fewest('token');
  const [first = 0, second = 0] = (runs.get(token) ?? []).map((run) => run.token).sort((a, b) => b - a);
  return { token, prompt: fewest('prompt'), rates, steady: second >= restful * first };
}

async function measureProbe(llama: Llama, modelPath: string, counts: readonly number[]): Promise<ThreadRuns> {
  const model = await llama.loadModel({ modelPath });
  try {
    const sizes = { contextSize: 2 * (promptTokens + answerTokens), sequences: 1, batchSize: promptTokens };
    const settings = { ...sizes, threads: counts[counts.length - 1] } as const;
    const context = await model.createContext({ ...settings, swaFullCache: true, failedCreationRemedy: false });
    const tape = new LlamaTape(context._ctx, 0);
    const runs = new Map(counts.map((count): [number, ThreadRun[]] => [count, []]));
    const startMs = performance.now();
    for (let round = 0; round < rounds; round++) {
      for (const [count, taken] of runs) {
        if (round > 1 && performance.now() - startMs > longestProbeMs && isHopeless(taken, runs)) continue;
        context._ctx.setThreads(count);
        const run = { prompt: await promptRate(tape), token: await answerRate(tape) };
        if (round > 0) taken.push(run);
      }
    }
    await context.dispose();
    return runs;
  } finally {
    await model.dispose();
  }
}

async function promptRate(tape: LlamaTape): Promise<number> {
  const ids = Array.from({ length: promptTokens }, (_, at) => (7 * at) % probeVocabulary);
  tape.clear();
  const startMs = performance.now();
  await tape.feed(ids, 'last');
  return (1000 * promptTokens) / (performance.now() - startMs);
}

async function answerRate(tape: LlamaTape): Promise<number> {
  const startMs = performance.now();
  let token = 0;
  for (; token < answerTokens && performance.now() - startMs < longestAnswerMs; token++)
    await tape.feed([(11 * token) % probeVocabulary], 'last');
  return (1000 * token) / (performance.now() - startMs);
}

function isHopeless(taken: ThreadRun[], runs: ThreadRuns): boolean {
  const quickest = (each: readonly ThreadRun[], kind: keyof ThreadRun): number =>
    Math.max(0, ...each.map((run) => run[kind]));
  const all = [...runs.values()].flat();
  return (['token', 'prompt'] as const).every((kind) => 2 * quickest(taken, kind) < quickest(all, kind));
}
