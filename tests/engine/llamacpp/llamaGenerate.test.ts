/** The loop that asks llama.cpp for tokens, on a context that counts: no token of an answer costs more than another. */
import { describe, expect, it } from 'vitest';
import type { SamplingOptions } from '../../../main/contract/engine.ts';
import { llamaGenerate } from '../../../main/engine/llamacpp/llamaGenerate.ts';
import { LlamaTape } from '../../../main/engine/llamacpp/LlamaTape.ts';
import type { AddonContext, SamplerConfig } from '../../../main/engine/llamacpp/nodeLlamaCpp.ts';

const vocabSize = 512;
const promptIds = Array.from({ length: 600 }, (_, at) => at % vocabSize);

class CountingContext {
  readonly work = { fed: 0, batches: 0, samples: 0, told: 0, logits: 0, removed: 0 };
  readonly threads: number[] = [];

  setThreads(threads: number): void {
    this.threads.push(threads);
  }

  addToBatch(_sequence: number, _position: number, ids: Uint32Array, wanted: Uint32Array): Uint32Array {
    this.work.fed += ids.length;
    return wanted;
  }

  async decodeBatch(): Promise<void> {
    this.work.batches += 1;
  }

  /** Logits fall with the id, slowly enough that top-p needs several. */
  async sampleToken(_place: number, { config }: CountingSampler, ...facts: readonly boolean[]): Promise<unknown> {
    this.work.samples += 1;
    const id = this.work.batches % vocabSize;
    if (facts.length === 0) return id;
    const pairs = Array.from({ length: config.topK ?? vocabSize }, (_, rank) => [
      (id + rank) % vocabSize,
      -rank / 4,
    ]).flat();
    const [, , logits, weight] = facts;
    if (logits) this.work.logits += pairs.length / 2;
    return [
      id,
      undefined,
      undefined,
      logits ? pairs : undefined,
      weight ? 1 / (1 - Math.exp(-1 / 4 / (config.temperature ?? 1))) : undefined,
    ];
  }

  initBatch(): void {
    // A batch is what addToBatch is told.
  }

  removeTokenCellsFromSequence(): boolean {
    this.work.removed += 1;
    return true;
  }
}

class CountingSampler {
  readonly #context: CountingContext;
  config: SamplerConfig = {};

  constructor(context: CountingContext) {
    this.#context = context;
  }

  applyConfig(config: SamplerConfig): void {
    this.config = config;
    this.#context.work.told += config.repeatPenaltyTokens?.length ?? 0;
  }

  dispose(): void {
    // Nothing is held.
  }
}

async function answer(changes: Partial<SamplingOptions>, context = new CountingContext()) {
  const sampling = { maxTokens: 100, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1.1, seed: 0, stopIds: [] };
  const tape = new LlamaTape(context as unknown as AddonContext, 0);
  const makeSampler = () => new CountingSampler(context);
  const world = { context: context as unknown as AddonContext, vocabSize, makeSampler };
  const about = { contextLength: 10_000, promptIds, threads: { prompt: 4, token: 1 } };
  return { ...(await llamaGenerate({ ...about, tape, world, sampling: { ...sampling, ...changes } })), context, tape };
}

describe('llamaGenerate', () => {
  it.each([{}, { temperature: 0.8 }, { temperature: 0.8, topP: 0.9 }, { temperature: 0.8, topK: 20 }])(
    'hands over the prompt once and each token once, however long the answer (%o)',
    async (options) => {
      const [short, long] = [
        await answer({ ...options, maxTokens: 100 }),
        await answer({ ...options, maxTokens: 4000 }),
      ];
      expect(long.ids).toHaveLength(4000);
      expect(long.context.work.fed).toBe(promptIds.length + 3999);
      const perToken = ({ context, ids }: typeof long, work: 'told' | 'logits') => context.work[work] / ids.length;
      // Each id once, whatever was written how often: never more than the vocabulary.
      expect(perToken(long, 'told')).toBeLessThanOrEqual(perToken(short, 'told'));
      expect(perToken(long, 'logits')).toBeLessThanOrEqual(perToken(short, 'logits'));
      expect(perToken(long, 'logits')).toBeLessThan(80);
      expect(long.context.work.samples).toBeLessThanOrEqual(2 * 4000 + 10);
    },
  );

  it('reads the prompt with the threads for prompts and writes with those for tokens', async () => {
    expect((await answer({})).context.threads).toEqual([4, 1]);
  });

  it('keeps the beginning that a new prompt shares with what was read', async () => {
    const context = new CountingContext();
    const tape = new LlamaTape(context as unknown as AddonContext, 0);
    await tape.feed([1, 2, 3], 'none');
    expect(tape.keepShared([1, 2, 9])).toBe(2);
    expect([tape.length, context.work.removed]).toEqual([2, 1]);
  });
});
