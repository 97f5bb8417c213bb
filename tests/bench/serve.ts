/**
 * `npm run bench -- serve`: SmolLM2 with eight VeRA adapters behind the real server, on the backend that this machine
 * gets by itself. Eight requests for eight adapters at once against the same ones one after another, in turn; time to
 * the first token and between tokens of the eight; the memory of a thousand resident adapters; then, where llama.cpp is
 * installed, both engines without a server in turn, against the aims. Prints tables and appends one JSON line to
 * tests/bench/serveResults.jsonl.
 *
 *   GRAFT_BENCH_ROUNDS   how often each is measured (default 3)
 *   GRAFT_BENCH_RESIDENT adapters of the memory measurement (default 1000)
 */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Studio } from '../../main/contract/services.ts';
import { OpenaiServer, defaultLimits } from '../../main/hosts/openaiServer/OpenaiServer.ts';
import { openStudio } from '../../main/studio/openStudio.ts';
import { benchMachine } from './benchMachine.ts';
import { defaultCacheDir } from '../../main/runtimes/cacheDir.ts';
import { findRuntime } from '../../main/runtimes/findRuntimes.ts';
import { lastJsonOf } from './lastJsonOf.ts';
import { batchAims } from './serve/batchAims.ts';
import type { EngineFigures } from './serve/batchAims.ts';
import { residentMemory } from './serve/residentMemory.ts';
import { askStreamed, type StreamedAnswer } from './serve/askStreamed.ts';
import { writeDrawnVera } from './serve/writeDrawnVera.ts';

const adapterCount = 8;
const answerTokens = 64;
const warmUpRounds = 3;
const rounds = Number(process.env.GRAFT_BENCH_ROUNDS ?? 3);
const residentCount = Number(process.env.GRAFT_BENCH_RESIDENT ?? 1000);
const here = import.meta.dirname;
const dir = mkdtempSync(path.join(tmpdir(), 'graft-bench-serve-'));

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)].toFixed(1));
}

const median = (values: readonly number[]): number => percentile(values, 0.5);

async function fillLibrary(studio: Studio): Promise<readonly string[]> {
  const model = await studio.models.fetch('smollm2');
  const names = Array.from({ length: adapterCount }, (_, index) => `vera-${index}`);
  for (const [seed, name] of names.entries()) {
    const folder = path.join(dir, name);
    await writeDrawnVera(folder, { modelDir: model.dir, seed });
    await studio.adapters.import(folder, { name, model: model.id });
  }
  return names;
}

interface Round {
  readonly seconds: number;
  readonly answers: readonly StreamedAnswer[];
}

async function timed(work: () => Promise<readonly StreamedAnswer[]>): Promise<Round> {
  const startMs = performance.now();
  const answers = await work();
  return { seconds: (performance.now() - startMs) / 1000, answers };
}

async function measure(address: string, names: readonly string[]) {
  const ask = async (model: string, index: number) =>
    askStreamed(address, {
      model,
      maxTokens: answerTokens,
      prompt: `Write about the number ${index} and what it means.`,
    });
  const together = async () => timed(async () => Promise.all(names.map(ask)));
  const inTurn = async () =>
    timed(async () => {
      const answers: StreamedAnswer[] = [];
      for (const [index, name] of names.entries()) answers.push(await ask(name, index));
      return answers;
    });
  // compiles, also where rows came in other company
  for (let round = 0; round < warmUpRounds; round++) await together();
  await inTurn();
  const [batched, alone]: [Round[], Round[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    alone.push(await inTurn());
    batched.push(await together());
    process.stderr.write(
      `round ${round + 1}: in turn ${alone[round].seconds.toFixed(1)} s, together ${batched[round].seconds.toFixed(1)} s\n`,
    );
  }
  return { together: figures(batched), inTurn: figures(alone) };
}

function figures(all: readonly Round[]) {
  const answers = all.flatMap((round) => round.answers);
  const tokens = answers.flatMap(({ tokenMs }) => tokenMs);
  const total = all[0].answers.reduce((sum, answer) => sum + answer.tokens, 0);
  const seconds = all.map((round) => round.seconds);
  return {
    seconds: median(seconds),
    tokens_per_s: Number((total / seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)]).toFixed(1)),
    first_token_ms_p50: percentile(answers.map(({ firstTokenMs }) => firstTokenMs), 0.5), // oxfmt-ignore
    first_token_ms_p95: percentile(answers.map(({ firstTokenMs }) => firstTokenMs), 0.95), // oxfmt-ignore
    token_ms_p50: percentile(tokens, 0.5),
    token_ms_p95: percentile(tokens, 0.95),
  };
}

function compareEngines({ models }: Studio, names: readonly string[]): EngineFigures {
  const asked = {
    modelDir: models.get('smollm2').dir,
    adapterDirs: names.map((name) => path.join(dir, name)),
    cacheDir: path.join(dir, 'gguf'),
    ...{ answerTokens, rounds },
  };
  return lastJsonOf(process.execPath, [
    path.join(here, 'serve', 'enginesOnce.ts'),
    JSON.stringify(asked),
  ]) as EngineFigures;
}

const studio = await openStudio({ home: path.join(dir, 'home') });
try {
  const names = await fillLibrary(studio);
  const { device } = await studio.serving.start({
    model: 'smollm2',
    adapters: 'all',
    contextLength: 2048,
    maxRows: adapterCount,
  });
  const server = await OpenaiServer.start({ serving: studio.serving, limits: defaultLimits });
  const measured = await measure(server.address, names);
  await server.close(0);
  await studio.serving.stop();
  const resident = residentMemory({
    modelDir: studio.models.get('smollm2').dir,
    adapterDir: path.join(dir, names[0]),
    count: residentCount,
  });
  const engines = findRuntime('llama.cpp', defaultCacheDir()) && compareEngines(studio, names);
  const gain = Number((measured.inTurn.seconds / measured.together.seconds).toFixed(2));
  print(gain, measured, resident);
  if (engines !== undefined) process.stdout.write(batchAims(engines));
  const line = {
    ...benchMachine(),
    device,
    rounds,
    adapters: adapterCount,
    answerTokens,
    gain,
    ...measured,
    resident,
    engines,
  };
  appendFileSync(path.join(here, 'serveResults.jsonl'), `${JSON.stringify(line)}\n`);
} finally {
  await studio.close();
  rmSync(dir, { recursive: true, force: true });
}

function print(
  gain: number,
  measured: Awaited<ReturnType<typeof measure>>,
  resident: ReturnType<typeof residentMemory>,
): void {
  const row = (name: string, of: ReturnType<typeof figures>): string =>
    `| ${[name, of.seconds, of.tokens_per_s, of.first_token_ms_p50, of.first_token_ms_p95, of.token_ms_p50, of.token_ms_p95].join(' | ')} |`;
  const lines = [
    `| ${adapterCount} requests, ${adapterCount} VeRA adapters, ${answerTokens} tokens | s | tokens/s | first token ms p50 | p95 | per token ms p50 | p95 |`,
    '|---|---|---|---|---|---|---|',
    row('one after another', measured.inTurn),
    row('in one batch', measured.together),
    '',
    `Together ${gain} × as fast. ${resident.count} resident adapters: ${resident.added_mb} MB more than none (${resident.kb_each} KB each), ${resident.load_ms_p50} ms to load one.`,
  ];
  process.stdout.write(`\n${lines.join('\n')}\n`);
}
