import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ModelRepository } from '../../../main/database/models.ts';
import { openDatabase } from '../../../main/database/openDatabase.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { backendWorld } from '../../../main/studio/machine/backendChoice.ts';
import { Models } from '../../../main/studio/models/models.ts';
import { graftErrorOf, graftErrorOfAsync } from '../../support/graftErrors.ts';
import { standInHub } from '../../support/standInHub.ts';
import { exportsOver } from '../../support/exports.ts';
import { dirWithHead, reversedRows, tiedModel } from '../../support/ownHead.ts';
import { iq4Gguf } from '../../support/iq4Gguf.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { modelDirOf, readTinyConfig, readTinyTensors, tinyGguf, tinyLlamaDir } from '../../support/tinyModel.ts';
import { englishOf, type Said } from '../../../main/contract/words/words.ts';
import { sweepWords } from '../../../main/contract/words/sweep.ts';
import { methodSpecs } from '../../../main/methods/registry.ts';

const resourcesDir = join(import.meta.dirname, '../../../resources');

interface OpenedModels {
  readonly models: Models;
  readonly rows: ModelRepository;
  readonly home: string;
  /** What needs a model, by its id. */
  readonly uses: Map<string, Said>;
}

function openModels({ hasLlamaCpp = false } = {}): OpenedModels {
  const home = temporaryDir();
  const { database } = openDatabase({ file: ':memory:' });
  onTestFinished(() => void database.close());
  const uses = new Map<string, Said>();
  const rows = new ModelRepository(database, home);
  const models = new Models({
    ...{ rows, home, cacheDir: join(home, 'cache'), resourcesDir },
    exports: exportsOver(),
    world: () => ({
      ...backendWorld(join(home, 'cache')),
      findRuntime: (id) =>
        hasLlamaCpp && id === 'llama.cpp'
          ? { id, version: '1', dir: '/none', sizeBytes: 1, verified: true }
          : undefined,
    }),
    findUse: (id) => uses.get(id),
    onChange: () => undefined,
  });
  return { models, rows, home, uses };
}

