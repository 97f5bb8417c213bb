/**
 * `npm run bench -- pool`: many adapters on one base with little memory for them, through the studio's own serving.
 * 200 adapters of mixed methods and ranks, a budget of a tenth of their sum; requests pick adapters by a power law,
 * eight at a time; against the same requests one after another, against the base alone, and against eight adapters that
 * all fit. Some answers are computed again alone. Then loads and evictions without end, and a thousand VeRA adapters of
 * SmolLM2 in memory. Prints a table and appends one JSON line to tests/bench/poolResults.jsonl.
 *
 *   GRAFT_BENCH_MODEL    `sample` (default) or a starter model, such as smollm2
 *   GRAFT_BENCH_REQUESTS default 400
 *   GRAFT_BENCH_CYCLES   default 2000
 *   GRAFT_BENCH_RESIDENT default 1000; 0: not measured
 */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AdapterMemory } from '../../main/contract/serving.ts';
import type { Model } from '../../main/contract/entities.ts';
import type { Studio } from '../../main/contract/services.ts';
import { createRandom } from '../../main/engine/random.ts';
import { servedBytes } from '../../main/studio/adapters/servedBytes.ts';
import { openStudio } from '../../main/studio/openStudio.ts';
import { benchMachine } from './benchMachine.ts';
import { lastJsonOf } from './lastJsonOf.ts';
import { mixture, writeDrawn } from './pool/writeDrawn.ts';
import { residentMemory } from './serve/residentMemory.ts';
import { writeDrawnVera } from './serve/writeDrawnVera.ts';

const source = process.env.GRAFT_BENCH_MODEL ?? 'sample';
const requestCount = Number(process.env.GRAFT_BENCH_REQUESTS ?? 400);
const cycles = Number(process.env.GRAFT_BENCH_CYCLES ?? 2000);
const residentCount = Number(process.env.GRAFT_BENCH_RESIDENT ?? 1000);
const adapterCount = 200;
const fewCount = 8;
const atOnce = 8;
const answerTokens = 32;
const recomputed = 20;
const here = import.meta.dirname;
const dir = mkdtempSync(path.join(tmpdir(), 'graft-bench-pool-'));

interface Asked {
  readonly model: string;
  readonly prompt: string;
}

interface Answered {
  readonly text: string;
  readonly firstTokenMs: number;
  readonly tokens: number;
}

interface Load {
  readonly seconds: number;
  readonly answers: readonly Answered[];
  readonly memory: AdapterMemory | null;
}

async function fillLibrary(studio: Studio, model: Model): Promise<readonly string[]> {
  const names: string[] = [];
  for (let index = 0; index < adapterCount; index++) {
    const name = `drawn-${index}`;
    const folder = path.join(dir, name);
    await writeDrawn(folder, mixture[index % mixture.length], model.shape, index);
    await studio.adapters.import(folder, { name, model: model.id });
    rmSync(folder, { recursive: true });
    names.push(name);
  }
  return names;
}

/** By a power law of exponent 1: the n-th adapter n times as rarely as the first. */
function drawRequests(names: readonly string[], seed: number): readonly Asked[] {
  const random = createRandom(seed, 'requests');
  const total = names.reduce((sum, _, index) => sum + 1 / (index + 1), 0);
  const draw = (): string => {
    let left = random() * total;
    for (const [index, name] of names.entries()) if ((left -= 1 / (index + 1)) <= 0) return name;
    return names[names.length - 1];
  };
  return Array.from({ length: requestCount }, (_, index) => ({
    model: draw(),
    prompt: `Write about the number ${index % 50} and what it means.`,
  }));
}

