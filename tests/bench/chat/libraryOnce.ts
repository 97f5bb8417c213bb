/**
 * What node-llama-cpp itself does on the base, in a process of its own: its own loop, greedily, with every number of
 * threads; the best counts. Prints one JSON line.
 * Usage: libraryOnce.ts MODULE GGUF MOST_THREADS PROMPT_TOKENS ANSWER_TOKENS
 */
import { pathToFileURL } from 'node:url';
import { promptOf } from './promptOf.ts';

interface Sequence {
  clearHistory(): Promise<void>;
  evaluate(ids: readonly number[], options: object): AsyncIterableIterator<number>;
}

interface Library {
  getLlama(options: object): Promise<{
    loadModel(options: object): Promise<{
      createContext(options: object): Promise<{ getSequence(): Sequence; dispose(): Promise<void> }>;
    }>;
  }>;
}

/** Threads that fall over each other would take minutes. */
const longestMs = 8000;
const [module, modelPath, ...sizes] = process.argv.slice(2);
const [most, promptTokens, answerTokens] = sizes.map(Number);
const { getLlama } = (await import(pathToFileURL(module).href)) as Library;
const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, maxThreads: most, logLevel: 'error' });
const model = await llama.loadModel({ modelPath });

/** First token in ms, then tokens a second of those after it. */
async function run(sequence: Sequence, tokens: number, answer: number): Promise<readonly [number, number]> {
  await sequence.clearHistory();
  const startMs = performance.now();
  const written = sequence.evaluate(promptOf(tokens), { temperature: 0, yieldEogToken: true });
  await written.next();
  const firstMs = performance.now();
  let count = 0;
  for (; count < answer && performance.now() - firstMs < longestMs; count++) await written.next();
  const rate = (1000 * count) / (performance.now() - firstMs);
  await written.return?.();
  return [firstMs - startMs, rate];
}

const rates = [];
for (let threads = 1; threads <= most; threads++) {
  const size = { contextSize: promptTokens + answerTokens + 8, sequences: 1, batchSize: 512, threads };
  const context = await model.createContext(size);
  const sequence = context.getSequence();
  await run(sequence, 32, 8);
  const [, tokens_per_s] = await run(sequence, 32, answerTokens);
  const [first_ms] = await run(sequence, promptTokens, 1);
  rates.push({ threads, tokens_per_s, first_ms });
  await context.dispose();
}
const best = {
  tokens_per_s: Math.max(...rates.map((rate) => rate.tokens_per_s)),
  first_ms: Math.min(...rates.map((rate) => rate.first_ms)),
};
process.stdout.write(`${JSON.stringify({ ...best, rates })}\n`, () => process.exit(0));
