import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrainResult } from '../../../main/contract/engine.ts';
import type { Model } from '../../../main/contract/entities.ts';
import { AdapterLibrary } from '../../../main/database/adapterLibrary.ts';
import { AdapterRepository } from '../../../main/database/adapters.ts';
import { DatasetRepository } from '../../../main/database/datasets.ts';
import { ModelRepository } from '../../../main/database/models.ts';
import { closeDatabase, openDatabase } from '../../../main/database/openDatabase.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { Adapters } from '../../../main/studio/adapters/adapters.ts';
import { openDataFolder } from '../../../main/studio/dataFolder/dataFolder.ts';
import type { DataFolder } from '../../../main/studio/dataFolder/dataFolder.ts';
import { sweepDataFolder } from '../../../main/studio/dataFolder/sweep.ts';
import { sampleDataset, sampleModel, sampleRun } from '../../database/sampleRows.ts';
import { exportsOver } from '../../support/exports.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

let folder: DataFolder;
let database: Database;
let rows: AdapterRepository;
let models: ModelRepository;
let library: Adapters;
let tiny: Model;

beforeEach(() => {
  folder = openDataFolder(join(temporaryDir(), 'home'));
  database = openDatabase({ file: folder.databaseFile }).database;
  rows = new AdapterRepository(database, folder.home);
  models = new ModelRepository(database, folder.home);
  tiny = sampleModel(folder.home, { shape: inspectModel(fixturePath('tiny_llama_base')).shape });
  models.insert(tiny);
  library = new Adapters({
    ...{ rows, models, folder, exports: exportsOver(), codeVersion: '0.1.0' },
    library: new AdapterLibrary(database),
    datasets: new DatasetRepository(database, folder.home),
    findRun: () => undefined,
    inspect: async () => ({ notices: [] }),
    cacheDir: folder.home,
    fetchModel: async () => Promise.reject(new Error('nothing is fetched here')),
    onChange: () => undefined,
  });
});

afterEach(() => closeDatabase(database));

function contentOf(dir: string): Record<string, string> {
  return Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'base64')]));
}

