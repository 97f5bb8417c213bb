/**
 * What llama.cpp draws of a prompt of the sample model against the probabilities that our own chain of samplers gives
 * the same logits: each option alone, and together.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SamplingOptions } from '../../../main/contract/engine.ts';
import {
  createSampler,
  keepMinP,
  keepTopK,
  penalizeRepetition,
} from '../../../main/engine/inference/samplers/sampler.ts';
import { softmax } from '../../../main/engine/inference/samplers/softmax.ts';
import { keepTopP } from '../../../main/engine/inference/samplers/topP.ts';
import { makeLlamaSampler, type SamplerWorld } from '../../../main/engine/llamacpp/llamaSampler.ts';
import { LlamaTape } from '../../../main/engine/llamacpp/LlamaTape.ts';
import { type Llama, openLlama } from '../../../main/engine/llamacpp/nodeLlamaCpp.ts';
import { writeExport } from '../../../main/engine/writeExport.ts';
import { backendSettings } from '../../support/backends.ts';
import { llamaCppMissing, llamaCppSettings } from '../../support/llamaCpp.ts';
import { describeWith } from '../../support/requirements.ts';
import { suiteDir } from '../../support/temporaryDir.ts';

const promptIds = [5, 300, 41, 260, 512, 300, 7, 1031, 90, 260, 41, 300];
const plain: SamplingOptions = {
  maxTokens: 1,
  temperature: 1,
  topP: 1,
  topK: 0,
  repetitionPenalty: 1,
  seed: 3,
  stopIds: [],
};
const mostDraws = 1500;
type Case = [name: string, changes: Partial<SamplingOptions>, draws?: number];

const options: Case[] = [
  ['nothing', {}],
  ['a low temperature', { temperature: 0.6 }],
  ['a high temperature', { temperature: 1.7 }],
  ['top-k', { topK: 7 }],
  ['top-p', { topP: 0.8 }],
  ['min-p', { minP: 0.05 }],
  ['top-p after a temperature', { temperature: 0.7, topP: 0.9 }],
  ['min-p after a temperature', { temperature: 1.4, minP: 0.1 }],
  ['top-k, top-p and min-p after a temperature', { temperature: 1.3, topK: 30, topP: 0.9, minP: 0.04 }],
  ['a penalty', { repetitionPenalty: 1.5 }],
  ['a penalty, temperature, top-p', { repetitionPenalty: 1.3, temperature: 0.7, topP: 0.9 }],
  ['a penalty, all of them', { repetitionPenalty: 1.3, temperature: 1.2, topK: 40, topP: 0.95, minP: 0.02 }],
  ['a penalty below 1', { repetitionPenalty: 0.7, temperature: 0.8, topP: 0.9 }, 300],
];

/** (V): the chain of sampler.ts up to the draw. */
function exactProbabilities(
  raw: Float32Array,
  { temperature, topK, topP, minP = 0, repetitionPenalty }: SamplingOptions,
) {
  const logits = raw.slice();
  penalizeRepetition(logits, new Set(promptIds), repetitionPenalty);
  for (let id = 0; id < logits.length; id++) logits[id] /= temperature;
  keepTopK(logits, topK);
  keepTopP(logits, topP);
  keepMinP(logits, minP);
  return softmax(logits);
}

/** Chi-square of counts over bins of at least 5 expected, less its mean, in its own standard deviations. */
function surprise(counts: ReadonlyMap<number, number>, probabilities: Float64Array, draws: number): number {
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  let [square, bins, expected, seen] = [0, 0, 0, 0];
  for (const id of order) {
    expected += draws * probabilities[id];
    seen += counts.get(id) ?? 0;
    if (expected < 5) continue;
    square += (seen - expected) ** 2 / expected;
    bins += 1;
    [expected, seen] = [0, 0];
  }
  return bins < 2 ? 0 : (square - (bins - 1)) / Math.sqrt(2 * (bins - 1));
}