describe('import', () => {
  it('copies the model, so that the original may go', async () => {
    const { models, home } = openModels();
    const source = join(temporaryDir(), 'mine');
    cpSync(tinyLlamaDir, source, { recursive: true });
    for (const name of readdirSync(source)) chmodSync(join(source, name), 0o444);
    const updates: number[] = [];
    const model = await models.import(source, { onProgress: ({ done }) => updates.push(done) });
    expect(model).toMatchObject({
      name: 'mine',
      family: 'llama',
      parameters: 22688,
      format: 'safetensors',
      hasTokenizer: false,
    });
    expect(model.dir).toBe(join(home, 'models', model.id));
    expect(readdirSync(model.dir).sort()).toEqual(['config.json', 'generation_config.json', 'model.safetensors']);
    expect(statSync(join(model.dir, 'model.safetensors')).mode & 0o200).toBe(0o200);
    expect(updates.at(-1)).toBeGreaterThan(92848);
  });

  it('gives the same id for the same content, from wherever and after a removal', async () => {
    const { models, home } = openModels();
    const first = await models.import(tinyLlamaDir, { name: 'tiny' });
    const copy = join(temporaryDir(), 'copy');
    cpSync(tinyLlamaDir, copy, { recursive: true });
    expect(await models.import(copy)).toEqual(first);
    await models.remove('tiny');
    expect(models.list()).toEqual([]);
    expect(existsSync(first.dir)).toBe(false);
    expect(readdirSync(join(home, 'trash'))).toEqual([`model-${first.id}`]);
    expect((await models.import(copy)).id).toBe(first.id);
  });

  it('comes back out of the trash with its id and its files, under a free name where its own was given away', async () => {
    const { models, home } = openModels();
    const first = await models.import(tinyLlamaDir, { name: 'tiny' });
    await models.remove('tiny');
    expect(models.listTrashed().map(({ id }) => id)).toEqual([first.id]);
    const other = await models.import(modelDirOf(readTinyTensors(), { ...readTinyConfig(), rms_norm_eps: 1e-5 }), {
      name: 'tiny',
    });
    expect(await models.restore('tiny')).toMatchObject({ id: first.id, name: 'tiny-2', dir: first.dir });
    expect(readdirSync(first.dir).sort()).toEqual(['config.json', 'generation_config.json', 'model.safetensors']);
    expect([models.listTrashed(), readdirSync(join(home, 'trash'))]).toEqual([[], []]);
    await models.remove(other.id);
    await models.remove(first.id);
    rmSync(join(home, 'trash', `model-${other.id}`), { recursive: true });
    const gone = await graftErrorOfAsync(() => models.restore(other.id));
    expect(gone).toMatchObject({
      code: 'notFound',
      data: { remedy: expect.stringContaining('Import it again') as string },
    });
  });

  it('gives one model for two imports at the same time', async () => {
    const { models } = openModels();
    const imported = await Promise.all([models.import(tinyLlamaDir), models.import(tinyLlamaDir)]);
    expect(imported[1]).toEqual(imported[0]);
    expect(readdirSync(join(imported[0].dir, '..'))).toEqual([imported[0].id]);
  });

  it('takes the same weights under another configuration for another model', async () => {
    const { models } = openModels();
    const first = await models.import(tinyLlamaDir);
    const second = await models.import(modelDirOf(readTinyTensors(), { ...readTinyConfig(), rms_norm_eps: 1e-5 }));
    expect(second.id).not.toBe(first.id);
    expect(second.shape.normEpsilon).toBe(1e-5);
  });

  it('numbers names taken from folders, so that every name finds one model', async () => {
    const { models } = openModels();
    await models.import(modelDirOf(readTinyTensors()));
    await models.import(modelDirOf(readTinyTensors(), { ...readTinyConfig(), rms_norm_eps: 1e-5 }));
    expect(models.list().map(({ name }) => name)).toEqual(['tiny', 'tiny-2']);
  });

  it('says that a head beside a tied configuration is used, also of a model that an earlier version took for tied', async () => {
    const { models, rows } = openModels();
    const tied = tiedModel('tiny_llama_base');
    const dir = dirWithHead(tied, reversedRows(tied.embedding));
    const model = await models.import(dir);
    expect(model).toMatchObject({ notices: [{ kind: 'ownHead' }], shape: { tiedHead: false }, parameters: 22688 });
    const { parameterCount } = inspectModel(dirWithHead(tied)).shape;
    rows.insert({
      ...model,
      notices: [],
      parameters: parameterCount,
      shape: { ...model.shape, tiedHead: true, parameterCount },
    });
    expect(await models.import(dir)).toEqual(model);
    expect((await models.import(dirWithHead(tied, tied.embedding))).notices).toEqual([]);
  });

  it('takes a GGUF', async () => {
    const { models } = openModels();
    const model = await models.import(tinyGguf);
    expect(model).toMatchObject({ format: 'gguf', licence: 'apache-2.0', name: 'gguf_tiny_llama', parameters: 22688 });
    expect(readdirSync(model.dir)).toEqual(['gguf_tiny_llama.gguf']);
  });

  it('takes a GGUF that llama.cpp alone reads for chat where that is installed, checked like any other', async () => {
    const { models } = openModels({ hasLlamaCpp: true });
    const model = await models.import(await iq4Gguf());
    expect(model).toMatchObject({
      format: 'gguf',
      parameters: 22688,
      notices: [{ kind: 'llamaCppOnly', types: ['IQ4_NL'] }],
    });
    const exporting = models.export(model.id, { to: 'gguf', options: {} }, temporaryDir());
    await expect(exporting).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('cannot be exported') as string,
    });
    const damaged = await iq4Gguf({ left: ['blk.1.ffn_up.weight'] });
    expect((await graftErrorOfAsync(() => models.import(damaged))).message).toContain(
      'model.layers.1.mlp.up_proj.weight is missing',
    );
    const mute = await iq4Gguf({ vocabulary: false });
    expect((await graftErrorOfAsync(() => models.import(mute))).data.field).toBe('tokenizer.ggml.tokens');
  });

  it('refuses it by its type where llama.cpp is not installed, and does not send for the same file again', async () => {
    const { models } = openModels();
    const path = await iq4Gguf();
    const error = await graftErrorOfAsync(() => models.import(path));
    expect(error).toMatchObject({ code: 'unsupported', data: { field: 'IQ4_NL' } });
    expect(error.data.remedy).toMatch(/runtime install llama.cpp/);
    expect(error.data.remedy).not.toMatch(/again/);
    expect(models.list()).toEqual([]);
  });

  it('refuses a quantised folder by what quantised it, before its tensors are looked at', async () => {
    const { models } = openModels();
    const config = { ...readTinyConfig(), quantization_config: { quant_method: 'bitsandbytes', load_in_4bit: true } };
    const error = await graftErrorOfAsync(() => models.import(modelDirOf(new Map(), config)));
    expect(error).toMatchObject({ code: 'unsupported', data: { field: 'quantization_config' } });
    expect(error.data.problems).toBeUndefined();
  });

  it('leaves nothing of a model that does not fit, or that was cancelled', async () => {
    const { models, home } = openModels();
    const tensors = readTinyTensors();
    tensors.delete('model.norm.weight');
    expect((await graftErrorOfAsync(() => models.import(modelDirOf(tensors)))).code).toBe('invalid');
    const abort = new AbortController();
    const cancelled = models.import(tinyLlamaDir, {
      signal: abort.signal,
      onProgress: ({ label }) => {
        if (englishOf(label) === 'Copying') abort.abort();
      },
    });
    expect((await graftErrorOfAsync(() => cancelled)).code).toBe('cancelled');
    expect(existsSync(join(home, 'models')) ? readdirSync(join(home, 'models')) : []).toEqual([]);
    expect(models.list()).toEqual([]);
  });

  it('refuses a model whose tokenizer cannot be read, and leaves the one without as it is', async () => {
    const { models } = openModels();
    const dir = modelDirOf(readTinyTensors());
    const without = await models.import(dir);
    writeFileSync(join(dir, 'tokenizer.json'), 'not JSON');
    expect((await graftErrorOfAsync(() => models.import(dir))).data.file).toBe(join(dir, 'tokenizer.json'));
    expect(models.list()).toEqual([without]);
  });
});

