/**
 * Adapters that come in from a hub and in other programs' layouts, with the base that they say: real database, real
 * reading against the base, a hub on this machine.
 */
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { AdapterLibrary } from '../../../main/database/adapterLibrary.ts';
import { AdapterRepository } from '../../../main/database/adapters.ts';
import { DatasetRepository } from '../../../main/database/datasets.ts';
import { ModelRepository } from '../../../main/database/models.ts';
import { closeDatabase, openDatabase } from '../../../main/database/openDatabase.ts';
import { inspectAdapter } from '../../../main/engine/inspectAdapter.ts';
import { readPeftFolder } from '../../../main/formats/peftFolder.ts';
import { Adapters } from '../../../main/studio/adapters/adapters.ts';
import { openDataFolder } from '../../../main/studio/dataFolder/dataFolder.ts';
import type { DataFolder } from '../../../main/studio/dataFolder/dataFolder.ts';
import { Models } from '../../../main/studio/models/models.ts';
import { filesOf } from '../../hub/openHub.ts';
import { exportsOver } from '../../support/exports.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { standInHub } from '../../support/standInHub.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

let folder: DataFolder;
let database: Database;
let models: Models;
let adapters: Adapters;
let cacheDir: string;

beforeEach(() => {
  folder = openDataFolder(join(temporaryDir(), 'home'));
  cacheDir = join(folder.home, 'cache');
  database = openDatabase({ file: folder.databaseFile }).database;
  const modelRows = new ModelRepository(database, folder.home);
  const exports = exportsOver();
  models = new Models({
    ...{ rows: modelRows, home: folder.home, cacheDir, resourcesDir: folder.home, exports },
    world: () => {
      throw new Error('no backend is asked for here');
    },
    findUse: () => undefined,
    onChange: () => undefined,
  });
  adapters = new Adapters({
    ...{
      rows: new AdapterRepository(database, folder.home),
      library: new AdapterLibrary(database),
      models: modelRows,
      folder,
      cacheDir,
    },
    datasets: new DatasetRepository(database, folder.home),
    codeVersion: '0.1.0',
    findRun: () => undefined,
    exports,
    inspect: async (adapterDir, model) => inspectAdapter({ adapterDir, modelDir: model.dir }),
    fetchModel: async (source, options) => models.fetch(source, options),
    onChange: () => undefined,
  });
});

afterEach(() => closeDatabase(database));

async function useHub(id: string, files: ReadonlyMap<string, Buffer>) {
  const hub = await standInHub(id, files);
  vi.stubEnv('HF_ENDPOINT', hub.endpoint);
  onTestFinished(() => void vi.unstubAllEnvs());
  return hub;
}

