/**
 * llama.cpp on the tiny Llama, written as GGUF by our own export, with adapters that PEFT wrote: held against
 * transformers and PEFT.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GenerateRequest, SamplingOptions } from '../../../main/contract/engine.ts';
import { englishOf } from '../../../main/contract/words/words.ts';
import { ChatEngine } from '../../../main/engine/inference/chatEngine.ts';
import { LlamaCppEngine } from '../../../main/engine/llamacpp/LlamaCppEngine.ts';
import { SwitchingChatEngine } from '../../../main/engine/SwitchingChatEngine.ts';
import { writeExport } from '../../../main/engine/writeExport.ts';
import { writeByteLevelTokenizer } from '../../support/byteLevelTokenizer.ts';
import { backendSettings } from '../../support/backends.ts';
import { fixturePath, relativeError } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { llamaCppMissing, llamaCppSettings } from '../../support/llamaCpp.ts';
import { describeWith } from '../../support/requirements.ts';
import { suiteDir, temporaryDir } from '../../support/temporaryDir.ts';

const adapters = ['lora_r4_a8_rslora', 'vera_r8_all_saved', 'vera_r8_all_key42_noproj', 'vblora_topk2_u8'];
const greedy: SamplingOptions = {
  maxTokens: 8,
  temperature: 0,
  topP: 1,
  topK: 0,
  repetitionPenalty: 1,
  seed: 0,
  stopIds: [],
};
const promptIds = Array.from({ length: 21 }, (_, position) => (7 * position + 3) % 64);
/** Keys and values are float16 in llama.cpp, and so are the adapters' factors. */
const tolerance = 1e-2;

const request = (adapter: GenerateRequest['adapter'], changes: Partial<SamplingOptions> = {}): GenerateRequest => ({
  promptIds,
  adapter,
  sampling: { ...greedy, ...changes },
});
const named = (key: string, scale = 1) => ({ key, scale });

async function exportTinyGguf(fromDir: string, outDir: string): Promise<void> {
  const about = { modelDir: fromDir, adapterDir: null, baseModel: 'tiny', fileStem: 'tiny', title: 'Tiny' };
  const job = { settings: backendSettings.cpu, to: 'merged-gguf', options: { dtype: 'f32' }, outDir, ...about };
  await writeExport(job, { signal: new AbortController().signal, onEvent: () => undefined });
}

