/** The chat engine on the tiny Llama with adapters that PEFT wrote. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerateRequest, SamplingOptions } from '../../../main/contract/engine.ts';
import { ChatEngine } from '../../../main/engine/inference/chatEngine.ts';
import { tf } from '../../../main/engine/tf.ts';
import { backendMissing, backendNames, backendSettings } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { describeWith } from '../../support/requirements.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

const modelDir = fixturePath('tiny_llama_base');
const greedy: SamplingOptions = {
  maxTokens: 12,
  temperature: 0,
  topP: 1,
  topK: 0,
  repetitionPenalty: 1,
  seed: 0,
  stopIds: [],
};
const promptIds = Array.from({ length: 21 }, (_, position) => (7 * position + 3) % 64);
const adapters = ['lora_r4_a8', 'lora_r4_a8_rslora', 'vera_r8_all_saved', 'vblora_full'];

function request(adapter: GenerateRequest['adapter'], changes: Partial<GenerateRequest> = {}): GenerateRequest {
  return { promptIds, adapter, sampling: greedy, ...changes };
}

function argmax(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

/** Greedy text without any cache: the whole sequence through the model for every token. */
async function slowGreedy(
  engine: ChatEngine,
  adapter: GenerateRequest['adapter'],
  count: number,
  prompt: readonly number[] = promptIds,
): Promise<number[]> {
  const ids = [...prompt];
  for (let done = 0; done < count; done++) {
    const { data } = await engine.logits({ ids: [ids], adapter });
    ids.push(argmax(data.slice(-64)));
  }
  return ids.slice(prompt.length);
}