describe('the same weights with other files', () => {
  const generation = JSON.stringify({ eos_token_id: [5] });
  const changes: readonly (readonly [string, (dir: string) => void])[] = [
    [
      'another tokenizer',
      (dir) => writeFileSync(join(dir, 'tokenizer.json'), JSON.stringify({ ...letterTokenizer, version: '1.1' })),
    ],
    ['a template of its own', (dir) => writeFileSync(join(dir, 'chat_template.jinja'), '{{ messages[0].content }}')],
    [
      'a template in the configuration',
      (dir) => writeFileSync(join(dir, 'tokenizer_config.json'), '{"chat_template": "x"}'),
    ],
    ['no tokenizer', (dir) => rmSync(join(dir, 'tokenizer.json'))],
    ['another generation configuration', (dir) => writeFileSync(join(dir, 'generation_config.json'), generation)],
  ];

  it.each(changes)('are another model, called as asked: %s', async (_, change) => {
    const { models } = openModels();
    const dir = modelDirOf(readTinyTensors());
    writeFileSync(join(dir, 'tokenizer.json'), JSON.stringify(letterTokenizer));
    const first = await models.import(dir, { name: 'first' });
    const before = readdirSync(first.dir).map((name) => [name, readFileSync(join(first.dir, name), 'utf8')]);
    change(dir);
    const taken = await models.importWithNotices(dir, { name: 'second' });
    expect(taken).toMatchObject({
      alreadyThere: false,
      model: { name: 'second' },
      sameWeights: { name: 'first', isShared: true },
    });
    expect(taken.model.id).not.toBe(first.id);
    expect(models.get('first')).toEqual(first);
    expect(readdirSync(first.dir).map((name) => [name, readFileSync(join(first.dir, name), 'utf8')])).toEqual(before);
    expect(statSync(join(taken.model.dir, 'model.safetensors')).ino).toBe(
      statSync(join(first.dir, 'model.safetensors')).ino,
    );
    expect(models.sharing(first.id)).toEqual([taken.model]);
    expect(await models.importWithNotices(dir)).toMatchObject({ alreadyThere: true, model: { id: taken.model.id } });
    await models.remove(first.id);
    expect((await models.import(dir)).id).toBe(taken.model.id);
    expect(readFileSync(join(taken.model.dir, 'model.safetensors')).byteLength).toBeGreaterThan(90_000);
  });

  it('is the same model with another card, which is said to be left aside', async () => {
    const { models } = openModels();
    const dir = modelDirOf(readTinyTensors());
    const first = await models.import(dir);
    writeFileSync(join(dir, 'README.md'), '# Other');
    expect(await models.importWithNotices(dir)).toEqual({
      model: first,
      alreadyThere: true,
      keptDocuments: ['README.md'],
      sameWeights: null,
    });
  });

  it('finds the models of a library of before by their files, each as it was', async () => {
    const { models, rows } = openModels();
    const dir = modelDirOf(readTinyTensors());
    writeFileSync(join(dir, 'tokenizer.json'), JSON.stringify(letterTokenizer));
    const model = await models.import(dir);
    const old = { ...model, contentHash: model.computationHash, weightsHash: null };
    rows.insert(old);
    expect(await models.import(dir)).toEqual(model);
    rows.insert(old);
    await models.remove(model.id);
    expect((await models.import(dir)).id).toBe(model.id);
    rows.insert(old);
    rmSync(join(dir, 'tokenizer.json'));
    expect((await models.import(dir)).id).not.toBe(model.id);
  });
});

