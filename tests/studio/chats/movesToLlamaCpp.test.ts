/** When a chat moves to llama.cpp and back, with an engine and a standing that a test sets. */
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { EngineRequests, LlamaThreads } from '../../../main/contract/engine.ts';
import type { Adapter, Model } from '../../../main/contract/entities.ts';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import type { EngineHost } from '../../../main/engineHost/EngineHost.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { Chats, type ChatsSetup } from '../../../main/studio/chats/Chats.ts';
import { readKeptThreads } from '../../../main/studio/machine/keptThreads.ts';
import { readMachine } from '../../../main/studio/machine/machine.ts';
import { loadTokenizer } from '../../../main/tokenizers/loadTokenizer.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { writeTinyTextModel } from '../../support/tinyTextModel.ts';

type Standing = NonNullable<ChatsSetup['llamaCpp']>['standing'];

const said = verbatim('for this reason');
let isReady: (adapters: readonly Adapter[]) => boolean;
let loads: string[];
let prepared: (readonly string[])[];
let failures: number;
let canOpen: boolean;
let cacheDir: string;
let measured: LlamaThreads | undefined;
/** What the engine was asked, and `begin` and `end` of what must not be disturbed. */
let told: string[];
let chats: Chats;

const standing = (async (_: Model, adapters: readonly Adapter[]) =>
  isReady(adapters) && failures === 0
    ? { state: 'ready', why: null, because: said, ggufFile: '/cache/model.gguf' }
    : { state: 'preparing', why: said, because: null }) as unknown as Standing;

function host(): EngineHost {
  const request = async (name: string, given: unknown): Promise<unknown> => {
    told.push(name);
    if (name === 'selfTest') {
      if (measured === undefined) throw new GraftError('engineCrashed', verbatim('It died.'));
      return { threads: measured };
    }
    if (name === 'loadModel') {
      const { settings, ggufFile } = given as EngineRequests['loadModel'][0];
      loads.push(settings.backend);
      if (ggufFile !== undefined && !canOpen) throw new GraftError('engineCrashed', verbatim('It died.'));
      return { device: settings.backend, loadMs: 1 };
    }
    return name === 'generate' ? { ids: [5], finish: 'stop', swapMs: 0, tokensPerSecond: 1 } : { bytes: 1 };
  };
  return {
    request,
    running: true,
    generation: 1,
    stop: async () => undefined,
    forgive: () => undefined,
  } as unknown as EngineHost;
}

beforeEach(() => {
  [isReady, loads, prepared, failures, canOpen] = [() => false, [], [], 0, true];
  [told, measured, cacheDir] = [[], undefined, temporaryDir()];
  const dir = writeTinyTextModel(join(temporaryDir(), 'tiny'));
  const model = {
    id: 'm',
    name: 'tiny',
    format: 'safetensors',
    dir,
    notices: [],
    hasTokenizer: true,
    contentHash: 'c'.repeat(64),
  } as unknown as Model;
  const whole = { ...model, shape: inspectModel(dir).shape };
  const adapter = (id: string): Adapter =>
    ({ id, name: id, modelId: 'm', dir: fixturePath('lora_r4_a8'), lineage: {} }) as unknown as Adapter;
  chats = new Chats({
    ...{ host: host(), models: { get: () => whole, tokenizer: async () => loadTokenizer(dir) } as never },
    ...{ adapters: { get: adapter }, datasets: { find: () => undefined } },
    world: () => ({
      machine: { ...readMachine(), freeMemoryBytes: 1e12, nvidiaGpu: null },
      findRuntime: (id) =>
        id === 'llama.cpp' ? { id, version: '1', dir: '/l', sizeBytes: 1, verified: true } : undefined,
    }),
    ...{ preferredEngine: () => 'auto', cacheDir, preparesInBackground: true },
    quiet: { disturb: () => (told.push('begin'), () => void told.push('end')) },
    llamaCpp: {
      standing,
      prepare: async (_, adapters) => void prepared.push(adapters.map(({ id }) => id)),
      fail: async () => void failures++,
    },
  });
});

async function ask(adapter: string | null = null): Promise<void> {
  const sampling = { maxTokens: 4, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0 };
  const messages = [{ role: 'user', content: 'hello' }];
  await chats.send({
    model: 'm',
    adapter: adapter === null ? null : { idOrName: adapter, scale: 1 },
    messages,
    ...sampling,
  });
}

it('answers on the tensors, prepares behind them, and the next answer after that is llama.cpp’s', async () => {
  await ask();
  expect([loads, prepared]).toEqual([['wasm'], [[]]]);
  expect(chats.state().why).toMatchObject({
    text: expect.stringContaining('not llama.cpp: for this reason') as unknown,
  });
  await ask();
  isReady = () => true;
  await ask();
  expect(loads).toEqual(['wasm', 'llama.cpp']);
  expect(chats.state().why).toBe(said);
});

it('what is done behind people rests from the first byte that is loaded to the last token', async () => {
  await ask();
  expect(told).toEqual(['begin', 'loadModel', 'end', 'begin', 'generate', 'end']);
});

it('measures the threads of this machine before llama.cpp first opens a model, and keeps them', async () => {
  isReady = () => true;
  const rates = [{ threads: 1, token: 80, prompt: 40 }];
  measured = { sizes: [{ hiddenSize: 576, token: 1, prompt: 2, rates }], steady: true };
  await ask();
  await ask();
  expect(told.filter((name) => name === 'selfTest' || name === 'loadModel')).toEqual(['selfTest', 'loadModel']);
  expect(readKeptThreads(cacheDir, { version: '1', machine: readMachine() })).toMatchObject(measured);
});

it('answers all the same where threads cannot be measured, and measures none where they are given', async () => {
  isReady = () => true;
  await ask();
  expect([loads, told.filter((name) => name === 'selfTest')]).toEqual([['llama.cpp'], ['selfTest']]);
  await chats.unload();
  await chats.open('m', [], { threads: 1 });
  expect(told.filter((name) => name === 'selfTest')).toHaveLength(1);
});

it('an adapter that is not ready takes the conversation back, and it does not swing between two engines', async () => {
  isReady = (adapters) => adapters.every(({ id }) => id !== 'slow');
  await ask();
  await ask('quick');
  await ask('slow');
  await ask('quick');
  await ask('slow');
  expect(loads).toEqual(['llama.cpp', 'wasm']);
  expect(prepared.at(-1)).toEqual(['quick', 'slow']);
});

it('where llama.cpp cannot open what was converted the tensors answer all the same', async () => {
  isReady = () => true;
  canOpen = false;
  await ask();
  expect([loads, failures]).toEqual([['llama.cpp', 'wasm'], 1]);
});