describeWith({ reason: llamaCppMissing }, 'LlamaCppEngine', () => {
  const engine = new LlamaCppEngine();
  const dir = suiteDir();
  const [modelDir, cacheDir] = ['model', 'cache'].map((name) => join(dir, name));

  beforeAll(async () => {
    mkdirSync(modelDir);
    const speaking = join(dir, 'speaking');
    cpSync(fixturePath('tiny_llama_base'), speaking, { recursive: true });
    writeByteLevelTokenizer(speaking, 64);
    await exportTinyGguf(speaking, modelDir);
    await engine.loadModel({ settings: llamaCppSettings, modelDir, contextLength: 4096 });
    for (const name of adapters)
      await engine.loadAdapter({ key: name, dir: fixturePath(name), ggufDir: join(cacheDir, name) });
  });
  afterAll(async () => engine.dispose());

  it.each([null, ...adapters])('gives the logits of transformers and PEFT with the adapter %s', async (name) => {
    const reference = JSON.parse(readFileSync(fixturePath('tiny_llama_reference_logits.json'), 'utf8'));
    const expected = reference[`logits_${name ?? 'base'}`] as { readonly shape: number[]; readonly data: number[] };
    const { data, shape } = await engine.logits({
      ids: reference.input_ids,
      adapter: name === null ? null : named(name),
    });
    expect(shape).toEqual(expected.shape);
    expect(relativeError(data, expected.data)).toBeLessThan(tolerance);
  });

  it('answers as the tensor engine does, greedily and by the same draws (a sampler of its own, a scale that is lost)', async () => {
    const tensors = new ChatEngine();
    await tensors.loadModel({ settings: backendSettings.cpu, modelDir, contextLength: 4096 });
    await tensors.loadAdapter({ key: 'vera', dir: fixturePath('vera_r8_all_saved') });
    const drawn = { temperature: 0.8, topK: 20, topP: 0.95, repetitionPenalty: 1.2, seed: 7 };
    await engine.loadAdapter({
      key: 'vera',
      dir: fixturePath('vera_r8_all_saved'),
      ggufDir: join(cacheDir, 'vera_r8_all_saved'),
    });
    for (const each of [
      request(null),
      request(named('vera')),
      request(named('vera', 2.5)),
      request(named('vera'), drawn),
    ]) {
      expect((await engine.generate(each)).ids).toEqual((await tensors.generate(each)).ids);
    }
    await engine.unloadAdapter({ key: 'vera' });
    tensors.dispose();
  });

  it('keeps the beginning when the context is full to its last token (llama.cpp makes room by itself)', async () => {
    const tensors = new ChatEngine();
    await tensors.loadModel({ settings: backendSettings.cpu, modelDir, contextLength: 4096 });
    const full = { ids: [Array.from({ length: 64 }, (_, place) => (11 * place + 4) % 64)], adapter: null };
    expect(relativeError((await engine.logits(full)).data, (await tensors.logits(full)).data)).toBeLessThan(tolerance);
    const long = request(null, { maxTokens: 60 });
    const answer = await engine.generate(long);
    expect(answer).toMatchObject({ finish: 'length', ids: (await tensors.generate(long)).ids });
    expect(answer.ids).toHaveLength(64 - promptIds.length);
    tensors.dispose();
  });

  it('keeps a cache for each adapter: nothing of one reaches the other, and a prompt is not read twice', async () => {
    const first = await engine.generate(request(named('vera_r8_all_saved')));
    await engine.generate(request(null));
    await engine.generate(request(named('lora_r4_a8_rslora')));
    const again = await engine.generate(request(named('vera_r8_all_saved')));
    expect(again.ids).toEqual(first.ids);
    expect(again).toMatchObject({ promptTokens: promptIds.length, reusedTokens: promptIds.length - 1 });
  });

  it('keeps two conversations under one adapter (each question would read the other one away)', async () => {
    const ask = async (ids: readonly number[]) =>
      engine.generate({ ...request(named('vera_r8_all_saved'), { maxTokens: 4 }), promptIds: ids });
    const [first, second] = [2, 5].map((step) => promptIds.map((id) => (step * id + 1) % 64));
    const answer = await ask(first);
    await ask(second);
    const turn = await ask([...first, ...answer.ids, 7, 8]);
    expect(turn.reusedTokens).toBe(first.length + answer.ids.length - 1);
    expect((await ask(second)).reusedTokens).toBe(second.length - 1);
  });

  it('tells tokens as they come, stops at a stop token and leaves it out', async () => {
    const told: number[] = [];
    const { ids, finish } = await engine.generate(request(null), { onEvent: ({ id }) => told.push(id) });
    expect([finish, told]).toEqual(['length', [...ids]]);
    const place = ids.findIndex((id, index) => index > 0 && !ids.slice(0, index).includes(id));
    const stopped = await engine.generate(request(null, { stopIds: [ids[place]] }));
    expect(stopped).toMatchObject({ ids: ids.slice(0, place), finish: 'stop' });
  });

  it('ends between two tokens when cancelled, with what there is', async () => {
    const controller = new AbortController();
    const { ids, finish } = await engine.generate(request(null), {
      onEvent: () => controller.abort(),
      signal: controller.signal,
    });
    expect([finish, ids.length]).toEqual(['cancelled', 1]);
  });

  it('refuses a prompt that is too long, foreign ids, padding and adapters that are not there', async () => {
    const long = { ...request(null), promptIds: new Array<number>(64).fill(1) };
    expect(await graftErrorOfAsync(async () => engine.generate(long))).toMatchObject({
      code: 'invalid',
      data: { field: 'promptIds' },
    });
    const foreign = { ...request(null), promptIds: [64] };
    expect(await graftErrorOfAsync(async () => engine.generate(foreign))).toMatchObject({ code: 'invalid' });
    const padded = { ids: [[1, 2]], attentionMask: [[0, 1]], adapter: null };
    expect(await graftErrorOfAsync(async () => engine.logits(padded))).toMatchObject({ code: 'unsupported' });
    expect(await graftErrorOfAsync(async () => engine.generate(request(named('gone'))))).toMatchObject({
      code: 'notFound',
    });
  });

  it('converts an adapter once', async () => {
    const ggufDir = join(cacheDir, 'kept');
    const load = async (dir = fixturePath('vblora_topk2_u8')) => engine.loadAdapter({ key: 'kept', dir, ggufDir });
    const { method } = await load();
    const [file] = readdirSync(ggufDir);
    const { mtimeMs, size } = statSync(join(ggufDir, file));
    // Neither adapter nor base is read for it: this folder holds nothing.
    expect(await load(temporaryDir())).toMatchObject({ bytes: size, method });
    expect(statSync(join(ggufDir, file)).mtimeMs).toBe(mtimeMs);
    await engine.unloadAdapter({ key: 'kept' });
    await engine.unloadAdapter({ key: 'kept' });
  });

  it('leaves nothing of an adapter that does not fit', async () => {
    const misfit = temporaryDir();
    cpSync(fixturePath('lora_r4_a8'), misfit, { recursive: true });
    const config = JSON.parse(readFileSync(join(misfit, 'adapter_config.json'), 'utf8'));
    writeFileSync(join(misfit, 'adapter_config.json'), JSON.stringify({ ...config, r: 8 }));
    const ggufDir = join(cacheDir, 'misfit');
    expect(
      await graftErrorOfAsync(async () => engine.loadAdapter({ key: 'misfit', dir: misfit, ggufDir })),
    ).toMatchObject({
      code: 'invalid',
    });
    expect(readdirSync(cacheDir).filter((name) => name.includes('misfit'))).toEqual([]);
  });

  it('takes the place of the tensor engine in one process, and gives it back', async () => {
    const either = new SwitchingChatEngine();
    expect(await graftErrorOfAsync(async () => either.generate(request(null)))).toMatchObject({ code: 'conflict' });
    await either.loadModel({ settings: backendSettings.cpu, modelDir, contextLength: 4096 });
    const { ids } = await either.generate(request(null));
    const { device } = await either.loadModel({ settings: llamaCppSettings, modelDir, contextLength: 4096 });
    expect(englishOf(device)).toContain('llama.cpp');
    expect((await either.generate(request(null))).ids).toEqual(ids);
    await either.loadModel({ settings: backendSettings.cpu, modelDir, contextLength: 4096 });
    expect((await either.generate(request(null))).ids).toEqual(ids);
    await either.dispose();
  });

  it('says what is wrong with a model or an adapter that it cannot open', async () => {
    const other = new LlamaCppEngine();
    const safetensors = { settings: llamaCppSettings, modelDir: fixturePath('tiny_llama_base'), contextLength: 64 };
    expect(await graftErrorOfAsync(async () => other.loadModel(safetensors))).toMatchObject({
      code: 'unsupported',
      data: { field: 'engine' },
    });
    const broken = join(temporaryDir(), 'broken');
    mkdirSync(broken);
    const [name] = readdirSync(modelDir);
    cpSync(join(modelDir, name), join(broken, name));
    truncateSync(join(broken, name), statSync(join(broken, name)).size - 5_000);
    const error = await graftErrorOfAsync(async () =>
      other.loadModel({ settings: llamaCppSettings, modelDir: broken, contextLength: 64 }),
    );
    expect(error).toMatchObject({ code: 'invalid', data: { file: join(broken, name) } });
    const speechless = temporaryDir();
    await exportTinyGguf(fixturePath('tiny_llama_base'), speechless);
    writeByteLevelTokenizer(speechless, 64); // beside it, where llama.cpp does not look
    const mute = await graftErrorOfAsync(async () =>
      other.loadModel({ settings: llamaCppSettings, modelDir: speechless, contextLength: 64 }),
    );
    expect(mute).toMatchObject({ code: 'unsupported', data: { field: 'tokenizer.ggml.tokens' } });
    const replacing = {
      key: 'replacing',
      dir: fixturePath('peft_versions/v0.13_lora_modules_to_save'),
      ggufDir: join(cacheDir, 'none'),
    };
    const headed = await graftErrorOfAsync(async () => engine.loadAdapter(replacing));
    expect(headed).toMatchObject({ code: 'unsupported', data: { field: 'engine' } });
    const nowhere = { ...llamaCppSettings, modulePath: join(broken, 'index.js') };
    const missing = await graftErrorOfAsync(async () =>
      new LlamaCppEngine().loadModel({ settings: nowhere, modelDir, contextLength: 64 }),
    );
    expect(missing).toMatchObject({ code: 'backendUnavailable' });
  });
});
