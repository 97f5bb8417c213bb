/** Whole runs as tests look at them: what they told, what they left, and a model whose samples can be read. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StepMetrics, TrainEvent, TrainJob, TrainResult } from '../../../main/contract/engine.ts';
import { runTraining } from '../../../main/engine/training/runTraining.ts';
import { backendSettings } from '../../support/backends.ts';
import { fixturePath } from '../../support/fixtures.ts';

export interface Watched {
  readonly result: TrainResult;
  readonly steps: readonly StepMetrics[];
  readonly events: readonly TrainEvent[];
}

interface WatchOptions {
  readonly backend?: keyof typeof backendSettings;
  readonly stopAfterStep?: number;
}

/** Runs a job; `stopAfterStep` asks to stop as soon as that step is heard of. */
export async function watch(job: TrainJob, { backend = 'wasm', stopAfterStep }: WatchOptions = {}): Promise<Watched> {
  const events: TrainEvent[] = [];
  const controller = new AbortController();
  const onEvent = (event: TrainEvent): void => {
    events.push(structuredClone(event));
    if (event.type === 'metrics' && event.steps.some(({ step }) => step === stopAfterStep)) controller.abort();
  };
  const result = await runTraining(backendSettings[backend], job, { onEvent, signal: controller.signal });
  return { result, events, steps: events.flatMap((event) => (event.type === 'metrics' ? event.steps : [])) };
}

/** What must be equal to the last digit; times are not. */
export function lossesOf(steps: readonly StepMetrics[]): readonly unknown[] {
  return steps.map(({ step, loss, gradNorm, learningRate, tokens }) => [step, loss, gradNorm, learningRate, tokens]);
}

export function adapterBytes(dir: string): string {
  return readFileSync(join(dir, 'adapter_model.safetensors')).toString('hex');
}

/** The tiny Llama with a tokenizer of one character a token. */
export function modelInWords(dir: string): string {
  const modelDir = join(dir, 'model');
  cpSync(fixturePath('tiny_llama_base'), modelDir, { recursive: true });
  const vocab = Object.fromEntries(Array.from({ length: 64 }, (_, id) => [String.fromCodePoint(0x4e00 + id), id]));
  const model = { type: 'BPE', vocab, merges: [], byte_fallback: false, unk_token: null };
  const parts = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  writeFileSync(
    join(modelDir, 'tokenizer.json'),
    JSON.stringify({ version: '1.0', added_tokens: [], ...parts, model }),
  );
  return modelDir;
}

export interface Sampled {
  readonly step: number;
  readonly ids: readonly (readonly number[])[];
}

export function samplesOf(events: readonly TrainEvent[]): readonly Sampled[] {
  return events.flatMap((event) =>
    event.type === 'sample' ? [{ step: event.step, ids: event.answers.map(({ ids }) => ids) }] : [],
  );
}

/** Prompts for that model, and training that asks them at its evaluations. */
// oxfmt-ignore
export const asked = { samplePrompts: [{ text: 'one', ids: [1, 4, 7] }, { text: 'two', ids: [9, 12] }] };
export const evaluating = {
  steps: 12,
  evaluationSplit: 0.2,
  evaluateEvery: 4,
  keepBest: false,
  learningRates: { default: 0.05 },
};
export const answering = { ...evaluating, samplePrompts: ['one', 'two'] };
