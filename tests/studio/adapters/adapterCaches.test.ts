/**
 * No answer comes out of another adapter's cache: whatever happens to names, scales, files and library entries between
 * two answers, each engine answers as the adapter is now. Every test asks the same prompt, so that a cache kept by name
 * or id would be used.
 */
import { cpSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChatBackendRequest } from '../../../main/contract/conversations.ts';
import type { ServedRequest } from '../../../main/contract/serving.ts';
import type { Studio } from '../../../main/contract/services.ts';
import type { EngineHost } from '../../../main/engineHost/EngineHost.ts';
import { defaultCacheDir } from '../../../main/runtimes/cacheDir.ts';
import { backendWorld } from '../../../main/studio/machine/backendChoice.ts';
import { Chats } from '../../../main/studio/chats/Chats.ts';
import { makeEngineHost } from '../../../main/studio/machine/engines.ts';
import { Models } from '../../../main/studio/models/models.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { Serving } from '../../../main/studio/serving/Serving.ts';
import { enginesHere } from '../../support/enginesHere.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { llamaCppMissing } from '../../support/llamaCpp.ts';
import { describeWith } from '../../support/requirements.ts';
import { suiteDir } from '../../support/temporaryDir.ts';
import { writeTinyGguf } from '../../support/tinyGguf.ts';
import { writeTinyTextModel } from '../../support/tinyTextModel.ts';

enginesHere();

type Ask = (adapter: string | null, scale?: number) => Promise<string>;

interface World {
  readonly studio: Studio;
  readonly ask: Ask;
  close(): Promise<void>;
}

const [vera, lora] = ['vera_r8_all_saved', 'lora_r4_a8_rslora'];
const content = 'tell me of the sea';
const tokens = 12;
const greedy = { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0 };

async function openLibrary(dir: string, modelDir: string) {
  const studio = await openStudio({ home: join(dir, 'home') });
  await studio.models.import(modelDir, { name: 'tiny' });
  await studio.adapters.import(fixturePath(vera), { model: 'tiny', name: 'one' });
  await studio.adapters.import(fixturePath(lora), { model: 'tiny', name: 'two' });
  const { models, adapters } = studio;
  if (!(models instanceof Models)) throw new Error('the studio has other models');
  const host: EngineHost = makeEngineHost('chat');
  const setup = {
    host,
    models,
    adapters,
    datasets: { find: () => undefined },
    world: () => backendWorld(defaultCacheDir()),
  };
  return { studio, setup };
}

async function openChats(dir: string, modelDir: string, backend: ChatBackendRequest): Promise<World> {
  const { studio, setup } = await openLibrary(dir, modelDir);
  const chats = new Chats({ ...setup, preferredEngine: () => 'auto', cacheDir: join(dir, 'cache') });
  await chats.open('tiny', [], backend);
  const ask: Ask = async (adapter, scale = 1) => {
    const messages = [{ role: 'user', content }];
    const chosen = adapter === null ? null : { idOrName: adapter, scale };
    return (await chats.send({ model: 'tiny', adapter: chosen, messages, maxTokens: tokens, ...greedy })).text;
  };
  const close = async (): Promise<void> => {
    await chats.close();
    await studio.close();
  };
  return { studio, ask, close };
}

async function openServing(dir: string): Promise<World & { readonly serving: Serving }> {
  const { studio, setup } = await openLibrary(dir, writeTinyTextModel(join(dir, 'tiny')));
  const serving = new Serving(setup);
  await serving.start({ model: 'tiny', adapters: 'all', backend: { backend: 'wasm' } });
  const ask: Ask = async (adapter) => answerOf(serving, adapter ?? 'tiny').text;
  const close = async (): Promise<void> => {
    await serving.close();
    await studio.close();
  };
  return { studio, serving, ask, close };
}

/** `begun` resolves with its first piece. */
function answerOf(
  serving: Serving,
  model: string,
  maxTokens = tokens,
): { readonly begun: Promise<void>; readonly text: Promise<string> } {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const request: ServedRequest = {
    ...{ model, prompt: { text: content }, maxTokens, stop: [], topLogprobs: null, echo: false },
    sampling: { ...greedy, presencePenalty: 0, frequencyPenalty: 0, logitBias: [] },
  };
  let text = '';
  const listen = (piece: { readonly text: string }): void => {
    text += piece.text;
    resolve();
  };
  return { begun, text: serving.complete(request, listen, new AbortController().signal).then(() => text) };
}

