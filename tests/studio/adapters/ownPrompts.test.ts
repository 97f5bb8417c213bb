/**
 * Adapters with a chat template or tokens of their own. Catches one whose prompts are written with the base's, two that
 * share one template, tokens without rows that are used, and anything of it that is lost or left aside without a word.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Model } from '../../../main/contract/entities.ts';
import type { Studio } from '../../../main/contract/services.ts';
import type { EngineHost } from '../../../main/engineHost/EngineHost.ts';
import { inspectAdapter } from '../../../main/engine/inspectAdapter.ts';
import { openGguf } from '../../../main/formats/gguf.ts';
import { backendWorld } from '../../../main/studio/machine/backendChoice.ts';
import { Chats } from '../../../main/studio/chats/Chats.ts';
import { Models } from '../../../main/studio/models/models.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { Serving } from '../../../main/studio/serving/Serving.ts';
import { loadTokenizer } from '../../../main/tokenizers/loadTokenizer.ts';
import { runExport } from '../../engine/exports/exportRequests.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { writeTinyGguf } from '../../support/tinyGguf.ts';
import { writeTinyTextModel } from '../../support/tinyTextModel.ts';

/** Without a process for each look into a folder. */
vi.mock('../../../main/studio/machine/engines.ts', async (original) => ({
  ...(await original<object>()),
  inspectAdapter: async (adapterDir: string, { dir: modelDir }: Model) => inspectAdapter({ adapterDir, modelDir }),
}));

let dir: string;
let studio: Studio;
let models: Models;
let model: Model;

beforeEach(async () => {
  dir = temporaryDir();
  studio = await openStudio({ home: join(dir, 'home'), cacheDir: join(dir, 'cache') });
  if (!(studio.models instanceof Models)) throw new Error('the studio has other models');
  models = studio.models;
  model = await models.import(writeTinyTextModel(join(dir, 'tiny')), { name: 'tiny' });
});
afterEach(async () => studio.close());

const messages = [{ role: 'user', content: 'hi' }];
const template = (mark: string): string =>
  `{% for m in messages %}${mark}{{ m.content }}{% endfor %}{% if add_generation_prompt %}!{% endif %}`;

interface Token {
  readonly id: number;
  readonly content: string;
}

/** A LoRA for the tiny model with files beside it. */
function adapterDir(name: string, files: Readonly<Record<string, string | object>>): string {
  const made = join(dir, name);
  cpSync(fixturePath('lora_r4_a8'), made, { recursive: true });
  for (const [file, content] of Object.entries(files))
    writeFileSync(join(made, file), typeof content === 'string' ? content : JSON.stringify(content));
  return made;
}

/** The base's tokenizer.json with tokens added and others left out. */
function tokenizerWith(added: readonly Token[], leftOut: readonly string[] = [], folder = 'tiny'): object {
  const base = JSON.parse(readFileSync(join(dir, folder, 'tokenizer.json'), 'utf8')) as {
    readonly added_tokens: readonly object[];
    readonly model: { readonly vocab: Readonly<Record<string, number>> };
  };
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const vocab = Object.fromEntries(Object.entries(base.model.vocab).filter(([text]) => !leftOut.includes(text)));
  return {
    ...base,
    model: { ...base.model, vocab },
    added_tokens: [...base.added_tokens, ...added.map((token) => ({ ...token, ...flags }))],
  };
}

async function promptWith(adapter: string | null): Promise<string> {
  return (await models.prompt('tiny', messages, adapter === null ? null : studio.adapters.get(adapter))).text;
}

