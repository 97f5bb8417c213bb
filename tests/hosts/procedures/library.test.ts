/**
 * The procedures of datasets, models, adapters and disk, as a browser calls them: uploads, tasks, downloads, the trash.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiskEntry, DiskKind } from '../../../main/contract/disk.ts';
import type { Model } from '../../../main/contract/entities.ts';
import type { Studio } from '../../../main/contract/services.ts';
import type { Task, TaskTicket } from '../../../main/contract/tasks.ts';
import { closeDatabase, openDatabase } from '../../../main/database/openDatabase.ts';
import { RunRepository } from '../../../main/database/runs.ts';
import { Transfers } from '../../../main/hosts/browserHost/Transfers.ts';
import type { HostContext } from '../../../main/hosts/procedures/HostContext.ts';
import { router } from '../../../main/hosts/procedures/registry.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { sampleRun } from '../../database/sampleRows.ts';
import { enginesHere } from '../../support/enginesHere.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { englishOf } from '../../../main/contract/words/words.ts';
import { methodSpecs } from '../../../main/methods/registry.ts';

enginesHere();

const dir = mkdtempSync(join(tmpdir(), 'graft-library-'));
const home = join(dir, 'home');
const cacheDir = join(dir, 'cache');
const files = new Transfers(join(dir, 'transfers'));
let studio: Studio;
let model: Model;

beforeAll(async () => {
  await files.reset();
  studio = await openStudio({ home, cacheDir });
  model = await studio.models.import(fixturePath('tiny_llama_base'));
});

afterAll(async () => {
  await studio.close();
  rmSync(dir, { recursive: true, force: true });
});

const client = createRouterClient(router, {
  context: (): HostContext => ({ studio, files }) as unknown as HostContext,
});

async function endOf({ taskId }: TaskTicket<unknown>): Promise<Task> {
  let last: Task | undefined;
  for await (const task of await client.tasks.watch({ id: taskId })) last = task;
  return last as Task;
}

async function resultOf<Result>(ticket: TaskTicket<Result>): Promise<Result> {
  const task = await endOf(ticket);
  expect(task).toMatchObject({ state: 'succeeded', error: null });
  return task.result as Result;
}

async function upload(name: string, content: Uint8Array | string): Promise<{ readonly uploadId: string }> {
  const uploadId = await files.beginUpload();
  await files.receive({
    uploadId,
    segments: [name],
    sizeBytes: undefined,
    content: Readable.from([Buffer.from(content)]),
  });
  return { uploadId };
}

describe('datasets', () => {
  it('an upload is looked at, imported as asked, read by pages, renamed, thrown away and brought back', async () => {
    const from = await upload('letters.csv', 'frage,antwort\nwas,das\nwie,\n');
    const columns = { prompt: 'frage', completion: 'antwort' };
    expect(await client.datasets.preview({ from })).toMatchObject({ format: null, fileName: 'letters.csv' });
    expect(await client.datasets.preview({ from, format: 'prompt', columns })).toMatchObject({
      problem: null,
      badRows: [{ line: 3 }],
    });
    const failed = await endOf(await client.datasets.import({ from }));
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'invalid' } });
    const { id } = await resultOf(await client.datasets.import({ from, format: 'prompt', columns, name: 'Letters' }));
    expect(() => files.pathOf(from)).toThrow(/not there any more/);
    expect(await client.datasets.rows({ id })).toMatchObject({ total: 1, items: [{ line: 2 }] });
    expect((await client.datasets.rename({ id, name: 'Briefe' })).name).toBe('Briefe');
    await client.datasets.remove({ id });
    expect((await client.datasets.listTrashed()).map(({ name }) => name)).toEqual(['Briefe']);
    expect((await client.datasets.restore({ id })).name).toBe('Briefe');
  });

  it('shows what a model sees and counts it', async () => {
    const rows = Array.from({ length: 30 }, (_, row) => JSON.stringify({ input_ids: [1, 2, 3 + row] })).join('\n');
    const { id } = await resultOf(await client.datasets.import({ from: await upload('ids.jsonl', rows) }));
    const { rows: shown } = await client.datasets.view({ id, modelId: model.id, from: 28, count: 5 });
    expect(shown.map(({ row }) => row)).toEqual([28, 29]);
    expect(await client.datasets.statistics({ id, modelId: model.id, maxLength: 2 })).toMatchObject({
      truncatedRows: 30,
      totalTokens: 60,
    });
    await client.datasets.importSample({ id: (await client.datasets.samples())[0]?.id ?? '' });
    expect((await client.datasets.list()).map(({ name }) => name)).toContain('pirate replies');
  });
});

describe('models', () => {
  it('are listed with what fits, fetched as a task, renamed and removed', async () => {
    const { training } = await client.models.fit({ id: model.id });
    expect(training).toHaveLength(Object.keys(methodSpecs).length - 2); // without biases and head
    const { model: sample } = await resultOf(await client.models.fetch({ source: 'sample' }));
    expect((await client.models.sources())[0]?.modelId).toBe(sample.id);
    expect((await client.models.rename({ id: sample.id, name: 'First' })).name).toBe('First');
    expect((await endOf(await client.models.fetch({ source: 'no such model' }))).error?.code).toBe('notFound');
    await client.models.remove({ id: sample.id });
    expect((await client.models.list()).map(({ id }) => id)).toEqual([model.id]);
  });
});

describe('adapters', () => {
  it('come in as a dropped folder, are found, changed, handed out as a file and as an archive, and come in again', async () => {
    const uploadId = await files.beginUpload();
    for (const name of readdirSync(fixturePath('lora_r4_a8'))) {
      const content = Readable.from([readFileSync(join(fixturePath('lora_r4_a8'), name))]);
      await files.receive({ uploadId, segments: ['my voice', name], sizeBytes: undefined, content });
    }
    const { adapter } = await resultOf(await client.adapters.import({ from: { uploadId }, modelId: model.id }));
    const { id, name } = adapter;
    expect(name).toBe('my voice');
    await client.adapters.update({ id, name: 'Voice: one', note: 'the first', tags: ['a', 'b'] });
    expect(await client.adapters.list({ search: 'first voi', tag: 'a', modelId: model.id })).toMatchObject({
      ...{ total: 1, items: [{ id, name: 'Voice: one', rank: 4, modelName: 'tiny_llama_base' }] },
    });
    expect(await client.adapters.facets()).toMatchObject({ methods: [{ id: 'lora', count: 1 }], trashed: 0 });
    const out = await resultOf(await client.adapters.export({ id, to: 'peft', target: { download: true } }));
    expect(out).toMatchObject({
      path: 'Voice- one-peft.tar.gz',
      export: { parity: { difference: 0 } },
      downloadId: expect.any(String),
    });
    const folder = await resultOf(await client.adapters.export({ id, to: 'peft', target: { path: dir } }));
    expect(readdirSync(folder.path).sort()).toEqual(['README.md', 'adapter_config.json', 'adapter_model.safetensors']);
    expect((await client.adapters.get({ id })).exports.map(({ path }) => path)).toEqual([
      folder.path,
      'Voice- one-peft.tar.gz',
    ]);
    const archive = await resultOf(await client.adapters.archive({ ids: [id, id], target: { download: true } }));
    const content = readFileSync(files.findDownload(archive.downloadId ?? '')?.path ?? '');
    const again = await resultOf(
      await client.adapters.unarchive({ from: await upload('voices.graft.tar.gz', content) }),
    );
    expect([again.added, again.known.map((adapter) => adapter.id)]).toEqual([[], [id]]);
  });

  it('go to the trash and back, or out of it for good, several at once', async () => {
    const [first, second] = await Promise.all(
      ['vblora_full', 'vblora_topk2_u8'].map(async (name) => studio.adapters.import(fixturePath(name))),
    );
    const ids = [first?.id ?? '', second?.id ?? ''];
    await client.adapters.remove({ ids });
    expect((await client.adapters.list({ trashed: true })).total).toBe(2);
    await client.adapters.restore({ ids: ids.slice(0, 1) });
    await client.adapters.purge({ ids: ids.slice(1) });
    expect([
      (await client.adapters.list({ trashed: true })).total,
      (await client.adapters.list({ search: 'vblora' })).total,
    ]).toEqual([0, 1]);
  });
});

describe('disk', () => {
  async function entriesOf(kind: DiskKind): Promise<readonly DiskEntry[]> {
    return (await client.disk.usage()).kinds.find((one) => one.kind === kind)?.entries ?? [];
  }

  function addRun(id: string, state: 'queued' | 'interrupted'): void {
    const { database } = openDatabase({ file: join(home, 'graft.db'), alone: false });
    const [project, dataset] = [studio.projects.default(), studio.datasets.list()[0]];
    const rows = new RunRepository(database, home);
    rows.insert(
      sampleRun(home, { id, name: id, projectId: project.id, modelId: model.id, datasetId: dataset?.id ?? '', state }),
    );
    const checkpoint = join(home, 'runs', id, 'checkpoints', '5');
    mkdirSync(checkpoint, { recursive: true });
    writeFileSync(join(checkpoint, 'adapter_model.safetensors'), Buffer.alloc(1000));
    rows.records.addCheckpoint(id, { step: 5, dir: checkpoint, best: false, createdAt: 1 });
    closeDatabase(database);
  }

  it('says what each thing holds, why it stays and what is lost without it', async () => {
    addRun('waiting', 'queued');
    addRun('stopped', 'interrupted');
    const usage = await client.disk.usage();
    expect(usage).toMatchObject({ dataFolder: home, cacheFolder: cacheDir });
    expect(usage.totalBytes).toBeGreaterThan(usage.freeBytes);
    for (const { bytes, entries } of usage.kinds)
      expect(bytes).toBe(entries.reduce((sum, entry) => sum + entry.bytes, 0));
    const checkpoints = Object.fromEntries(
      (await entriesOf('checkpoints')).map((entry) => [englishOf(entry.name), entry]),
    );
    expect(englishOf(checkpoints.waiting?.keptBecause ?? '')).toMatch(/goes on from its last checkpoint/);
    expect(checkpoints.stopped).toMatchObject({ bytes: 1000, keptBecause: null });
    expect(englishOf(checkpoints.stopped?.consequence ?? '')).toMatch(/cannot be resumed/);
    expect(englishOf((await entriesOf('models'))[0]?.keptBecause ?? '')).toMatch(/run "waiting" trains on it/);
    expect(englishOf((await entriesOf('adapters'))[0]?.keptBecause ?? '')).toMatch(/library/);
    expect((await entriesOf('database'))[0]?.bytes).toBeGreaterThan(0);
    expect((await entriesOf('trash')).map(({ name }) => englishOf(name))).toContain('First (model)');
  });

  it('clears nothing at all where one thing must stay', async () => {
    const trash = await entriesOf('trash');
    const refused = await endOf(await client.disk.clear({ ids: [...trash.map(({ id }) => id), `models:${model.id}`] }));
    expect(refused).toMatchObject({
      state: 'failed',
      error: { code: 'conflict', data: { problems: [{ field: `models:${model.id}` }] } },
    });
    expect(await entriesOf('trash')).toEqual(trash);
  });

  it('clears what may go for good, and says how much that freed', async () => {
    const adapter = studio.adapters.list()[0];
    await client.adapters.remove({ ids: [adapter?.id ?? ''] });
    mkdirSync(join(cacheDir, 'wheels'), { recursive: true });
    writeFileSync(join(cacheDir, 'wheels', 'left.whl'), Buffer.alloc(500));
    const chosen = [
      ...(await entriesOf('trash')),
      ...(await entriesOf('downloads')),
      ...(await entriesOf('checkpoints')),
    ];
    const ids = chosen.filter(({ keptBecause }) => keptBecause === null).map(({ id }) => id);
    const { freedBytes } = await resultOf(await client.disk.clear({ ids: [...ids, 'trash:gone already'] }));
    expect(freedBytes).toBeGreaterThan(1500);
    expect([await entriesOf('trash'), await entriesOf('downloads'), readdirSync(join(home, 'trash'))]).toEqual([
      [],
      [],
      [],
    ]);
    expect((await entriesOf('checkpoints')).map(({ name }) => name)).toEqual(['waiting']);
    expect(studio.runs.get('stopped').checkpoints).toEqual([]);
    expect([studio.adapters.listTrashed(), studio.adapters.get(adapter?.id ?? '').name]).toEqual([[], adapter?.name]);
  });

  it('purges a run in the trash with its folder', async () => {
    studio.runs.remove('stopped');
    const [entry] = await entriesOf('trash');
    expect(englishOf(entry?.name ?? '')).toBe('stopped (run)');
    await resultOf(await client.disk.clear({ ids: [entry?.id ?? ''] }));
    expect(existsSync(join(home, 'runs', 'stopped'))).toBe(false);
    await expect(client.runs.get({ id: 'stopped' })).rejects.toThrow(/no run/);
  });

  it('writes a backup as a download or into the folder of backups, which then lists it', async () => {
    const download = await resultOf(await client.disk.backup({ target: { download: true } }));
    expect(download.path).toMatch(/^graft-backup-.*\.tar$/);
    const kept = await resultOf(await client.disk.backup({ target: { path: join(home, 'backups') } }));
    const backups = await client.disk.backups();
    expect(backups).toMatchObject([{ file: kept.path, sizeBytes: kept.sizeBytes }]);
    expect((await entriesOf('backups'))[0]).toMatchObject({ bytes: kept.sizeBytes, keptBecause: null });
  });
});