describe('correcting a model in place', () => {
  function withTokenizer(opened: OpenedModels) {
    const dir = modelDirOf(readTinyTensors());
    return opened.models.import(dir, { name: 'tiny' });
  }

  it('takes single files, keeps the id and the weights, says what changed, and can be undone', async () => {
    const opened = openModels();
    const { models, home } = opened;
    const model = await withTokenizer(opened);
    const files = temporaryDir();
    writeFileSync(join(files, 'tokenizer.json'), JSON.stringify(letterTokenizer));
    writeFileSync(join(files, 'chat_template.jinja'), '{{ messages[0].content }}');
    const corrected = await models.correct('tiny', files);
    expect(corrected).toMatchObject({ replaced: [], added: ['tokenizer.json', 'chat_template.jinja'], removed: [] });
    expect(corrected.model).toMatchObject({ id: model.id, name: 'tiny', hasTokenizer: true, hasChatTemplate: true });
    expect(await models.tokenize('tiny', 'b a')).toEqual([1, 0]);
    writeFileSync(join(files, 'chat_template.jinja'), 'b');
    expect((await models.correct('tiny', join(files, 'chat_template.jinja'))).replaced).toEqual([
      'chat_template.jinja',
    ]);
    expect((await models.prompt('tiny', [{ role: 'user', content: 'a' }])).text).toBe('b');
    expect(await models.correct('tiny', files)).toMatchObject({ replaced: [], added: [], removed: [] });
    expect((await models.undoCorrection('tiny')).replaced).toEqual(['chat_template.jinja']);
    expect((await models.prompt('tiny', [{ role: 'user', content: 'a' }])).text).toBe('a');
    rmSync(join(home, 'trash'), { recursive: true });
    expect((await graftErrorOfAsync(() => models.undoCorrection('tiny'))).code).toBe('notFound');
  });

  it('takes a whole folder of the same weights, with what that lacks gone, and refuses other weights', async () => {
    const opened = openModels();
    const { models } = opened;
    const model = await withTokenizer(opened);
    const whole = modelDirOf(readTinyTensors());
    rmSync(join(model.dir, 'generation_config.json'), { force: true });
    writeFileSync(join(model.dir, 'chat_template.jinja'), 'x');
    writeFileSync(join(whole, 'tokenizer.json'), JSON.stringify(letterTokenizer));
    expect(await models.correct('tiny', whole)).toMatchObject({
      added: ['tokenizer.json'],
      removed: ['chat_template.jinja'],
    });
    const tensors = readTinyTensors();
    const [name, tensor] = [...tensors][0] ?? [];
    if (name === undefined || tensor === undefined) throw new Error('the tiny model has no tensors');
    tensors.set(name, { ...tensor, data: new Uint8Array(tensor.data.byteLength) });
    const error = await graftErrorOfAsync(() => models.correct('tiny', modelDirOf(tensors)));
    expect(error).toMatchObject({ code: 'invalid', data: { field: 'weights' } });
  });

  it('leaves the model whole where a file cannot be used, something needs it, or the outcome is there already', async () => {
    const opened = openModels();
    const { models, uses } = opened;
    const model = await withTokenizer(opened);
    const before = readdirSync(model.dir);
    const files = temporaryDir();
    writeFileSync(join(files, 'tokenizer.json'), 'not JSON');
    const broken = await graftErrorOfAsync(() => models.correct('tiny', files));
    expect(broken.data.file).toBe(join(model.dir, 'tokenizer.json'));
    expect([models.get('tiny'), readdirSync(model.dir)]).toEqual([model, before]);
    writeFileSync(join(files, 'config.json'), JSON.stringify({ ...readTinyConfig(), hidden_size: 64 }));
    rmSync(join(files, 'tokenizer.json'));
    expect((await graftErrorOfAsync(() => models.correct('tiny', files))).code).toBe('invalid');
    const other = modelDirOf(readTinyTensors());
    writeFileSync(join(other, 'chat_template.jinja'), 'x');
    const second = await models.import(other);
    const same = await graftErrorOfAsync(() => models.correct('tiny', join(other, 'chat_template.jinja')));
    expect(same).toMatchObject({ code: 'conflict', data: { modelId: second.id } });
    uses.set(model.id, sweepWords.trainsOnIt({ run: 'haiku' }));
    expect((await graftErrorOfAsync(() => models.correct('tiny', other))).code).toBe('conflict');
    expect((await graftErrorOfAsync(() => models.correct(second.id, temporaryDir()))).code).toBe('invalid');
  });
});