/** A copy of a fixture with other configuration fields. */
function adapterWith(name: string, fields: Readonly<Record<string, unknown>>): string {
  const dir = join(temporaryDir(), 'adapter');
  cpSync(fixturePath(name), dir, { recursive: true });
  const file = join(dir, 'adapter_config.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...fields }));
  return dir;
}

function downloads(): readonly string[] {
  const dir = join(cacheDir, 'hub');
  return existsSync(dir) ? readdirSync(dir).filter((name) => !name.startsWith('.')) : [];
}

describe('an adapter of the hub', () => {
  it('comes into the library under its name there, says where it is from, and leaves nothing in the cache', async () => {
    await useHub(
      'somebody/haiku-lora',
      filesOf(adapterWith('lora_r4_a8', { base_model_name_or_path: 'tiny_llama_base' })),
    );
    const { adapter, notices } = await adapters.importWithNotices('hub:somebody/haiku-lora@v1');
    expect(adapter).toMatchObject({
      name: 'haiku-lora',
      method: 'lora',
      note: 'hub:somebody/haiku-lora@v1',
      modelId: null,
    });
    expect(notices).toMatchObject([{ kind: 'baseMissing', base: 'tiny_llama_base', fetch: null }]);
    expect(downloads()).toEqual([]);
  });

  it('that does not fit is refused, and nothing of it is left', async () => {
    const lora = filesOf(fixturePath('lora_r4_a8'));
    await useHub('somebody/haiku-lora', lora);
    const tiny = await models.import(fixturePath('tiny_llama_base'), { name: 'tiny' });
    const spoiled = { ...JSON.parse(String(lora.get('adapter_config.json'))), use_dora: true } as object;
    await useHub(
      'somebody/haiku-dora',
      new Map([...lora, ['adapter_config.json', Buffer.from(JSON.stringify(spoiled))]]),
    );
    const error = await graftErrorOfAsync(() => adapters.import('hub:somebody/haiku-dora', { model: tiny.id }));
    expect(error).toMatchObject({ code: 'unsupported', message: expect.stringMatching(/DoRA/) });
    expect([adapters.list(), readdirSync(folder.adaptersDir), downloads()]).toEqual([[], [], []]);
    expect((await graftErrorOfAsync(() => adapters.import('hub:nothing'))).data.remedy).toMatch(/hub:owner\/name/);
  });

  it('brings its base with it when that is wanted', async () => {
    const dir = adapterWith('lora_r4_a8', { base_model_name_or_path: 'somebody/tiny-llama' });
    await useHub('somebody/tiny-llama', filesOf(fixturePath('tiny_llama_base')));
    const asked = await adapters.importWithNotices(dir);
    expect(asked.notices).toMatchObject([{ kind: 'baseMissing', fetch: 'somebody/tiny-llama' }]);
    const { adapter, notices } = await adapters.importWithNotices(dir, { fetchBase: true });
    expect(models.list()).toMatchObject([{ id: adapter.modelId, source: 'somebody/tiny-llama' }]);
    expect(notices).toMatchObject([{ kind: 'baseFound', model: 'tiny-llama', isQuantised: false }]);
  });
});

describe('the base that an adapter says', () => {
  it.each([
    ['by its name', 'tiny_llama_base', false],
    ['in a folder of another machine', '/somewhere/models/Tiny_Llama_Base/', false],
    ['a quantised copy', 'unsloth/tiny_llama_base-unsloth-bnb-4bit', true],
  ])('is found in the library: %s', async (_, base, isQuantised) => {
    const model = await models.import(fixturePath('tiny_llama_base'));
    const { adapter, notices } = await adapters.importWithNotices(
      adapterWith('lora_r4_a8', { base_model_name_or_path: base }),
    );
    expect(adapter.modelId).toBe(model.id);
    expect(notices).toEqual([{ kind: 'baseFound', base, model: 'tiny_llama_base', isQuantised }]);
  });

  it('is not a model that only has its name', async () => {
    await models.import(fixturePath('tiny_llama_base'), { name: 'other' });
    const dir = adapterWith('lora_r4_a8', { base_model_name_or_path: 'somebody/other' });
    const file = join(dir, 'adapter_model.safetensors');
    writeFileSync(file, readFileSync(file, 'latin1').replaceAll('layers.1.', 'layers.7.'), 'latin1');
    const { adapter, notices } = await adapters.importWithNotices(dir);
    expect([adapter.modelId, notices[0]?.kind]).toEqual([null, 'baseMissing']);
  });
});

describe('a path of this machine', () => {
  it('may be a link to the file, as caches of other programs have them (scandir of a file)', async () => {
    const model = await models.import(fixturePath('tiny_llama_base'), { name: 'tiny' });
    const dir = adapterWith('lora_r4_a8', {});
    const [broken, link] = [join(dir, 'broken.gguf'), join(temporaryDir(), 'link.gguf')];
    writeFileSync(broken, '');
    symlinkSync(broken, link);
    expect(await graftErrorOfAsync(() => adapters.import(link, { model: model.id }))).toMatchObject({
      code: 'invalid',
      data: { file: link },
    });
  });
});

describe('what a person is told', () => {
  it('mlx-lm’s layout was kept as PEFT’s, and the base is asked for', async () => {
    const model = await models.import(fixturePath('tiny_llama_base'), { name: 'tiny-llama' });
    const { adapter, notices } = await adapters.importWithNotices(fixturePath('mlx_lm_lora'));
    expect(adapter).toMatchObject({ name: 'mlx_lm_lora', method: 'lora', modelId: model.id, parameters: 832 });
    expect(notices).toMatchObject([
      { kind: 'converted', tool: 'mlx-lm' },
      { kind: 'baseFound', isQuantised: true },
    ]);
    expect(readPeftFolder(adapter.dir).config).toMatchObject({ peft_type: 'LORA', lora_alpha: 20 });
  });

  it('a projection that is not the key’s is one that older PEFT ignores; rounding is none', async () => {
    await models.import(fixturePath('tiny_llama_base'));
    const told = async (name: string) =>
      (await adapters.importWithNotices(fixturePath(`peft_versions/${name}`))).notices.map(({ kind }) => kind);
    expect(await told('v0.21_vera_own_projection')).toEqual(['baseFound', 'projectionDiffers']);
    for (const name of ['v0.11_vera', 'v0.18_vera', 'v0.21_vera_bf16', 'v0.11_vera_noproj'])
      expect(await told(name)).toEqual(['baseFound']);
  });

  it('patterns that overlap mean other scales to the PEFT that trained it', async () => {
    await models.import(fixturePath('tiny_llama_base'));
    const base = { base_model_name_or_path: 'tiny_llama_base' };
    const overlapping = { ...base, rank_pattern: { 'self_attn.q_proj': 4 }, alpha_pattern: { q_proj: 2 } };
    const told = async (fields: object) =>
      (await adapters.importWithNotices(adapterWith('lora_r4_a8', { ...overlapping, ...fields }))).notices.map(
        ({ kind }) => kind,
      );
    expect(await told({ peft_version: undefined })).toEqual(['baseFound', 'patternsByOldRule']);
    expect(await told({ peft_version: '0.21.0' })).toEqual(['baseFound']);
  });

  it('is an error for what other programs write and nobody can read', async () => {
    const pickle = join(temporaryDir(), 'old');
    cpSync(fixturePath('mlx_lm_lora'), pickle, { recursive: true });
    writeFileSync(
      join(pickle, 'adapter_config.json'),
      '{"fine_tune_type":"dora","lora_parameters":{"rank":4,"scale":1}}',
    );
    expect((await graftErrorOfAsync(() => adapters.import(pickle))).message).toMatch(/DoRA/);
    expect(readdirSync(folder.adaptersDir)).toEqual([]);
  });
});