describe('a chat template of its own', () => {
  it.each([
    ['in a file of its own', { 'chat_template.jinja': template('A') }],
    ['in its tokenizer configuration', { 'tokenizer_config.json': { chat_template: template('A') } }],
    ['beside the base’s tokenizer', { 'chat_template.jinja': template('A'), 'tokenizer.json': 'BASE' }],
  ])('is kept and used for its prompts: %s', async (_, files: Readonly<Record<string, string | object>>) => {
    const given = 'tokenizer.json' in files ? { ...files, 'tokenizer.json': tokenizerWith([]) } : files;
    const source = adapterDir('own', given);
    const { adapter, notices } = await studio.adapters.importWithNotices(source, { model: 'tiny' });
    expect(notices).toEqual([{ kind: 'ownTemplate' }]);
    expect(studio.adapters.details(adapter.id).promptFiles).toEqual(
      Object.keys(files).filter((name) => name !== 'tokenizer.json'),
    );
    expect(await promptWith('own')).toBe('Ahi!');
    expect(await studio.adapters.importWithNotices(source, { model: 'tiny' })).toMatchObject({ alreadyThere: true });
  });

  it('tells two adapters of equal weights apart, which each have theirs', async () => {
    const [one, two] = ['one', 'two'].map((name) => adapterDir(name, { 'chat_template.jinja': template(name) }));
    const ids = [
      await studio.adapters.import(one, { model: 'tiny' }),
      await studio.adapters.import(two, { model: 'tiny' }),
    ];
    expect(ids[0].id).not.toBe(ids[1].id);
    expect([await promptWith('one'), await promptWith('two'), await promptWith('one')]).toEqual([
      'onehi!',
      'twohi!',
      'onehi!',
    ]);
    await expect(promptWith(null)).rejects.toMatchObject({ data: { field: 'chat_template' } });
  });

  it('counts once the base is known, where it was not at first', async () => {
    const source = adapterDir('later', { 'chat_template.jinja': template('A'), 'tokenizer.json': tokenizerWith([]) });
    const first = await studio.adapters.importWithNotices(source);
    expect(first.adapter.modelId).toBeNull();
    const second = await studio.adapters.importWithNotices(source, { model: 'tiny' });
    expect(second).toMatchObject({
      alreadyThere: true,
      adapter: { id: first.adapter.id, modelId: model.id },
      notices: [{ kind: 'ownTemplate' }],
    });
    expect(await promptWith('later')).toBe('Ahi!');
  });

  it('is none where it is the base’s: the same adapter as without', async () => {
    await models.correct(
      'tiny',
      join(adapterDir('files', { 'chat_template.jinja': template('A') }), 'chat_template.jinja'),
    );
    const plain = await studio.adapters.import(adapterDir('plain', {}), { model: 'tiny' });
    const equal = await studio.adapters.importWithNotices(
      adapterDir('equal', { 'chat_template.jinja': template('A') }),
      { model: 'tiny' },
    );
    expect(equal).toMatchObject({ alreadyThere: true, adapter: { id: plain.id }, notices: [] });
  });

  it('travels in an archive and is not followed out of the folder', async () => {
    const adapter = await studio.adapters.import(adapterDir('own', { 'chat_template.jinja': template('A') }), {
      model: 'tiny',
    });
    const archive = join(dir, 'own.tar.gz');
    await studio.adapters.archive([adapter.id], archive);
    const other = await openStudio({ home: join(dir, 'other'), cacheDir: join(dir, 'cache') });
    try {
      const { added } = await other.adapters.unarchive(archive);
      expect(readFileSync(join(added[0]?.dir ?? '', 'chat_template.jinja'), 'utf8')).toBe(template('A'));
    } finally {
      await other.close();
    }
    const secret = join(dir, 'secret');
    writeFileSync(secret, 'x');
    const linked = adapterDir('linked', {});
    symlinkSync(secret, join(linked, 'chat_template.jinja'));
    expect((await graftErrorOfAsync(() => studio.adapters.import(linked, { model: 'tiny' }))).code).toBe('invalid');
  });

  it('goes out with it: in PEFT folders, merged models and GGUFs', async () => {
    const source = adapterDir('own', { 'chat_template.jinja': template('A') });
    for (const to of ['peft', 'lora', 'merged'] as const) {
      const { outDir } = await runExport({ modelDir: join(dir, 'tiny'), adapterDir: source, to });
      expect(readFileSync(join(outDir, 'chat_template.jinja'), 'utf8'), to).toBe(template('A'));
    }
    const { outDir } = await runExport({
      modelDir: join(dir, 'tiny'),
      adapterDir: source,
      to: 'merged',
      options: { dtype: 'f32' },
    });
    expect((await loadTokenizer(outDir)).chatTemplate).toBe(template('A'));
    const gguf = await runExport({
      modelDir: await writeTinyGguf(join(dir, 'gguf')),
      adapterDir: source,
      to: 'merged-gguf',
      options: { dtype: 'f32' },
    });
    const file = openGguf(join(gguf.outDir, gguf.files.find((name) => name.endsWith('.gguf')) ?? ''));
    expect(file.metadata.get('tokenizer.chat_template')).toBe(template('A'));
    file.close();
  });

  it('forbids training on from it, whose prompts would be the base’s', async () => {
    await studio.adapters.import(adapterDir('own', { 'chat_template.jinja': template('A') }), { model: 'tiny' });
    const rows = join(dir, 'rows.jsonl');
    writeFileSync(
      rows,
      Array.from({ length: 6 }, (_, i) => JSON.stringify({ prompt: `w ${i}?`, completion: 'Yes.' })).join('\n'),
    );
    const { id: dataset } = await studio.datasets.import(rows);
    const request = {
      model: 'tiny',
      dataset,
      method: '',
      methodOptions: {},
      training: {},
      initAdapter: 'own',
      backend: 'cpu',
    } as const;
    const error = await graftErrorOfAsync(() => studio.runs.start(request));
    expect(error.message).toContain('chat template or tokens of its own');
  });
});