describe('importing an adapter', () => {
  // Trained numbers as PEFT counts them: Σ (out + r), h·b + N_sub·h, Σ r (in + out).
  it.each([
    ['vera_r8_all_saved', 'vera', 624],
    ['vera_r8_all_key42_noproj', 'vera', 624],
    ['vblora_full', 'vblora', 3_168],
    ['vblora_topk2_u8', 'vblora', 3_168],
    ['lora_r4_a8', 'lora', 4_096],
  ])('%s: method and trained parameters, whatever the file leaves out', async (name, method, parameters) => {
    const adapter = await library.import(fixturePath(name), { model: 'tiny' });
    expect(adapter).toMatchObject({ name, method, parameters, modelId: tiny.id });
    expect(contentOf(adapter.dir)).toEqual(contentOf(fixturePath(name)));
    expect(library.get(adapter.id)).toEqual(adapter);
  });

  it('gives the adapter that is there for the same content, and learns its base later', async () => {
    const first = await library.import(fixturePath('lora_r4_a8'), { name: 'mine' });
    const copy = join(temporaryDir(), 'renamed');
    cpSync(fixturePath('lora_r4_a8'), copy, { recursive: true });
    const second = await library.import(copy, { model: tiny.id });
    expect(second).toEqual({ ...first, modelId: tiny.id });
    expect(library.list()).toHaveLength(1);
  });

  it('keeps one of two that are imported at once, and fills one whose files are gone (the same adapter twice)', async () => {
    const [first, second] = await Promise.all([
      library.import(fixturePath('vblora_full')),
      library.import(fixturePath('vblora_full')),
    ]);
    expect(second).toEqual(first);
    expect(readdirSync(folder.adaptersDir)).toEqual([first.id]);
    rmSync(first.dir, { recursive: true });
    expect(await library.import(fixturePath('vblora_full'))).toEqual(first);
    expect(contentOf(first.dir)).toEqual(contentOf(fixturePath('vblora_full')));
  });

  it('refuses one for another base with every layer that differs (wrong answers, or a crash in the engine)', async () => {
    const linears = tiny.shape.linears.map((linear) => ({ ...linear, inFeatures: linear.inFeatures * 2 }));
    models.insert(
      sampleModel(folder.home, { id: 'wide', name: 'wide', shape: { ...tiny.shape, linears: linears.slice(1) } }),
    );
    const importing = library.import(fixturePath('lora_r4_a8'), { model: 'wide' });
    const error = await graftErrorOfAsync(async () => importing);
    expect([error.code, error.data.problems?.length]).toEqual(['invalid', 14]);
    expect(error.message).toContain('another base');
    expect(library.list()).toEqual([]);
  });

  it('refuses links that lead out, and takes nothing but the two files (a stranger’s folder)', async () => {
    const dir = join(temporaryDir(), 'stranger');
    cpSync(fixturePath('lora_r4_a8'), dir, { recursive: true });
    symlinkSync('/etc/passwd', join(dir, 'README.md'));
    const adapter = await library.import(dir);
    expect(readdirSync(adapter.dir).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
    rmSync(join(dir, 'adapter_model.safetensors'));
    symlinkSync(join(fixturePath('vblora_full'), 'adapter_model.safetensors'), join(dir, 'adapter_model.safetensors'));
    await expect(library.import(dir)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('leaves no files behind when the row cannot be written (an adapter that failed and is there all the same)', async () => {
    database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true }))}`);
    const note = 'x'.repeat(20_000);
    await expect(library.import(fixturePath('lora_r4_a8'), { name: note })).rejects.toMatchObject({
      code: 'SQLITE_FULL',
    });
    expect(readdirSync(folder.adaptersDir)).toEqual([]);
  });

  it('leaves nothing half-written for a truncated file', async () => {
    const dir = join(temporaryDir(), 'cut');
    cpSync(fixturePath('lora_r4_a8'), dir, { recursive: true });
    const weights = join(dir, 'adapter_model.safetensors');
    writeFileSync(weights, readFileSync(weights).subarray(0, 5_000));
    await expect(library.import(dir)).rejects.toMatchObject({ data: { file: weights } });
    expect(readdirSync(folder.adaptersDir)).toEqual([]);
  });
});

describe('the library', () => {
  it('exports the same bytes, and does not write over a stranger’s folder', async () => {
    const { id } = await library.import(fixturePath('vera_r8_all_saved'));
    const out = join(temporaryDir(), 'out');
    const { files, parity } = await library.export(id, { to: 'peft' }, out);
    expect(contentOf(out)).toMatchObject(contentOf(fixturePath('vera_r8_all_saved')));
    expect([files, parity.difference]).toEqual([['README.md', 'adapter_config.json', 'adapter_model.safetensors'], 0]);
    rmSync(join(out, 'adapter_config.json'));
    await expect(library.export(id, { to: 'peft' }, out)).rejects.toMatchObject({
      code: 'conflict',
      data: { file: out },
    });
    expect(existsSync(join(out, 'adapter_model.safetensors'))).toBe(true);
  });

  it('exports a copy when the base was removed, and says what converting needs (there is no model "1m8…")', async () => {
    const { id } = await library.import(fixturePath('lora_r4_a8'), { model: tiny.id });
    models.setTrashed(tiny.id, 5);
    expect((await library.export(id, { to: 'peft' }, join(temporaryDir(), 'copy'))).parity.of).toBe('nothing');
    const error = await graftErrorOfAsync(async () => library.export(id, { to: 'lora' }, join(temporaryDir(), 'lora')));
    expect([error.code, error.data.field, error.data.remedy]).toEqual([
      'conflict',
      'model',
      expect.stringContaining('import its base model again'),
    ]);
  });

  it('moves to the trash and back (files deleted, or a row that points at nothing)', async () => {
    const adapter = await library.import(fixturePath('lora_r4_a8'));
    await library.remove(adapter.id);
    expect(library.list()).toEqual([]);
    expect(contentOf(library.get(adapter.id).dir)).toEqual(contentOf(fixturePath('lora_r4_a8')));
    expect(existsSync(adapter.dir)).toBe(false);
    expect(await library.restore(adapter.name)).toEqual(adapter);
    expect(contentOf(adapter.dir)).toEqual(contentOf(fixturePath('lora_r4_a8')));
  });

  it('keeps names apart (two adapters that no name can tell)', async () => {
    const one = await library.import(fixturePath('lora_r4_a8'), { name: 'voice' });
    const two = await library.import(fixturePath('vblora_full'));
    expect(() => library.rename(two.id, ' voice ')).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(library.rename(one.id, 'voice').name).toBe('voice');
    await library.remove(one.id);
    library.rename(two.id, 'voice');
    expect((await library.restore(one.id)).name).toBe('voice-2');
  });

  it('keeps notes and tags, each tag once', async () => {
    const { id } = await library.import(fixturePath('lora_r4_a8'));
    library.annotate(id, { tags: ['poem', ' poem ', ''] });
    expect(library.annotate(id, { note: 'good' })).toMatchObject({ note: 'good', tags: ['poem'] });
  });

  it('registers the result of a run with its lineage, each run its own', async () => {
    new DatasetRepository(database, folder.home).insert(sampleDataset(folder.home));
    const run = sampleRun(folder.home, { name: 'haiku' });
    const result: TrainResult = {
      state: 'succeeded',
      adapterStep: 5,
      adapterDir: fixturePath('vera_r8_all_saved'),
      steps: 5,
      adapterEvaluation: { step: 5, loss: 1.25, trainedTokens: 10 },
      samples: [],
      trainableParameters: 624,
      storedBytes: 1,
      peakMemoryBytes: 1,
      tokensPerSecond: 1,
    };
    const hashes = { modelHash: 'm', datasetHash: 'd' };
    const first = await library.registerFromRun(run, result, hashes);
    const second = await library.registerFromRun({ ...run, id: 'run2' }, result, hashes);
    expect(first).toMatchObject({ name: 'haiku', method: 'vera', modelId: tiny.id, evaluationLoss: 1.25 });
    expect(first.lineage).toEqual({
      ...hashes,
      modelId: tiny.id,
      datasetId: 'dataset1',
      runId: 'run1',
      configuration: run.configuration,
      trained: { step: 5, steps: 5, plannedSteps: run.configuration.training.steps, stopped: false },
      codeVersion: '0.1.0',
    });
    const stopped = { ...result, state: 'cancelled', steps: 7 } as const;
    expect((await library.registerFromRun({ ...run, id: 'run3' }, stopped, hashes)).lineage.trained).toMatchObject({
      ...{ step: 5, steps: 7, stopped: true },
    });
    expect([second.name, second.id === first.id]).toEqual(['haiku-2', false]);
  });
});

describe('the sweep at the start', () => {
  const sweep = async (): Promise<string[]> => {
    const datasets = new DatasetRepository(database, folder.home);
    return (await sweepDataFolder({ folder, models, datasets, adapterRows: rows, adapters: library })).map(
      ({ text }) => text,
    );
  };

  it('says nothing where all is well', async () => {
    mkdirSync(tiny.dir);
    const { id } = await library.import(fixturePath('lora_r4_a8'));
    await library.remove(id);
    expect(await sweep()).toEqual([]);
  });

  it('clears what killed processes left, and brings back what a replacement had moved aside', async () => {
    mkdirSync(tiny.dir);
    mkdirSync(join(folder.runsDir, 'r1', 'checkpoints', '.10.0123456789ab.tmp'), { recursive: true });
    writeFileSync(join(folder.modelsDir, '.file.0123456789ab.tmp'), '');
    mkdirSync(join(folder.trashDir, '.kept.0123456789ab.old'));
    const notices = await sweep();
    expect(notices).toEqual([expect.stringContaining('Cleared 3')]);
    expect(readdirSync(join(folder.runsDir, 'r1', 'checkpoints'))).toEqual([]);
    expect(readdirSync(folder.trashDir)).toEqual(['kept']);
    expect(await sweep()).toEqual([]);
  });

  it('takes adapters without a row into the library (a library empty after the database was lost)', async () => {
    mkdirSync(tiny.dir);
    cpSync(fixturePath('vera_r8_all_saved'), join(folder.adaptersDir, 'lost1'), { recursive: true });
    mkdirSync(join(folder.adaptersDir, 'rubbish'));
    const notices = await sweep();
    expect(library.get('lost1')).toMatchObject({ method: 'vera', parameters: 624 });
    expect(notices.join('\n')).toMatch(/lost1.*\n.*rubbish.*no adapter/);
    expect(existsSync(join(folder.adaptersDir, 'rubbish'))).toBe(true);
  });

  it('ends a removal that a crash cut in two, either way', async () => {
    mkdirSync(tiny.dir);
    const adapter = await library.import(fixturePath('lora_r4_a8'));
    await library.remove(adapter.id);
    rows.save(adapter); // the folder moved, the row did not
    await sweep();
    expect(library.list()).toEqual([]);
    expect(await library.restore(adapter.id)).toEqual(adapter);
    rows.save({ ...adapter, dir: join(folder.trashDir, `adapter-${adapter.id}`), trashedAt: 1 });
    await sweep();
    expect(library.get(adapter.id)).toEqual(adapter);
  });

  it('tells which files are gone and which nobody knows', async () => {
    mkdirSync(join(folder.modelsDir, 'unknown'));
    const notices = await sweep();
    expect(notices).toEqual([
      expect.stringContaining('model "tiny" are gone'),
      expect.stringContaining('unknown: not in the database'),
    ]);
  });
});