describe('text', () => {
  it('says what is missing where a model has no tokenizer or no chat template', async () => {
    const { models } = openModels();
    const bare = await models.import(tinyLlamaDir, { name: 'bare' });
    expect((await graftErrorOfAsync(() => models.tokenize(bare.id, 'x'))).message).toContain('without a tokenizer');
    const dir = modelDirOf(readTinyTensors(), { ...readTinyConfig(), rms_norm_eps: 1e-5 });
    writeFileSync(join(dir, 'tokenizer.json'), JSON.stringify(letterTokenizer));
    const model = await models.import(dir);
    expect((await graftErrorOfAsync(() => models.prompt(model.id, []))).data.field).toBe('chat_template');
  });

  it('adds the generation prompt exactly when the last message is the user’s', async () => {
    const { models } = openModels();
    const dir = modelDirOf(readTinyTensors());
    writeFileSync(join(dir, 'tokenizer.json'), JSON.stringify(letterTokenizer));
    writeFileSync(
      join(dir, 'chat_template.jinja'),
      '{% for m in messages %}{{ m.content }} {% endfor %}{% if add_generation_prompt %}b{% endif %}',
    );
    const model = await models.import(dir);
    expect(model.hasChatTemplate).toBe(true);
    const user = { role: 'user', content: 'a' };
    expect(await models.prompt(model.id, [user])).toEqual({ text: 'a b', ids: [0, 1] });
    expect((await models.prompt(model.id, [user, { role: 'assistant', content: 'a' }])).text).toBe('a a ');
  });
});