describe('tokens of its own', () => {
  const fresh = { id: 63, content: '<turn>' };

  it('are used where there is a row for them', async () => {
    const files = {
      'tokenizer.json': tokenizerWith([fresh], ['\n']),
      'chat_template.jinja': '<turn>{{ messages[0].content }}',
    };
    const { adapter, notices } = await studio.adapters.importWithNotices(adapterDir('own', files), { model: 'tiny' });
    expect(notices).toEqual([{ kind: 'ownTemplate' }, { kind: 'ownTokens', tokens: ['<turn>'] }]);
    expect((await models.prompt('tiny', messages, adapter)).ids[0]).toBe(63);
    const { outDir } = await runExport({ modelDir: join(dir, 'tiny'), adapterDir: adapter.dir, to: 'merged' });
    expect((await loadTokenizer(outDir)).encode('<turn>', { addSpecialTokens: false })).toEqual([63]);
  });

  it('are ordinary text where there is none, which is said', async () => {
    const lost = { id: 64, content: '<lost>' };
    const files = { 'tokenizer.json': tokenizerWith([fresh, lost], ['\n']), 'chat_template.jinja': '<turn><lost>' };
    const { adapter, notices } = await studio.adapters.importWithNotices(adapterDir('own', files), { model: 'tiny' });
    expect(notices).toContainEqual({ kind: 'tokensWithoutRows', tokens: ['<lost>'] });
    const { ids } = await models.prompt('tiny', messages, adapter);
    expect(ids[0]).toBe(63);
    expect(ids.length).toBeGreaterThan(2);
    expect(Math.max(...ids)).toBeLessThan(64);
  });

  it('are left aside with a tokenizer that numbers the base’s tokens otherwise, which is said', async () => {
    const base = tokenizerWith([]) as { readonly model: { readonly vocab: Readonly<Record<string, number>> } };
    const vocab = { ...base.model.vocab, a: base.model.vocab.b, b: base.model.vocab.a };
    const files = { 'tokenizer.json': { ...base, model: { ...base.model, vocab } } };
    const { adapter, notices } = await studio.adapters.importWithNotices(adapterDir('own', files), { model: 'tiny' });
    expect(notices).toEqual([{ kind: 'otherTokenizer' }]);
    expect(studio.adapters.details(adapter.id).promptFiles).toEqual([]);
  });

  it('are left aside where a step of its tokenizer is not known here, which is said with the step', async () => {
    const tokenizer = { ...tokenizerWith([fresh], ['\n']), normalizer: { type: 'FromTheFuture' } };
    const { adapter, notices } = await studio.adapters.importWithNotices(
      adapterDir('own', { 'tokenizer.json': tokenizer }),
      {
        model: 'tiny',
      },
    );
    expect(notices).toMatchObject([
      { kind: 'unreadableTokenizer', reason: expect.stringContaining('FromTheFuture') as string },
    ]);
    expect(await models.tokenizer('tiny', adapter)).toBe(await models.tokenizer('tiny'));
  });

  it('go into the GGUF of a base that is one; where it cannot hold them, that is said', async () => {
    const modelDir = await writeTinyGguf(join(dir, 'gguf'));
    const last = (await loadTokenizer(modelDir)).decode([fresh.id]);
    const files = {
      'tokenizer.json': tokenizerWith([fresh], [last], 'gguf-speaking'),
      'tokenizer_config.json': { eos_token: fresh.content },
    };
    const exported = async (name: string, to: 'merged-gguf' | 'gguf-lora', own: Readonly<Record<string, object>>) =>
      runExport({ modelDir, adapterDir: adapterDir(name, own), to, options: { dtype: 'f32' } });
    const { outDir, notes } = await exported('own', 'merged-gguf', files);
    const tokenizer = await loadTokenizer(outDir);
    expect(notes).toEqual([]);
    expect(tokenizer.encode('a<turn>', { addSpecialTokens: false }).at(-1)).toBe(63);
    expect(tokenizer.eosTokenIds).toEqual(expect.arrayContaining([63, ...(await loadTokenizer(modelDir)).eosTokenIds]));
    const lowercase = { ...files['tokenizer.json'], normalizer: { type: 'Lowercase' } };
    const without = await exported('lowercase', 'merged-gguf', { 'tokenizer.json': lowercase });
    expect(without.notes).toMatchObject([{ code: 'engineExports.baseTokenizer' }]);
    expect((await loadTokenizer(without.outDir)).encode('<turn>', { addSpecialTokens: false })).not.toContain(63);
    expect((await exported('lora', 'gguf-lora', files)).notes).toMatchObject([
      { code: 'engineExports.promptsNotInLora' },
    ]);
  });

  it('end an answer where its end of a turn is another than the base’s', async () => {
    const files = { 'tokenizer_config.json': { chat_template: template('A'), eos_token: '!' } };
    const adapter = await studio.adapters.import(adapterDir('own', files), { model: 'tiny' });
    const [ofBase, ofAdapter] = [await models.tokenizer('tiny'), await models.tokenizer('tiny', adapter)];
    const [end] = ofBase.encode('!', { addSpecialTokens: false });
    expect(ofAdapter.eosTokenIds).toEqual(expect.arrayContaining([end, ...ofBase.eosTokenIds]));
  });
});