for (const backend of backendNames) {
  describeWith({ reason: backendMissing[backend] }, `ChatEngine on ${backend}`, () => {
    const engine = new ChatEngine();
    beforeAll(async () => {
      await engine.loadModel({ settings: backendSettings[backend], modelDir, contextLength: 4096 });
      for (const name of adapters) await engine.loadAdapter({ key: name, dir: fixturePath(name) });
    });
    afterAll(() => engine.dispose());

    it('gives the logits of transformers and PEFT, with and without adapter', async () => {
      const reference = JSON.parse(readFileSync(fixturePath('tiny_llama_reference_logits.json'), 'utf8'));
      for (const name of [null, ...adapters]) {
        const expected = reference[`logits_${name ?? 'base'}`] as { readonly shape: number[]; readonly data: number[] };
        const { data, shape } = await engine.logits({
          ids: reference.input_ids,
          adapter: name === null ? null : { key: name, scale: 1 },
        });
        expect(shape).toEqual(expected.shape);
        expect(relativeError(data, expected.data), String(name)).toBeLessThan(1e-4);
      }
    });

    const decoding = backend === 'webgpu' ? [null, 'vblora_full'] : [null, ...adapters];
    it.each(decoding)('decodes what a run without cache would (%s)', async (name) => {
      const adapter = name === null ? null : { key: name, scale: 1 };
      const { ids, finish } = await engine.generate(request(adapter));
      expect(ids).toEqual(await slowGreedy(engine, adapter, 12));
      expect(finish).toBe('length');
    });

    it('answers alike whether the cache held a part of the prompt or nothing', async () => {
      const adapter = { key: 'lora_r4_a8', scale: 1 };
      const first = await engine.generate(request(adapter));
      const nextTurn = [...promptIds, ...first.ids, 5, 6, 7];
      const reused = await engine.generate(request(adapter, { promptIds: nextTurn }));
      expect(reused.reusedTokens).toBeGreaterThanOrEqual(promptIds.length + first.ids.length - 1);
      await engine.loadAdapter({ key: 'lora_r4_a8', dir: fixturePath('lora_r4_a8') });
      const afresh = await engine.generate(request(adapter, { promptIds: nextTurn }));
      expect(afresh.reusedTokens).toBe(0);
      expect(reused.ids).toEqual(afresh.ids);
    });

    it('leaves no tensor behind', async () => {
      await engine.generate(request({ key: 'vblora_full', scale: 1 }));
      const before = tf.memory().numTensors;
      for (let turn = 0; turn < 3; turn++) await engine.generate(request({ key: 'vblora_full', scale: 1 }));
      await engine.logits({ ids: [promptIds], adapter: { key: 'vblora_full', scale: 1 } });
      expect(tf.memory().numTensors).toBe(before);
    });

    // What follows is the engine's own, whatever multiplies; on the software GPU it takes half a minute.
    if (backend === 'webgpu') return;

    it('goes on with each of two conversations that begin alike, and reads neither again (lanes, edited turns)', async () => {
      const adapter = { key: 'lora_r4_a8', scale: 1 };
      const conversation = async (last: readonly number[]) => {
        const prompt = [...promptIds, ...last];
        const { ids, reusedTokens } = await engine.generate(request(adapter, { promptIds: prompt }));
        return { next: [...prompt, ...ids, 5, 6], ids, reusedTokens };
      };
      const lanes = [await conversation([1, 2, 3, 4]), await conversation([60, 50, 40, 30])];
      expect(lanes[1].reusedTokens).toBe(promptIds.length);
      for (const { next } of lanes) {
        const { ids, reusedTokens } = await engine.generate(request(adapter, { promptIds: next }));
        expect(reusedTokens).toBe(next.length - 3); // the answer's last token was never fed
        expect(ids).toEqual(await slowGreedy(engine, adapter, ids.length, next));
      }
    });

    it('keeps adapters and scales apart when they take turns on one prompt', async () => {
      const choices: GenerateRequest['adapter'][] = [
        null,
        { key: 'lora_r4_a8', scale: 1 },
        { key: 'lora_r4_a8', scale: 8 },
        { key: 'lora_r4_a8_rslora', scale: 1 },
      ];
      const first = [];
      for (const choice of choices) first.push((await engine.generate(request(choice))).ids);
      const second = [];
      for (const choice of choices) second.push(await engine.generate(request(choice)));
      expect(second.map(({ ids }) => ids)).toEqual(first);
      expect(second.every(({ reusedTokens }) => reusedTokens === promptIds.length - 1)).toBe(true);
    });

    it('at scale 0 answers as the base', async () => {
      const base = await engine.logits({ ids: [promptIds], adapter: null });
      const silent = await engine.logits({ ids: [promptIds], adapter: { key: 'vera_r8_all_saved', scale: 0 } });
      expect(relativeError(silent.data, base.data)).toBeLessThan(1e-6);
    });

    it('ends where the context is full', async () => {
      const { ids, finish } = await engine.generate(request(null, { sampling: { ...greedy, maxTokens: 100 } }));
      expect(promptIds.length + ids.length).toBe(64);
      expect(finish).toBe('length');
    });

    it('stops at a stop token, which is not part of the answer', async () => {
      const whole = await engine.generate(request(null));
      const stopId = whole.ids[whole.ids.length - 1];
      const { ids, finish } = await engine.generate(request(null, { sampling: { ...greedy, stopIds: [stopId] } }));
      expect(finish).toBe('stop');
      expect(ids).toEqual(whole.ids.slice(0, whole.ids.indexOf(stopId)));
    });

    it('hears a cancel between two tokens and answers the next request', async () => {
      const controller = new AbortController();
      const seen: number[] = [];
      const onEvent = ({ id }: { readonly id: number }): void => {
        seen.push(id);
        if (seen.length === 3) controller.abort();
      };
      const { ids, finish } = await engine.generate(request(null), { onEvent, signal: controller.signal });
      expect(finish).toBe('cancelled');
      expect(ids).toEqual(seen);
      expect((await engine.generate(request(null))).ids.slice(0, 3)).toEqual(seen.slice(0, 3));
    });
  });
}