describe('fetch', () => {
  it('lists what there is when asked for something else', async () => {
    const { models } = openModels();
    const error = await graftErrorOfAsync(() => models.fetch('gpt-5'));
    expect(error).toMatchObject({ code: 'notFound', data: { remedy: expect.stringContaining('sample, smollm2') } });
    expect(graftErrorOf(() => models.get('gpt-5')).code).toBe('notFound');
  });

  it('takes the sample model from the resources', async () => {
    const { models, home } = openModels();
    cpSync(tinyLlamaDir, join(home, 'resources', 'sample-model'), { recursive: true });
    expect(await models.fetch('sample')).toMatchObject({ name: 'sample', source: 'sample' });
  });
});

/** Letters a and b, ids 0 and 1. */
const letterTokenizer = {
  version: '1.0',
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: 'WhitespaceSplit' },
  post_processor: null,
  decoder: null,
  model: { type: 'BPE', vocab: { a: 0, b: 1, '[UNK]': 2 }, merges: [], unk_token: '[UNK]' },
};

describe('the library of models', () => {
  it('says what can be had with one click and what of it is here', async () => {
    const { models } = openModels();
    expect(models.sources().map(({ id, modelId }) => [id, modelId])).toEqual([
      ['sample', null],
      ['smollm2', null],
      ['minilm', null],
    ]);
    const sample = await models.fetch('sample');
    expect(models.sources()[0]).toMatchObject({ modelId: sample.id, licence: sample.licence, downloadBytes: 0 });
  });

  it('says what chat and each method need of memory, more for more', async () => {
    const { models } = openModels();
    const [tiny, sample] = [
      models.fit((await models.import(tinyLlamaDir)).id),
      models.fit((await models.fetch('sample')).id),
    ];
    expect(sample.chatBytes).toBeGreaterThan(tiny.chatBytes);
    expect(sample.training.map(({ method }) => method)).toEqual(
      Object.keys(methodSpecs).filter((id) => !['bitfit', 'head'].includes(id)), // it has neither biases nor a head
    );
    for (const { bytes, adapterBytes } of sample.training) expect(bytes).toBeGreaterThan(adapterBytes);
    const need = Object.fromEntries(sample.training.map(({ method, bytes }) => [method, bytes]));
    expect(need.full).toBeGreaterThan(need.lora ?? Infinity);
    expect(sample.totalMemoryBytes).toBeGreaterThanOrEqual(sample.freeMemoryBytes);
  });

  it('renames, but not to a name that is taken', async () => {
    const { models } = openModels();
    const [tiny, sample] = [await models.import(tinyLlamaDir, { name: 'tiny' }), await models.fetch('sample')];
    expect(models.rename(tiny.id, 'small').name).toBe('small');
    expect(graftErrorOf(() => models.rename(sample.id, 'small')).code).toBe('conflict');
  });

  it('keeps what is needed, and leaves nothing in the trash of what comes back', async () => {
    const { models, home, uses } = openModels();
    const { id, dir } = await models.import(tinyLlamaDir);
    uses.set(id, sweepWords.trainsOnIt({ run: 'haiku' }));
    expect((await graftErrorOfAsync(() => models.remove(id))).message).toMatch(/haiku/);
    expect(existsSync(dir)).toBe(true);
    uses.clear();
    await models.remove(id);
    await models.import(tinyLlamaDir);
    expect(readdirSync(join(home, 'trash'))).toEqual([]);
  });

  it('fetches from the hub under the name it has there, and leaves nothing in the cache', async () => {
    const { models, home } = openModels();
    const files = new Map(readdirSync(tinyLlamaDir).map((name) => [name, readFileSync(join(tinyLlamaDir, name))]));
    const hub = await standInHub('somebody/tiny', files);
    vi.stubEnv('HF_ENDPOINT', hub.endpoint);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await models.fetch('somebody/tiny')).toMatchObject({
      name: 'tiny',
      source: 'somebody/tiny',
      format: 'safetensors',
    });
    expect(readdirSync(join(home, 'cache', 'hub')).filter((name) => !name.startsWith('.'))).toEqual([]);
  });
});
