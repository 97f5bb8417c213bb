/**
 * `npm run bench`: this project and PEFT on one machine in one sitting, taken in turn, so that a machine that gets
 * slower gets slower for both. Prints medians and ratios, and appends one JSON line to tests/bench/results.jsonl.
 *
 *   GRAFT_BENCH_MODEL  a Hugging Face folder of SmolLM2-135M in float32 (needed)
 *   GRAFT_BENCH_PEFT   a Python with torch, transformers and peft; without it only this project is measured
 *   GRAFT_BENCH_ROUNDS how often each is measured (default 3)
 */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchMachine } from './benchMachine.ts';
import { lastJsonOf, median } from './lastJsonOf.ts';
import { measureTraining } from './trainCase.ts';

interface Measurement {
  readonly step_s: number;
  readonly peak_rss_mb: number;
}

interface ChatMeasurement {
  readonly load_ms: number;
  readonly load_p95_ms?: number;
  readonly swap_ms?: number;
  readonly swap_p95_ms?: number;
  readonly switch_ms?: number;
  readonly decode_tokens_per_s: number;
}

type Chat = Readonly<Record<'lora' | 'vera', ChatMeasurement>>;

const here = path.dirname(fileURLToPath(import.meta.url));
const methods = ['lora', 'vera', 'vblora'] as const;
type Method = (typeof methods)[number];
const methodOptions: Readonly<Record<Method, object>> = {
  lora: { rank: 8, alpha: 16 },
  vera: { rank: 256 },
  vblora: { rank: 4, numVectors: 256, vectorLength: 192, topk: 2 },
};
const sides = ['graft bf16', 'graft float32', 'peft float32', 'peft bfloat16'] as const;
const [batch, length] = [4, 128];
const model = process.env.GRAFT_BENCH_MODEL;
const python = process.env.GRAFT_BENCH_PEFT;
const rounds = Number(process.env.GRAFT_BENCH_ROUNDS ?? 3);

function train(side: (typeof sides)[number], method: Method, modelDir: string): Measurement | null {
  const [who, precision] = side.split(' ');
  if (who === 'graft')
    return measureTraining(modelDir, { method, precision, batch, length, options: methodOptions[method] });
  const script = path.join(here, 'peft', 'peft_train.py');
  return python
    ? (lastJsonOf(python, [script, modelDir, method, precision, String(batch), String(length)]) as Measurement)
    : null;
}

function measureAll(modelDir: string): Record<string, Measurement> {
  const taken = new Map<string, Measurement[]>();
  for (let round = 0; round < rounds; round++) {
    for (const method of methods) {
      for (const side of sides) {
        const measured = train(side, method, modelDir);
        if (!measured) continue;
        taken.set(`${method} ${side}`, [...(taken.get(`${method} ${side}`) ?? []), measured]);
        process.stderr.write(
          `round ${round + 1}  ${method} ${side}: ${measured.step_s} s a step, ${measured.peak_rss_mb} MB\n`,
        );
      }
    }
  }
  const medians = [...taken].map(([key, all]): [string, Measurement] => [
    key,
    { step_s: median(all.map(({ step_s }) => step_s)), peak_rss_mb: median(all.map(({ peak_rss_mb }) => peak_rss_mb)) },
  ]);
  return Object.fromEntries(medians);
}

function ratio(a: number | undefined, b: number | undefined): string {
  return a === undefined || b === undefined ? '–' : `${(a / b).toFixed(2)} ×`;
}

function printTraining(results: Readonly<Record<string, Measurement | undefined>>): void {
  const perSecond = (measured?: Measurement): string =>
    measured ? String(Math.round((batch * length) / measured.step_s)) : '–';
  process.stdout.write(
    '\n| batch 4 × 128 | bf16 tokens/s | float32 tokens/s | against PEFT float32 | against PEFT bfloat16 | peak MB bf16, float32 | of PEFT at the same precision |\n|---|---|---|---|---|---|---|\n',
  );
  for (const method of methods) {
    const [half, full, peftFull, peftHalf] = sides.map((side) => results[`${method} ${side}`]);
    const columns = [
      method,
      perSecond(half),
      perSecond(full),
      ratio(peftFull?.step_s, half?.step_s),
      ratio(peftHalf?.step_s, half?.step_s),
      `${String(half?.peak_rss_mb)}, ${String(full?.peak_rss_mb)}`,
      `${ratio(half?.peak_rss_mb, peftHalf?.peak_rss_mb)}, ${ratio(full?.peak_rss_mb, peftFull?.peak_rss_mb)}`,
    ];
    process.stdout.write(`| ${columns.join(' | ')} |\n`);
  }
  process.stdout.write(
    `\nVeRA r256 against LoRA r8, step time: ${ratio(results['vera graft bf16']?.step_s, results['lora graft bf16']?.step_s)}\n`,
  );
}

function printChat(ours: Chat, theirs: Chat | null): void {
  process.stdout.write(
    '\n| chat | decode tokens/s | against PEFT | swap p95 | load from disk p95 |\n|---|---|---|---|---|\n',
  );
  for (const method of ['lora', 'vera'] as const) {
    const { decode_tokens_per_s: speed, swap_p95_ms: swap, load_p95_ms: load } = ours[method];
    const peft = theirs?.[method];
    const notes = peft ? ` (PEFT ${peft.decode_tokens_per_s})` : '';
    process.stdout.write(
      `| ${method} | ${speed}${notes} | ${ratio(speed, peft?.decode_tokens_per_s)} | ${String(swap)} ms | ${String(load)} ms |\n`,
    );
  }
}

if (!model) throw new Error('Name the model: GRAFT_BENCH_MODEL=<Hugging Face folder of SmolLM2-135M in float32>.');
const training = measureAll(model);
printTraining(training);
const chat = lastJsonOf(process.execPath, [path.join(here, 'chatOnce.ts'), model, 'bf16']) as Chat;
const peftChat = python ? (lastJsonOf(python, [path.join(here, 'peft', 'peft_chat.py'), model]) as Chat) : null;
printChat(chat, peftChat);
appendFileSync(
  path.join(here, 'results.jsonl'),
  `${JSON.stringify({ ...benchMachine(), rounds, training, chat, peftChat })}\n`,
);