/** The files of the adapter become those of another. */
function edit(studio: Studio, name: string, fixture: string): void {
  for (const file of readdirSync(fixturePath(fixture)))
    cpSync(join(fixturePath(fixture), file), join(studio.adapters.get(name).dir, file));
}

const engines = [
  {
    engine: 'the tensors',
    missing: null,
    backend: { backend: 'wasm' },
    write: async (dir: string) => writeTinyTextModel(dir),
  },
  { engine: 'llama.cpp', missing: llamaCppMissing, backend: { engine: 'llama.cpp', threads: 1 }, write: writeTinyGguf },
] as const;

const places = [
  ...engines.map(({ engine, missing, backend, write }) => ({
    place: `a chat of ${engine}`,
    missing,
    scales: true,
    open: async (dir: string) => openChats(dir, await write(join(dir, 'tiny')), backend),
  })),
  { place: 'the server', missing: null, scales: false, open: openServing },
];

for (const { place, missing, scales, open } of places) {
  describeWith({ reason: missing }, `the adapters of ${place}`, () => {
    const dir = suiteDir();
    let world: World;
    let answers: { readonly base: string; readonly one: string; readonly two: string };

    beforeAll(async () => {
      world = await open(dir);
      answers = { base: await world.ask(null), one: await world.ask('one'), two: await world.ask('two') };
      expect(new Set(Object.values(answers)).size).toBe(3);
    });
    afterAll(async () => world.close());

    it('answer as they are called now, when names have changed hands', async () => {
      const { adapters } = world.studio;
      const { id } = adapters.get('one');
      adapters.rename('one', 'old');
      adapters.rename('two', 'one');
      expect(await world.ask('one')).toBe(answers.two);
      expect(await world.ask('old')).toBe(answers.one);
      adapters.rename('one', 'two');
      adapters.rename(id, 'one');
    });

    it('answer as their folder is now, when it was edited, and as before when that is undone', async () => {
      edit(world.studio, 'one', lora);
      expect(await world.ask('one')).toBe(answers.two);
      edit(world.studio, 'one', vera);
      expect(await world.ask('one')).toBe(answers.one);
    });

    it('do not answer once they are removed or their files are gone, and answer as before when they are back', async () => {
      const { adapters } = world.studio;
      const { id } = adapters.get('one');
      await adapters.remove('one');
      await expect(world.ask('one')).rejects.toMatchObject({ code: 'notFound' });
      await adapters.restore(id);
      expect(await world.ask('one')).toBe(answers.one);
      const weights = join(adapters.get('one').dir, 'adapter_model.safetensors');
      renameSync(weights, `${weights}.away`);
      await expect(world.ask('one')).rejects.toMatchObject({ code: 'notFound' });
      renameSync(`${weights}.away`, weights);
      expect(await world.ask('one')).toBe(answers.one);
    });

    if (scales) {
      it('answer at the scale that is asked for', async () => {
        expect(await world.ask('one', 0)).toBe(answers.base);
        expect(await world.ask('one', 1)).toBe(answers.one);
        const strong = await world.ask('one', 8);
        expect(strong).not.toBe(answers.one);
        await world.ask('one', 1);
        expect(await world.ask('one', 8)).toBe(strong);
      });
    }
  });
}

describeWith({ reason: null }, 'the server’s batch', () => {
  const dir = suiteDir();

  it('writes an answer to its end with the adapter that it began with, beside one of the edited adapter', async () => {
    const { studio, serving, ask, close } = await openServing(dir);
    const long = 40;
    const whole = await answerOf(serving, 'one', long).text;
    const two = await ask('two');
    const running = answerOf(serving, 'one', long);
    await running.begun;
    edit(studio, 'one', lora);
    const [before, after] = await Promise.all([running.text, ask('one')]);
    expect(before).toBe(whole);
    expect(after).toBe(two);
    await close();
  }, 60_000);
});