async function answer(studio: Studio, { model, prompt }: Asked): Promise<Answered> {
  const startMs = performance.now();
  let firstTokenMs = NaN;
  let text = '';
  const sampling = {
    ...{ temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, seed: 0 },
    ...{
      presencePenalty: 0,
      frequencyPenalty: 0,
      logitBias: studio.models.get(source).shape.eosTokenIds.map((id): [number, number] => [id, -100]),
    },
  };
  const request = {
    model,
    prompt: { text: prompt },
    maxTokens: answerTokens,
    sampling,
    stop: [],
    topLogprobs: 0,
    echo: false,
  };
  const { completionTokens } = await studio.serving.complete(
    request,
    (piece) => {
      if (Number.isNaN(firstTokenMs)) firstTokenMs = performance.now() - startMs;
      text += piece.text;
    },
    new AbortController().signal,
  );
  return { text, firstTokenMs, tokens: completionTokens };
}

/** So many at a time, each taken up when one before it has ended. */
async function load(studio: Studio, requests: readonly Asked[], lanes: number): Promise<Load> {
  const startMs = performance.now();
  const answers: Answered[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < requests.length; at = next++) answers[at] = await answer(studio, requests[at]);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { seconds: (performance.now() - startMs) / 1000, answers, memory: studio.serving.memory() };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]);
}

function figures({ seconds, answers, memory }: Load) {
  const first = answers.map(({ firstTokenMs }) => firstTokenMs);
  const tokens = answers.reduce((sum, answered) => sum + answered.tokens, 0);
  return {
    requests_per_s: Number((answers.length / seconds).toFixed(2)),
    tokens_per_s: Number((tokens / seconds).toFixed(1)),
    first_token_ms_p50: percentile(first, 0.5),
    first_token_ms_p95: percentile(first, 0.95),
    memory,
  };
}

async function served<Result>(
  studio: Studio,
  { model, adapterBytes, maxRows = atOnce }: { model: Model; adapterBytes: number; maxRows?: number },
  work: () => Promise<Result>,
): Promise<Result> {
  await studio.serving.start({ model: model.id, adapters: 'all', contextLength: 256, maxRows, adapterBytes });
  try {
    return await work();
  } finally {
    await studio.serving.stop();
  }
}

/** Greedy answers part where two logits are nearly equal: the same answers to a few tokens' difference are counted. */
async function recompute(studio: Studio, requests: readonly Asked[], mixed: Load): Promise<number> {
  let differing = 0;
  const every = Math.max(1, Math.floor(requests.length / recomputed));
  for (let at = 0; at < requests.length; at += every) {
    const alone = await answer(studio, requests[at]);
    if (alone.text !== mixed.answers[at].text) differing += 1;
  }
  return differing;
}

const studio = await openStudio({ home: path.join(dir, 'home') });
try {
  const model = await studio.models.fetch(source);
  const names = await fillLibrary(studio, model);
  const sizes = studio.adapters.list().map((adapter) => servedBytes(adapter.dir, model.shape));
  const sum = sizes.reduce((total, bytes) => total + bytes, 0);
  const budget = Math.floor(sum / 10);
  const many = drawRequests(names, 1);
  const few = drawRequests(names.slice(0, fewCount), 2);
  const asBase = many.map(({ prompt }) => ({ model: model.name, prompt }));
  const warm = async (requests: readonly Asked[]) => load(studio, requests.slice(0, 24), atOnce);

  const mixed = await served(studio, { model, adapterBytes: budget }, async () => {
    await warm(many);
    return load(studio, many, atOnce);
  });
  const [inTurn, differing] = await served(studio, { model, adapterBytes: budget }, async () => {
    await load(studio, many.slice(0, 8), 1);
    return [await load(studio, many, 1), await recompute(studio, many, mixed)] as const;
  });
  const fitting = await served(studio, { model, adapterBytes: sum }, async () => {
    await warm(few);
    return load(studio, few, atOnce);
  });
  const base = await served(studio, { model, adapterBytes: budget }, async () => {
    await warm(asBase);
    return load(studio, asBase, atOnce);
  });
  const adapterDirs = studio.adapters
    .list()
    .slice(0, mixture.length)
    .map((adapter) => adapter.dir);
  const flat = once('cyclesOnce.ts', { modelDir: model.dir, adapterDirs, cycles });
  const result = {
    ...{ model: source, requests: requestCount, adapters: adapterCount, budget_mb: Math.round(budget / 1e6) },
    ...{ mixed: figures(mixed), inTurn: figures(inTurn), fewAdapters: figures(fitting), base: figures(base) },
    ...{ differing, recomputed, flat, resident: await resident() },
  };
  print(result);
  appendFileSync(path.join(here, 'poolResults.jsonl'), `${JSON.stringify({ ...benchMachine(), ...result })}\n`);
} finally {
  await studio.close();
  rmSync(dir, { recursive: true, force: true });
}

