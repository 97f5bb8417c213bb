/** Classifying with a real engine process: what a refused request leaves behind. */
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { Adapter, Model } from '../../main/contract/entities.ts';
import { backendWorld } from '../../main/studio/backendChoice.ts';
import { Classifier } from '../../main/studio/Classifier.ts';
import { makeEngineHost } from '../../main/studio/engines.ts';
import { openStudio } from '../../main/studio/openStudio.ts';
import { loadTokenizer } from '../../main/tokenizers/loadTokenizer.ts';
import { fixturePath } from '../support/fixtures.ts';
import { graftErrorOfAsync } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

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
    const request = { model: model.id, adapters: ['other'], rows: [{ text: 'a' }], backend: { backend: 'cpu' as const } };
    expect((await graftErrorOfAsync(async () => classifier.classify(request))).data.field).toBe('adapter');
    await vi.waitFor(() => expect(host.running).toBe(false), { timeout: 10_000 });
  } finally {
    await classifier.close();
    await studio.close();
  }
});

it('lets go of who cancels while another is being answered (Ctrl-C would wait for a model to load)', async () => {
  const never = new Promise<never>(() => undefined);
  const classifier = new Classifier({
    ...{ host: makeEngineHost('chat'), adapters: { get: () => ({}) as Adapter }, world: () => backendWorld(temporaryDir()) },
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
