/** What is served outlives the engine process that serves it, and an answer that is cut off says why. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ServedRequest } from '../../../main/contract/serving.ts';
import { backendWorld } from '../../../main/studio/machine/backendChoice.ts';
import { makeEngineHost } from '../../../main/studio/machine/engines.ts';
import { Models } from '../../../main/studio/models/models.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { Serving } from '../../../main/studio/serving/Serving.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { sampleModelDir, writeSampleVera } from '../../support/sampleVera.ts';
import { sendSignal } from '../../support/sendSignal.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { tinyLlamaDir } from '../../support/tinyModel.ts';

const sampling = {
  temperature: 0,
  topP: 1,
  topK: 0,
  repetitionPenalty: 1,
  presencePenalty: 0,
  frequencyPenalty: 0,
  logitBias: [],
  seed: 0,
};

function request(model: string, changes: Partial<ServedRequest> = {}): ServedRequest {
  const prompt = { messages: [{ role: 'user', content: 'Tell me about the river.' }], ending: 'answer' as const };
  return { model, prompt, maxTokens: 12, sampling, stop: [], topLogprobs: null, echo: false, ...changes };
}

async function openServing(dir: string) {
  const studio = await openStudio({ home: join(dir, 'home') });
  const host = makeEngineHost('chat');
  const { models, adapters } = studio;
  if (!(models instanceof Models)) throw new Error('the studio has other models');
  const setup = {
    host,
    models,
    adapters,
    datasets: { find: () => undefined },
    world: () => backendWorld(join(dir, 'cache')),
  };
  return { studio, host, models, adapters, serving: new Serving(setup) };
}

it('refuses an encoder and a model without a tokenizer by name, before an engine starts', async () => {
  const { studio, host, models, serving } = await openServing(temporaryDir());
  try {
    const encoder = await models.import(fixturePath('arch_bert_cls'), { name: 'sorter' });
    const silent = await models.import(tinyLlamaDir, { name: 'without-tokenizer' });
    for (const { name, id } of [encoder, silent]) {
      const error = await graftErrorOfAsync(async () => serving.start({ model: id, adapters: 'all' }));
      expect(error.message).toContain(name);
      expect(error.data.remedy).toBeDefined();
      expect(host.running).toBe(false);
    }
  } finally {
    await serving.close();
    await studio.close();
  }
});

it('refuses a GGUF that llama.cpp alone reads, by its types, before an engine starts', async () => {
  const { studio, host, models, adapters } = await openServing(temporaryDir());
  const model = await models.import(sampleModelDir);
  const only = { ...model, notices: [{ kind: 'llamaCppOnly', types: ['IQ4_NL', 'MXFP4'] } as const] };
  const setup = { host, adapters, datasets: { find: () => undefined }, world: () => backendWorld(temporaryDir()) };
  const serving = new Serving({
    ...setup,
    models: {
      get: () => only,
      tokenizer: async () => models.tokenizer(model.id),
      prompt: async () => Promise.reject(new Error('unused')),
    },
  });
  try {
    const error = await graftErrorOfAsync(async () => serving.start({ model: model.id, adapters: 'all' }));
    expect(error).toMatchObject({ code: 'unsupported', message: expect.stringContaining('IQ4_NL, MXFP4') as string });
    expect(error.message).toContain('served');
    expect(host.running).toBe(false);
  } finally {
    await serving.close();
    await studio.close();
  }
});

it('loads model and adapters again after the engine has died, and says so to those that it was answering', async () => {
  const dir = temporaryDir();
  const { studio, host, models, adapters, serving } = await openServing(dir);
  try {
    const model = await models.import(sampleModelDir);
    await adapters.import(await writeSampleVera(dir, 'mine', 1), { name: 'mine', model: model.id });
    await serving.start({ model: model.id, adapters: ['mine'] });
    const ask = async (changes?: Partial<ServedRequest>, onPiece: () => void = () => undefined): Promise<string> => {
      let text = '';
      const listen = (piece: { readonly text: string }): void => {
        text += piece.text;
        onPiece();
      };
      await serving.complete(request('mine', changes), listen, new AbortController().signal);
      return text;
    };
    const before = await ask();
    const forced = { maxTokens: 300, sampling: { ...sampling, logitBias: [[20, 100]] as const } };
    const died = await graftErrorOfAsync(async () => ask(forced, () => sendSignal(host.pid, 'SIGKILL')));
    expect(died.code).toBe('outOfMemory');
    expect(await ask()).toBe(before);
    const added = await writeSampleVera(dir, 'not-served', 2);
    await adapters.import(added, { name: 'not-served', model: model.id });
    expect(
      await graftErrorOfAsync(async () =>
        serving.complete(request('not-served'), () => undefined, new AbortController().signal),
      ),
    ).toMatchObject({
      ...{ code: 'notFound', data: { field: 'model' } },
    });
    await serving.start({ model: model.id, adapters: 'all' });
    expect(serving.models().map(({ name }) => name)).toContain('not-served');
  } finally {
    await serving.close();
    await studio.close();
  }
});