async function resident() {
  if (residentCount === 0) return null;
  const { dir: modelDir } = await studio.models.fetch('smollm2');
  const adapterDir = path.join(dir, 'vera');
  await writeDrawnVera(adapterDir, { modelDir, seed: 1 });
  return residentMemory({ modelDir, adapterDir, count: residentCount });
}

interface Flat {
  readonly cycles: number;
  readonly early: { readonly tensors: number; readonly resident_mb: number };
  readonly late: { readonly tensors: number; readonly resident_mb: number };
}

function once(script: string, asked: object): Flat {
  return lastJsonOf(process.execPath, ['--expose-gc', path.join(here, 'pool', script), JSON.stringify(asked)]) as Flat;
}

interface Result {
  readonly mixed: ReturnType<typeof figures>;
  readonly inTurn: ReturnType<typeof figures>;
  readonly fewAdapters: ReturnType<typeof figures>;
  readonly base: ReturnType<typeof figures>;
  readonly differing: number;
  readonly flat: Flat;
  readonly resident: Awaited<ReturnType<typeof resident>>;
}

function print({ mixed, inTurn, fewAdapters, base, differing, flat, resident: kept }: Result): void {
  const row = (name: string, of: ReturnType<typeof figures>): string =>
    `| ${[name, of.requests_per_s, of.tokens_per_s, of.first_token_ms_p50, of.first_token_ms_p95, of.memory?.hits, of.memory?.loads, of.memory?.prefetches, of.memory?.evictions, of.memory?.waits].join(' | ')} |`;
  const ratio = (a: number, b: number): string => `${(a / b).toFixed(2)} ×`;
  const lines = [
    `| ${requestCount} requests of ${answerTokens} tokens, ${atOnce} at a time | requests/s | tokens/s | first token ms p50 | p95 | hits | loads | prefetches | evictions | waits |`,
    '|---|---|---|---|---|---|---|---|---|---|',
    row(`${adapterCount} adapters, a tenth of them in memory`, mixed),
    row('the same, one after another', inTurn),
    row(`${fewCount} adapters, all in memory`, fewAdapters),
    row('base alone', base),
    '',
    `Mixed against one after another ${ratio(mixed.requests_per_s, inTurn.requests_per_s)} (aim 2), against ${fewCount} adapters ${ratio(mixed.requests_per_s, fewAdapters.requests_per_s)} (aim 0.8).`,
    `Most in memory ${mixed.memory?.peakBytes ?? 0} of ${mixed.memory?.budgetBytes ?? 0} bytes; ${differing} of ${recomputed} answers differ alone.`,
    `${flat.cycles} loads and evictions: ${flat.early.tensors} tensors, then ${flat.late.tensors}; ${flat.early.resident_mb} MB, then ${flat.late.resident_mb}.`,
    kept === null
      ? 'Resident adapters of SmolLM2: not measured.'
      : `${kept.count} resident VeRA adapters of SmolLM2: ${kept.added_mb} MB (aim 900), ${kept.load_ms_p50} ms to load one.`,
  ];
  process.stdout.write(`\n${lines.join('\n')}\n`);
}
