/** The loop that writes answers, on a source that counts: where it ends, and that no token costs more than another. */
import { describe, expect, it } from 'vitest';
import type { SamplingOptions } from '../../../main/contract/engine.ts';
import { createSampler } from '../../../main/engine/inference/samplers/sampler.ts';
import { type AnswerRequest, type TokenSource, writeAnswer } from '../../../main/engine/inference/writeAnswer.ts';
import { createChooser } from '../../../main/engine/serving/chooseToken.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';

const vocabulary = 8;
const greedy = { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0 } as const;
const sampling: SamplingOptions = { ...greedy, maxTokens: 5, stopIds: [] };
const promptIds = [3, 1];

interface Fed {
  readonly source: TokenSource<Float32Array>;
  readonly fed: number[];
}

/** After a token comes the next number. */
function counting(request: AnswerRequest): Fed {
  const fed: number[] = [];
  const after = (id: number): Float32Array | undefined => {
    if (request.signal?.aborted) return undefined;
    fed.push(id);
    return Float32Array.from({ length: vocabulary }, (_, each) => (each === (id + 1) % vocabulary ? 1 : 0));
  };
  const source = {
    read: async () => ({ reusedTokens: 1, next: after(promptIds[promptIds.length - 1]) }),
    feed: async (id: number) => after(id),
    choose: createSampler(request.sampling, request.promptIds),
  };
  return { source, fed };
}

async function write(changes: Partial<AnswerRequest> = {}) {
  const request = { contextLength: 100, promptIds, sampling, ...changes };
  const { source, fed } = counting(request);
  return { ...(await writeAnswer(request, source)), fed };
}

describe('writeAnswer', () => {
  it('ends at the most tokens, of which the last is not fed', async () => {
    const { ids, finish, fed, reusedTokens, promptTokens } = await write();
    expect(ids).toEqual([2, 3, 4, 5, 6]);
    expect([finish, reusedTokens, promptTokens]).toEqual(['length', 1, 2]);
    expect(fed).toEqual([1, 2, 3, 4, 5]);
  });

  it('ends where the context is full, and at a stop token', async () => {
    expect((await write({ contextLength: 4 })).ids).toEqual([2, 3]);
    const stopped = await write({ sampling: { ...sampling, stopIds: [4] } });
    expect([stopped.ids, stopped.finish]).toEqual([[2, 3], 'stop']);
  });

  it('ends when it is cancelled, also while the prompt is read', async () => {
    const controller = new AbortController();
    const onToken = (id: number): void => (id === 3 ? controller.abort() : undefined);
    const cancelled = await write({ signal: controller.signal, onToken });
    expect([cancelled.ids, cancelled.finish]).toEqual([[2, 3], 'cancelled']);
    const before = await write({ signal: AbortSignal.abort() });
    expect([before.ids, before.finish, before.tokensPerSecond]).toEqual([[], 'cancelled', 0]);
  });

  it('refuses a prompt that is empty or leaves no room', async () => {
    expect(await graftErrorOfAsync(() => write({ promptIds: [] }))).toMatchObject({ code: 'invalid' });
    expect(await graftErrorOfAsync(() => write({ contextLength: 2 }))).toMatchObject({ code: 'invalid' });
  });

  it.each([20, 200])(
    'looks at each token of the prompt once or twice, however long the answer (%i)',
    async (maxTokens) => {
      let reads = 0;
      const ids = Array.from({ length: 50 }, (_, at) => at % vocabulary);
      const watched = new Proxy(ids, {
        get(target, key, receiver) {
          if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1;
          return Reflect.get(target, key, receiver) as unknown;
        },
      });
      const longer = { ...sampling, repetitionPenalty: 1.1, maxTokens };
      const answer = await write({ promptIds: watched, contextLength: 1000, sampling: longer });
      expect(answer.ids).toHaveLength(maxTokens);
      expect(reads).toBeLessThanOrEqual(2 * ids.length);
    },
  );
});

it('the server’s penalties count what was chosen, and not the prompt', () => {
  const penalties = { presencePenalty: 0.5, frequencyPenalty: 1, logitBias: [] };
  const choose = createChooser({ promptIds: [0, 0], sampling: { ...sampling, ...penalties }, topLogprobs: null });
  const chosen = Array.from({ length: 5 }, () => choose(Float32Array.of(4, 2.75, 0)).id);
  // 0 stands at 4, 2.5, 1.5 … and 1 at 2.75, 1.25, …
  expect(chosen).toEqual([0, 1, 0, 0, 1]);
});