describe('ChatEngine', () => {
  const engine = new ChatEngine();
  beforeAll(async () => {
    await engine.loadModel({ settings: backendSettings.wasm, modelDir, contextLength: 32 });
  });
  afterAll(() => engine.dispose());

  it('frees everything on dispose, adapters with shared projections included', async () => {
    const other = new ChatEngine();
    const before = tf.memory().numTensors;
    await other.loadModel({ settings: backendSettings.wasm, modelDir, contextLength: 64 });
    await other.loadAdapter({ key: 'a', dir: fixturePath('vera_r8_all_saved') });
    const withOne = tf.memory().numTensors;
    await other.loadAdapter({ key: 'b', dir: fixturePath('vera_r8_all_saved') });
    const trained = 2 * 14;
    expect(tf.memory().numTensors - withOne).toBe(trained);
    await other.generate(request({ key: 'b', scale: 1 }, { sampling: { ...greedy, maxTokens: 2 } }));
    await other.unloadAdapter({ key: 'a' });
    expect((await other.generate(request({ key: 'b', scale: 1 }))).ids).toHaveLength(12);
    other.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says what is wrong: no model, no adapter, empty or too long prompt, ids of another model', async () => {
    expect(await graftErrorOfAsync(() => new ChatEngine().generate(request(null)))).toMatchObject({ code: 'conflict' });
    expect(await graftErrorOfAsync(() => engine.generate(request({ key: 'nobody', scale: 1 })))).toMatchObject({
      code: 'notFound',
    });
    expect(await graftErrorOfAsync(() => engine.generate(request(null, { promptIds: [] })))).toMatchObject({
      code: 'invalid',
    });
    expect(
      await graftErrorOfAsync(() => engine.generate(request(null, { promptIds: Array.from({ length: 32 }, () => 1) }))),
    ).toMatchObject({ code: 'invalid' });
    expect(await graftErrorOfAsync(() => engine.generate(request(null, { promptIds: [64] })))).toMatchObject({
      code: 'invalid',
      data: { field: 'ids' },
    });
    expect(await graftErrorOfAsync(() => engine.logits({ ids: [[1, 2], [3]], adapter: null }))).toMatchObject({
      code: 'invalid',
    });
  });

  it('grows its cache with the conversation (prompts past every chunk size and past 256 tokens)', async () => {
    const roomy = temporaryDir();
    cpSync(modelDir, roomy, { recursive: true });
    const config = JSON.parse(readFileSync(join(modelDir, 'config.json'), 'utf8'));
    writeFileSync(join(roomy, 'config.json'), JSON.stringify({ ...config, max_position_embeddings: 1024 }));
    const other = new ChatEngine();
    await other.loadModel({ settings: backendSettings.wasm, modelDir: roomy, contextLength: 700 });
    const long = Array.from({ length: 250 }, (_, position) => (position * position) % 64);
    const { ids } = await other.generate(request(null, { promptIds: long, sampling: { ...greedy, maxTokens: 20 } }));
    const { data } = await other.logits({ ids: [[...long, ...ids]], adapter: null });
    const predicted = ids.map((_, index) =>
      argmax(data.slice(64 * (long.length + index - 1), 64 * (long.length + index))),
    );
    expect(ids).toEqual(predicted);
    const next = await other.generate(
      request(null, { promptIds: [...long, ...ids, ...long], sampling: { ...greedy, maxTokens: 2 } }),
    );
    expect(next.reusedTokens).toBe(long.length + ids.length - 1);
    other.dispose();
  });

  it('holds no more than a sliding window, and reads anew what it no longer holds (an answer from forgotten tokens)', async () => {
    const settings = backendSettings.wasm;
    const [windowed, fresh] = [new ChatEngine(), new ChatEngine()];
    const open = async (each: ChatEngine) =>
      each.loadModel({ settings, modelDir: fixturePath('arch_mistral_window'), contextLength: 64 });
    const ask = async (each: ChatEngine, ids: readonly number[]) =>
      each.generate(request(null, { promptIds: ids, sampling: { ...greedy, maxTokens: 8 } }));
    const long = Array.from({ length: 30 }, (_, position) => (5 * position + 2) % 48);
    await open(windowed);
    const answer = await ask(windowed, long);
    const turn = [...long, ...answer.ids, 7, 9];
    const edited = [...long.slice(0, 18), ...Array.from({ length: 20 }, (_, position) => (3 * position + 1) % 48)];
    for (const [prompt, reused] of [
      [turn, turn.length - 3],
      [edited, 0],
    ] as const) {
      const found = await ask(windowed, prompt);
      expect(found.reusedTokens).toBe(reused);
      await open(fresh);
      expect(found.ids).toEqual((await ask(fresh, prompt)).ids);
    }
    windowed.dispose();
    fresh.dispose();
  });

  it('draws the same text for the same seed', async () => {
    const sampling = { ...greedy, temperature: 1, maxTokens: 8 };
    const answer = async (seed: number) =>
      (await engine.generate(request(null, { sampling: { ...sampling, seed } }))).ids;
    expect(await answer(3)).toEqual(await answer(3));
    expect(await answer(4)).not.toEqual(await answer(3));
  });
});
