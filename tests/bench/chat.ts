/**
 * `npm run bench -- chat [GGUF]`: chats by llama.cpp with SmolLM2 against what node-llama-cpp itself writes on the base
 * alone at its best number of threads, taken in turn; then the first word of a warm studio. Prints each aim with its
 * figure and appends one JSON line to tests/bench/chatResults.jsonl. The machine should have nothing else to do.
 *
 *   GRAFT_BENCH_GGUF   the model, where no argument names one
 *   GRAFT_BENCH_ROUNDS how often each is measured (default 3)
 */
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { llamaSelfTest } from '../../main/engine/llamacpp/llamaSelfTest.ts';
import { defaultCacheDir } from '../../main/runtimes/cacheDir.ts';
import { backendWorld, llamaCppSettings } from '../../main/studio/machine/backendChoice.ts';
import { benchMachine } from './benchMachine.ts';
import { aimsOf, type EngineFigures, type LibraryFigures, type Round } from './chat/aims.ts';
import { firstWords } from './chat/firstWords.ts';
import { writeAdapters } from './chat/writeAdapters.ts';
import { lastJsonOf } from './lastJsonOf.ts';

const [promptTokens, answerTokens] = [512, 96];
const adaptersPerMethod = 2;
const rounds = Number(process.env.GRAFT_BENCH_ROUNDS ?? 3);
const gguf = process.argv[2] ?? process.env.GRAFT_BENCH_GGUF;
if (!gguf) throw new Error('Name the model: npm run bench -- chat <SmolLM2-135M as GGUF>.');
const dir = mkdtempSync(path.join(tmpdir(), 'graft-bench-chat-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));

const found = llamaCppSettings({}, backendWorld(defaultCacheDir()));
if (found === undefined) throw new Error('The runtime llama.cpp is not installed: runtime install llama.cpp.');
const { machine } = backendWorld(defaultCacheDir());
const asMany = { backend: found.backend, modulePath: found.modulePath, threads: machine.cores } as const;
const { threads } = await llamaSelfTest(asMany);
const measured = (threads?.sizes ?? []).map(({ hiddenSize, token, prompt }) => ({ hiddenSize, token, prompt }));
process.stderr.write(`threads: ${JSON.stringify(threads)}\n`);

const modelDir = path.join(dir, 'model');
mkdirSync(modelDir);
copyFileSync(gguf, path.join(modelDir, path.basename(gguf)));
const folders = await writeAdapters(dir, { modelDir, count: adaptersPerMethod });
const sizes = [String(promptTokens), String(answerTokens)];
const run = (script: string, args: readonly string[]): unknown =>
  lastJsonOf(process.execPath, [path.join(import.meta.dirname, 'chat', script), ...args]);

const taken: Round[] = [];
for (let round = 0; round < rounds; round++) {
  const library = run('libraryOnce.ts', [found.modulePath, gguf, String(machine.cores), ...sizes]) as LibraryFigures;
  const settings = JSON.stringify({ ...asMany, measured });
  const cacheDir = path.join(dir, `cache${round}`);
  const args = [settings, modelDir, cacheDir, ...sizes, JSON.stringify(folders)];
  const engine = run('engineOnce.ts', args) as EngineFigures;
  rmSync(cacheDir, { recursive: true, force: true });
  taken.push({ library, engine });
  process.stderr.write(`round ${round + 1}: ${JSON.stringify({ library, engine })}\n`);
}
const words = await firstWords({ home: path.join(dir, 'home'), gguf, adapter: folders.lora[0], rounds: 5 });
const aims = aimsOf(taken, words);
process.stdout.write('\n| aim | figure | asked | |\n|---|---|---|---|\n');
for (const { name, figure, asked, isMet } of aims)
  process.stdout.write(`| ${name} | ${figure} | ${asked} | ${isMet === null ? '' : isMet ? 'met' : 'missed'} |\n`);
appendFileSync(
  path.join(import.meta.dirname, 'chatResults.jsonl'),
  `${JSON.stringify({ ...benchMachine(), rounds, threads, taken, firstWordMs: words, aims })}\n`,
);
process.exit(0);