describeWith({ reason: llamaCppMissing }, 'llama.cpp’s sampling', () => {
  const dir = suiteDir();
  let llama: Llama;
  let world: SamplerWorld;
  let place: number;
  let raw: Float32Array;

  beforeAll(async () => {
    const about = { modelDir: 'resources/sample-model', adapterDir: null, baseModel: 's', fileStem: 's', title: 'S' };
    const job = { settings: backendSettings.cpu, to: 'merged-gguf', options: { dtype: 'f16' }, outDir: dir, ...about };
    await writeExport(job, { signal: new AbortController().signal, onEvent: () => undefined });
    ({ llama } = await openLlama(llamaCppSettings));
    const [file] = readdirSync(dir).filter((name) => name.endsWith('.gguf'));
    const model = await llama.loadModel({ modelPath: join(dir, file) });
    const sizes = { contextSize: 64, sequences: 1, batchSize: 32, threads: 1 };
    const context = await model.createContext({ ...sizes, swaFullCache: true, failedCreationRemedy: false });
    const makeSampler = () => new llama._bindings.AddonSampler(model._model);
    [place] = await new LlamaTape(context._ctx, 0).feed(promptIds, 'last');
    const all = makeSampler();
    all.applyConfig({});
    const [, , , pairs = []] = await context._ctx.sampleToken(place, all, false, false, true, false);
    raw = new Float32Array(pairs.length / 2);
    for (let at = 0; at < pairs.length; at += 2) raw[pairs[at]] = pairs[at + 1];
    world = { context: context._ctx, vocabSize: raw.length, makeSampler };
  });
  afterAll(async () => llama?.dispose());

  /** A penalty remembers what was drawn: then every draw has a sampler and a seed of its own. */
  async function draw(sampling: SamplingOptions, draws: number): Promise<Map<number, number>> {
    const counts = new Map<number, number>();
    const isFresh = sampling.repetitionPenalty !== 1;
    let sampler = makeLlamaSampler(sampling, promptIds, world);
    for (let count = 0; count < draws; count++) {
      const id = await sampler.next(place);
      counts.set(id, (counts.get(id) ?? 0) + 1);
      if (!isFresh) continue;
      sampler.dispose();
      sampler = makeLlamaSampler({ ...sampling, seed: count }, promptIds, world);
    }
    sampler.dispose();
    return counts;
  }

  it.each(options)('draws as our samplers do with %s', async (...[, changes, draws = mostDraws]: Case) => {
    const sampling = { ...plain, ...changes };
    const probabilities = exactProbabilities(raw, sampling);
    const counts = await draw(sampling, draws);
    for (const id of counts.keys()) expect(probabilities[id]).toBeGreaterThan(0);
    expect(surprise(counts, probabilities, draws)).toBeLessThan(4);
  });

  it('takes the likeliest after the penalty where the temperature is 0, and penalises what it took', async () => {
    const penalty = 1.4;
    const sampler = makeLlamaSampler(
      { ...plain, temperature: 0, repetitionPenalty: penalty, maxTokens: 20 },
      promptIds,
      world,
    );
    const seen = new Set(promptIds);
    for (let count = 0; count < 20; count++) {
      const logits = raw.slice();
      penalizeRepetition(logits, seen, penalty);
      const id = await sampler.next(place);
      expect(id).toBe(logits.indexOf(Math.max(...logits)));
      seen.add(id);
    }
    sampler.dispose();
  });

  it.each([
    ['top-p', { topP: 0.9 }],
    ['min-p', { minP: 0.05 }],
    ['a penalty below 1', { topP: 0.9, repetitionPenalty: 0.8 }],
  ])('draws the very tokens of our samplers from the same seed, penalising each: %s', async (_, changes) => {
    const sampling = { ...plain, temperature: 0.9, repetitionPenalty: 1.2, maxTokens: 40, ...changes };
    const [sampler, ours] = [makeLlamaSampler(sampling, promptIds, world), createSampler(sampling, promptIds)];
    for (let count = 0; count < 40; count++) expect(await sampler.next(place)).toBe(ours(raw.slice()));
    sampler.dispose();
  });

  it('draws the same from the same seed and something else from another', async () => {
    const ten = async (changes: Partial<SamplingOptions>) => {
      const sampler = makeLlamaSampler({ ...plain, ...changes }, promptIds, world);
      const ids = [];
      for (let count = 0; count < 10; count++) ids.push(await sampler.next(place));
      sampler.dispose();
      return ids;
    };
    for (const changes of [{}, { topP: 0.95 }]) {
      expect(await ten({ ...changes, seed: 2 ** 32 - 1 })).toEqual(await ten({ ...changes, seed: 2 ** 32 - 1 }));
      expect(await ten({ ...changes, seed: 4 })).not.toEqual(await ten({ ...changes, seed: 5 }));
    }
  });
});