describe('at once', () => {
  /** Stands in for an engine: what it was asked to go on from. */
  function listeningHost() {
    const prompts: { readonly adapter: string; readonly ids: readonly number[] }[] = [];
    const request = async (
      name: string,
      asked: { readonly promptIds: readonly number[]; readonly adapter: { readonly key: string } | null },
    ) => {
      if (name === 'generate' || name === 'complete')
        prompts.push({ adapter: asked.adapter?.key ?? 'base', ids: asked.promptIds });
      const answer = { ids: [], finish: 'stop', swapMs: 0, promptMs: 0, tokensPerSecond: 0 };
      return Promise.resolve({ device: 'cpu', loadMs: 0, bytes: 1, ...answer });
    };
    const host = {
      request,
      running: true,
      generation: 1,
      stop: async () => Promise.resolve(),
      forgive: () => undefined,
    };
    return { prompts, host: { ...host, close: async () => Promise.resolve() } as unknown as EngineHost };
  }

  async function twoAdapters(): Promise<readonly string[]> {
    const texts: string[] = [];
    for (const name of ['one', 'two']) {
      await studio.adapters.import(adapterDir(name, { 'chat_template.jinja': template(name) }), { model: 'tiny' });
      texts.push(`${name}hi!`);
    }
    return texts;
  }

  const shown = async (ids: readonly number[]): Promise<string> =>
    (await models.tokenizer('tiny')).decode(ids, { skipSpecialTokens: true });

  it('each lane of a chat and each model of the server has its own template', async () => {
    const texts = await twoAdapters();
    const { host, prompts } = listeningHost();
    const setup = {
      host,
      models,
      adapters: studio.adapters,
      datasets: { find: () => undefined },
      world: () => backendWorld(join(dir, 'cache')),
    };
    const chats = new Chats({ ...setup, preferredEngine: () => 'auto' as const, cacheDir: join(dir, 'cache') });
    const sampling = { maxTokens: 1, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0 };
    for (const idOrName of ['one', 'two', 'one'])
      await chats.send({ model: 'tiny', adapter: { idOrName, scale: 1 }, messages, ...sampling });
    expect(await Promise.all(prompts.map(async ({ ids }) => shown(ids)))).toEqual([texts[0], texts[1], texts[0]]);
    prompts.length = 0;
    const serving = new Serving(setup);
    await serving.start({ model: 'tiny', adapters: 'all', backend: { backend: 'cpu' } });
    const asked = {
      prompt: { messages, ending: 'answer' as const },
      maxTokens: 1,
      stop: [],
      topLogprobs: null,
      echo: false,
    };
    const serve = { ...sampling, presencePenalty: 0, frequencyPenalty: 0, logitBias: [] };
    await Promise.all(
      ['one', 'two'].map(async (name) =>
        serving.complete({ ...asked, model: name, sampling: serve }, () => undefined, new AbortController().signal),
      ),
    );
    const served = await Promise.all(prompts.map(async ({ ids }) => shown(ids)));
    expect(served.toSorted()).toEqual([...texts].sort());
  });
});

it('keeps nothing else of a stranger’s folder', async () => {
  const source = adapterDir('strange', { 'chat_template.jinja': template('A'), 'evil.py': 'x' });
  mkdirSync(join(source, 'sub'));
  const { dir: kept } = await studio.adapters.import(source, { model: 'tiny' });
  expect(readdirSync(kept).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors', 'chat_template.jinja']);
  expect(existsSync(kept) && basename(kept)).not.toBe('strange');
});
