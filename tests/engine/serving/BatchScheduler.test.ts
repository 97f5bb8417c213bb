/** The queue before the batch, on the tiny Llama: who is let in, and who hears of a failure. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CompletionRequest } from '../../../main/contract/engine.ts';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import { openBackend } from '../../../main/engine/backends/registry.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import type { RowAdapters } from '../../../main/engine/serving/adapterTable.ts';
import { BatchModel } from '../../../main/engine/serving/BatchModel.ts';
import { BatchScheduler } from '../../../main/engine/serving/BatchScheduler.ts';
import type { SchedulerLimits } from '../../../main/engine/serving/BatchScheduler.ts';
import { tf } from '../../../main/engine/tf.ts';
import { backendSettings } from '../../support/backends.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { tinyLlamaDir } from '../../support/tinyModel.ts';

const contextLength = 256;
const noLimits: SchedulerLimits = { maxRows: 8, maxCacheBytes: Infinity, alone: false };

function requestOf(promptLength: number, maxTokens: number, key?: string): CompletionRequest {
  return {
    promptIds: Array.from({ length: promptLength }, (_, position) => (7 * position + 3) % 64),
    adapter: key === undefined ? null : { key, scale: 1 },
    sampling: {
      ...{ maxTokens, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0, stopIds: [] },
      ...{ presencePenalty: 0, frequencyPenalty: 0, logitBias: [] },
    },
    topLogprobs: null,
  };
}

describe('BatchScheduler', () => {
  let shared: BatchModel | undefined;
  afterEach(() => shared?.dispose());

  async function open(limitsOf: (shared: BatchModel) => SchedulerLimits = () => noLimits, prefixBytes = 0) {
    const backend = await openBackend(backendSettings.wasm);
    shared = new BatchModel(backend, loadModel(backend, tinyLlamaDir), contextLength, {
      exactJoins: false,
      prefixBytes,
    });
    const scheduler = new BatchScheduler(shared, limitsOf(shared));
    const complete = async (
      request: CompletionRequest,
      onToken: () => void = () => undefined,
      signal = new AbortController().signal,
    ) => scheduler.complete(request, { onToken, signal });
    return { shared, adapters: shared.adapters, scheduler, complete };
  }

  /** Whatever `isHeavy` says of the rows that are put together, the device has no room for it. */
  function failWhere(isHeavy: (rows: RowAdapters) => boolean, { adapters }: Pick<BatchModel, 'adapters'>): void {
    const join = adapters.join.bind(adapters);
    adapters.join = (rows) => {
      if (isHeavy(rows)) throw new GraftError('outOfMemory', verbatim('There is no room.'));
      return join(rows);
    };
  }

  it('tells rows that could not be begun, and lets the others go on (a request that waits for ever)', async () => {
    const { adapters, complete } = await open();
    failWhere((rows) => rows.some((row) => row?.key === 'heavy'), { adapters });
    let second: Promise<GraftError> | undefined;
    const first = await complete(requestOf(4, 12), () => {
      second ??= graftErrorOfAsync(async () => complete(requestOf(4, 4, 'heavy')));
    });
    expect((await second)?.code).toBe('outOfMemory');
    expect(first).toMatchObject({ finish: 'length', tokens: 12 });
  });

  it('tells everybody where rows could not be put together, and keeps no tensors', async () => {
    const { adapters, complete } = await open();
    failWhere((rows) => rows.length > 1, { adapters });
    await complete(requestOf(4, 2));
    const before = tf.memory().numTensors;
    let second: Promise<GraftError> | undefined;
    const first = await graftErrorOfAsync(async () =>
      complete(requestOf(4, 12), () => {
        second ??= graftErrorOfAsync(async () => complete(requestOf(4, 4)));
      }),
    );
    expect([first.code, (await second)?.code]).toEqual(['outOfMemory', 'outOfMemory']);
    await new Promise(setImmediate);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('lets no small request pass a large one that waits for room (it would wait as long as small ones come)', async () => {
    const { complete } = await open(({ caches }) => ({ ...noLimits, maxCacheBytes: 2 * caches.rowBytes(128) }));
    const order: string[] = [];
    const tell = (name: string) => (): void => {
      if (!order.includes(name)) order.push(name);
    };
    const later: Promise<unknown>[] = [];
    const enough = new AbortController();
    const tellLarge = (): void => {
      tell('large')();
      enough.abort();
    };
    await complete(requestOf(4, 20), () => {
      if (later.length > 0) return;
      later.push(complete(requestOf(4, 200), tellLarge, enough.signal), complete(requestOf(4, 4), tell('small')));
    });
    await Promise.all(later);
    expect(order).toEqual(['large', 'small']);
  });

  it('reads a long beginning of several new prompts once (four choices of one prompt)', async () => {
    const { complete } = await open(undefined, 2 ** 22);
    const answers = await Promise.all(Array.from({ length: 4 }, async () => complete(requestOf(100, 4))));
    expect(answers.map(({ cachedTokens }) => cachedTokens)).toEqual([0, 99, 99, 99]);
  });

  it('keeps prompts within its bytes, those that were used last', async () => {
    const { shared: opened } = await open();
    const room = 2 * opened.caches.rowBytes(128);
    opened.dispose();
    const few = await open(undefined, room);
    const ask = async (first: number): Promise<number> => {
      const request = requestOf(40, 2);
      return (await few.complete({ ...request, promptIds: [first, ...request.promptIds] })).cachedTokens;
    };
    for (const first of [1, 2, 1, 3]) await ask(first);
    expect(few.shared.prefixes.usedBytes).toBe(room);
    expect([await ask(1), await ask(3), await ask(2)]).toEqual([40, 40, 0]);
  });

  it('ends every request when it is disposed of, between two tokens too, and keeps no tensors', async () => {
    const { scheduler, complete } = await open();
    await complete(requestOf(4, 2));
    const before = tf.memory().numTensors;
    const error = await graftErrorOfAsync(async () =>
      complete(requestOf(4, 40), () => scheduler.dispose(new GraftError('interrupted', verbatim('It has ended.')))),
    );
    expect(error.code).toBe('interrupted');
    await new Promise(setImmediate);
    expect(tf.memory().numTensors).toBe(before);
  });
});
