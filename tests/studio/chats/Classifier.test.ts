/** Classifying with a real engine process: what a refused request leaves behind. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { Adapter, Model } from '../../../main/contract/entities.ts';
import type { EngineHost } from '../../../main/engineHost/EngineHost.ts';
import { ClassifyEngine } from '../../../main/engine/inference/ClassifyEngine.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { backendWorld } from '../../../main/studio/machine/backendChoice.ts';
import { Classifier } from '../../../main/studio/chats/Classifier.ts';
import { makeEngineHost } from '../../../main/studio/machine/engines.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { loadTokenizer } from '../../../main/tokenizers/loadTokenizer.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

it('does not keep the process for ever after a request that was refused', async () => {
  const dir = temporaryDir();
  const studio = await openStudio({ home: join(dir, 'home') });
  const host = makeEngineHost('chat');
  const model = { ...(await studio.models.import(fixturePath('arch_bert_cls'))), hasTokenizer: true };
  const adapter = { id: 'other', name: 'other', modelId: 'another base' } as Adapter;
  const classifier = new Classifier({
    ...{ host, adapters: { get: () => adapter }, world: () => backendWorld(join(dir, 'cache')), idleMs: 10 },
    models: { get: () => model, tokenizer: async () => loadTokenizer(fixturePath('encoder_tokenizers/bert')) },
  });
  try {
    const request = {
      model: model.id,
      adapters: ['other'],
      rows: [{ text: 'a' }],
      backend: { backend: 'cpu' as const },
    };
    expect((await graftErrorOfAsync(async () => classifier.classify(request))).data.field).toBe('adapter');
    await vi.waitFor(() => expect(host.running).toBe(false), { timeout: 120_000 });
  } finally {
    await classifier.close();
    await studio.close();
  }
});

it('lets go of who cancels while another is being answered (Ctrl-C would wait for a model to load)', async () => {
  const never = new Promise<never>(() => undefined);
  const classifier = new Classifier({
    ...{
      host: makeEngineHost('chat'),
      adapters: { get: () => ({}) as Adapter },
      world: () => backendWorld(temporaryDir()),
    },
    models: { get: () => encoder, tokenizer: async () => never },
  });
  const encoder = { id: 'an encoder', name: 'sorter', shape: { encoder: {} }, hasTokenizer: true } as unknown as Model;
  const request = { model: encoder.id, adapters: [null], rows: [{ text: 'a' }] };
  void classifier.classify(request);
  const gone = new AbortController();
  const waiting = graftErrorOfAsync(async () => classifier.classify(request, { signal: gone.signal }));
  gone.abort();
  expect((await waiting).code).toBe('cancelled');
  await classifier.close();
});

it('calls an adapter by what its folder holds now (labels of an adapter that was edited meanwhile)', async () => {
  const dir = temporaryDir();
  cpSync(fixturePath('lora_r4_a8'), dir, { recursive: true });
  const called: string[] = [];
  const request = async (name: string, { key }: { readonly key?: string }): Promise<unknown> => {
    if (name === 'loadEncoderAdapter') called.push(key ?? '');
    return { task: { kind: 'regression' }, outputs: [[1]], swapMs: 0 };
  };
  const host = { request, running: true, generation: 1, stop: async () => undefined, close: async () => undefined };
  const shape = { encoder: {}, maxPositions: 64 };
  const sorter = {
    id: 'sorter',
    name: 'sorter',
    dir: fixturePath('arch_bert_cls'),
    shape,
    hasTokenizer: true,
  } as unknown as Model;
  const classifier = new Classifier({
    ...{ host: host as unknown as EngineHost, world: () => backendWorld(temporaryDir()) },
    adapters: { get: () => ({ id: 'a1', name: 'a1', modelId: null, dir }) as unknown as Adapter },
    models: { get: () => sorter, tokenizer: async () => loadTokenizer(fixturePath('encoder_tokenizers/bert')) },
  });
  const ask = async (): Promise<unknown> =>
    classifier.classify({ model: 'sorter', adapters: ['a1'], rows: [{ text: 'a' }], backend: { backend: 'cpu' } });
  await ask();
  await ask();
  cpSync(join(fixturePath('lora_r4_a8_rslora'), 'adapter_config.json'), join(dir, 'adapter_config.json'));
  await ask();
  expect(called[1]).toBe(called[0]);
  expect(called[2]).not.toBe(called[0]);
  await classifier.close();
});

it.each(['arch_bert_cls', 'arch_roberta_cls'])(
  'gives the logits of transformers for token ids of %s, masked ones left out',
  async (fixture) => {
    const reference = JSON.parse(readFileSync(join(fixturePath(fixture), 'reference.json'), 'utf8')) as {
      readonly input_ids: number[][];
      readonly logits: Expected;
      readonly padded: Expected & { readonly attention_mask: number[][] };
    };
    const engine = new ClassifyEngine();
    const handlers: Readonly<Record<string, (asked: never) => unknown>> = {
      loadEncoder: (asked) => engine.loadModel(asked),
      classify: (asked) => engine.classify(asked),
    };
    const request = async (name: string, asked: unknown): Promise<unknown> => handlers[name]?.(asked as never);
    const host = { request, running: true, generation: 1, stop: async () => undefined, close: async () => undefined };
    const { shape } = inspectModel(fixturePath(fixture));
    const model = { id: fixture, name: fixture, dir: fixturePath(fixture), shape } as unknown as Model;
    const classifier = new Classifier({
      ...{
        host: host as unknown as EngineHost,
        world: () => backendWorld(temporaryDir()),
        adapters: { get: () => ({}) as Adapter },
      },
      models: { get: () => model, tokenizer: async () => Promise.reject(new Error('ids need no tokenizer')) },
    });
    const asked = {
      model: fixture,
      adapter: null,
      ids: reference.input_ids,
      backend: { backend: 'cpu', precision: 'float32' },
    } as const;
    const whole = await classifier.logits(asked);
    expect([whole.shape, whole.task.labels]).toEqual([reference.logits.shape, ['LABEL_0', 'LABEL_1', 'LABEL_2']]);
    expect(relativeError(Float32Array.from(whole.data), reference.logits.data)).toBeLessThan(1e-5);
    const padded = await classifier.logits({ ...asked, attentionMask: reference.padded.attention_mask });
    expect(relativeError(Float32Array.from(padded.data), reference.padded.data)).toBeLessThan(1e-5);
    expect(padded.data.slice(3)).not.toEqual(whole.data.slice(3));
    engine.dispose();
    await classifier.close();
  },
);

interface Expected {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
