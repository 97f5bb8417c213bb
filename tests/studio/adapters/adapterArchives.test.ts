import { createHash } from 'node:crypto';
import { createWriteStream, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import type { Database } from 'better-sqlite3';
import { fc } from '../../support/properties.ts';
import { extract, pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Adapter } from '../../../main/contract/entities.ts';
import { AdapterLibrary } from '../../../main/database/adapterLibrary.ts';
import { AdapterRepository } from '../../../main/database/adapters.ts';
import { DatasetRepository } from '../../../main/database/datasets.ts';
import { ModelRepository } from '../../../main/database/models.ts';
import { closeDatabase, openDatabase } from '../../../main/database/openDatabase.ts';
import { Adapters } from '../../../main/studio/adapters/adapters.ts';
import { openDataFolder } from '../../../main/studio/dataFolder/dataFolder.ts';
import { sampleDataset, sampleModel } from '../../database/sampleRows.ts';
import { exportsOver } from '../../support/exports.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

interface Library {
  readonly adapters: Adapters;
  readonly rows: AdapterRepository;
  readonly models: ModelRepository;
  readonly datasets: DatasetRepository;
  readonly home: string;
  readonly adaptersDir: string;
}

interface Entry {
  readonly name: string;
  readonly content: Buffer;
  readonly type?: 'file' | 'symlink';
}

const databases: Database[] = [];

function openLibrary(): Library {
  const folder = openDataFolder(join(temporaryDir(), 'home'));
  const { database } = openDatabase({ file: folder.databaseFile });
  databases.push(database);
  const [rows, models, datasets] = [
    new AdapterRepository(database, folder.home),
    new ModelRepository(database, folder.home),
    new DatasetRepository(database, folder.home),
  ];
  const adapters = new Adapters({
    ...{ rows, models, datasets, folder, codeVersion: '0.1.0', library: new AdapterLibrary(database) },
    findRun: () => undefined,
    exports: exportsOver(async ({ adapterDir, outDir }) => {
      cpSync(adapterDir ?? '', outDir, { recursive: true });
      return {
        files: [],
        parity: { of: 'logits', difference: 1e-6, tolerance: 1e-3, rounding: null },
        truncation: null,
        notes: [],
      };
    }),
    inspect: async () => ({ notices: [] }),
    cacheDir: folder.home,
    fetchModel: async () => Promise.reject(new Error('nothing is fetched here')),
    onChange: () => undefined,
  });
  return { adapters, rows, models, datasets, home: folder.home, adaptersDir: folder.adaptersDir };
}

let from: Library;
let to: Library;
let archive: string;

beforeEach(async () => {
  from = openLibrary();
  to = openLibrary();
  archive = join(temporaryDir(), 'two.graft.tar.gz');
  const first = await from.adapters.import(fixturePath('lora_r4_a8'), { name: 'same name' });
  const second = await from.adapters.import(fixturePath('vblora_full'), { name: 'other' });
  from.adapters.annotate(first.id, { note: 'a note', tags: ['x', '蛙'] });
  await from.adapters.archive([first.id, second.id], archive);
});

afterEach(() => {
  for (const database of databases.splice(0)) closeDatabase(database);
});

async function entriesOf(file: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  const reader = extract();
  const reading = (async () => {
    for await (const entry of reader) {
      const pieces: Uint8Array[] = [];
      for await (const piece of entry as AsyncIterable<Uint8Array>) pieces.push(piece);
      entries.push({ name: entry.header.name, content: Buffer.concat(pieces) });
    }
  })();
  reader.end(gunzipSync(readFileSync(file)));
  await reading;
  return entries;
}

async function writeArchive(entries: readonly Entry[]): Promise<string> {
  const file = join(temporaryDir(), 'changed.tar.gz');
  const writer = pack();
  for (const { name, content, type = 'file' } of entries) {
    if (type === 'symlink') writer.entry({ name, type, linkname: '/etc/passwd' });
    else writer.entry({ name }, content);
  }
  writer.finalize();
  await pipeline(writer, createGzip(), createWriteStream(file));
  return file;
}

const contentOf = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dir).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(dir, name)))
        .digest('hex'),
    ]),
  );

describe('an archive of adapters', () => {
  it('carries files, names, notes, tags and lineage into another library, once', async () => {
    const { added, known } = await to.adapters.unarchive(archive);
    expect(known).toEqual([]);
    expect(added.map(({ name, note, tags, method }) => [name, note, tags, method])).toEqual([
      ['same name', 'a note', ['x', '蛙'], 'lora'],
      ['other', '', [], 'vblora'],
    ]);
    for (const adapter of added) expect(contentOf(adapter.dir)).toEqual(contentOf(from.adapters.get(adapter.name).dir));
    expect(
      to.adapters.page({ offset: 0, limit: 9, sort: 'oldest', trashed: false }).items.map(({ rank }) => rank),
    ).toEqual([4, 2]);
    const again = await to.adapters.unarchive(archive);
    expect([again.added, again.known.map(({ id }) => id)]).toEqual([[], added.map(({ id }) => id)]);
    expect(readdirSync(to.adaptersDir)).toHaveLength(2);
  });

  it('finds the base and the dataset by their content, not by their ids, and gives a free name', async () => {
    const model = sampleModel(from.home);
    from.models.insert(model);
    from.datasets.insert(sampleDataset(from.home));
    const adapter = from.adapters.get('other');
    const lineage = {
      ...adapter.lineage,
      modelId: model.id,
      modelHash: model.contentHash,
      datasetId: 'dataset1',
      datasetHash: 'hash-of-dataset1',
      runId: 'r',
    };
    const copy: Adapter = { ...adapter, id: 'copy', name: 'copy', modelId: model.id, contentHash: 'another', lineage };
    from.rows.save(copy);
    const file = join(temporaryDir(), 'copy.tar.gz');
    await from.adapters.archive(['copy'], file);
    to.models.insert(sampleModel(to.home, { id: 'elsewhere', contentHash: model.contentHash }));
    await to.adapters.import(fixturePath('lora_r4_a8'), { name: 'copy' });
    const [added] = (await to.adapters.unarchive(file)).added;
    expect(added).toMatchObject({ name: 'copy-2', modelId: 'elsewhere' });
    expect(added?.lineage).toMatchObject({
      modelId: 'elsewhere',
      datasetId: null,
      datasetHash: 'hash-of-dataset1',
      runId: null,
    });
  });

  it.each<[string, (entries: Entry[]) => Entry[], RegExp, string]>([
    [
      'a changed byte',
      (e) =>
        e.map((one) =>
          one.name.endsWith('2/adapter_config.json')
            ? { ...one, content: Buffer.from(one.content.toString().replace('{', '[')) }
            : one,
        ),
      /adapters\/2\/adapter_config.json differs/,
      'integrity',
    ],
    [
      'a longer file',
      (e) =>
        e.map((one) =>
          one.name.endsWith('1/adapter_config.json')
            ? { ...one, content: Buffer.concat([one.content, Buffer.from(' ')]) }
            : one,
        ),
      /adapters\/1\/adapter_config.json has \d+ bytes/,
      'integrity',
    ],
    ['a missing file', (e) => e.slice(0, -1), /adapters\/2\/adapter_model.safetensors is missing/, 'integrity'],
    ['a file twice', (e) => [...e, ...e.slice(-1)], /there twice/, 'invalid'],
    [
      'a stranger',
      (e) => [...e, { name: 'adapters/1/run.sh', content: Buffer.from('') }],
      /run.sh" is not in its list/,
      'invalid',
    ],
    [
      'a link',
      (e) => [...e.slice(0, 1), { name: 'adapters/1/adapter_config.json', content: Buffer.from(''), type: 'symlink' }],
      /no plain file/,
      'invalid',
    ],
    ['no list', (e) => e.slice(1), /does not begin with adapters.json/, 'invalid'],
    [
      'a list of something else',
      (e) => [{ name: 'adapters.json', content: Buffer.from('{}') }, ...e.slice(1)],
      /adapters.json does not hold/,
      'invalid',
    ],
    ['nothing', () => [], /it is empty/, 'invalid'],
  ])('with %s is refused, naming the file, and leaves nothing', async (_, change, message, code) => {
    const file = await writeArchive(change(await entriesOf(archive)));
    const error = await graftErrorOfAsync(() => to.adapters.unarchive(file));
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ code, data: { file, remedy: expect.any(String) } });
    expect([to.adapters.list(), readdirSync(to.adaptersDir)]).toEqual([[], []]);
  });

  it('whose adapter is none is refused whole, though every checksum holds', async () => {
    const content = Buffer.from('{"peft_type":"LORA"}');
    const entries = (await entriesOf(archive)).map((one) =>
      one.name === 'adapters/2/adapter_config.json' ? { ...one, content } : one,
    );
    const list = JSON.parse(entries[0]?.content.toString() ?? '') as {
      adapters: { files: { name: string; sha256: string; sizeBytes: number }[] }[];
    };
    const config = list.adapters[1]?.files.find(({ name }) => name === 'adapter_config.json');
    Object.assign(config ?? {}, {
      sizeBytes: content.byteLength,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    const file = await writeArchive([
      { name: 'adapters.json', content: Buffer.from(JSON.stringify(list)) },
      ...entries.slice(1),
    ]);
    expect((await graftErrorOfAsync(() => to.adapters.unarchive(file))).code).toBe('invalid');
    expect([to.adapters.list(), readdirSync(to.adaptersDir)]).toEqual([[], []]);
  });

  it('writes nothing outside the library, whatever its entries are called', async () => {
    const entries = await entriesOf(archive);
    const segment = fc.constantFrom(
      '..',
      '.',
      '',
      'adapters',
      '1',
      'adapter_config.json',
      'x',
      'C:',
      '\\',
      '~',
      'adapters.json',
    );
    const name = fc.array(segment, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
    await fc.assert(
      fc.asyncProperty(name, fc.nat(entries.length), async (escape, at) => {
        if (escape === '' || entries.some((one) => one.name === escape)) return;
        const before = readdirSync(join(to.home, '..'), { recursive: true });
        const file = await writeArchive(entries.toSpliced(at, 0, { name: escape, content: Buffer.from('escaped') }));
        const error = await graftErrorOfAsync(() => to.adapters.unarchive(file));
        expect(['invalid', 'integrity']).toContain(error.code);
        expect(
          readdirSync(join(to.home, '..'), { recursive: true }).filter((path) => !String(path).includes('graft.db')),
        ).toEqual(before.filter((path) => !String(path).includes('graft.db')));
      }),
      { numRuns: 40 },
    );
  });

  it('cut off anywhere, or no archive at all, is damage and not a crash', async () => {
    const bytes = readFileSync(archive);
    const file = join(temporaryDir(), 'cut.tar.gz');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        writeFileSync(file, bytes.subarray(0, length));
        const error = await graftErrorOfAsync(() => to.adapters.unarchive(file));
        expect(['invalid', 'integrity']).toContain(error.code);
      }),
      { numRuns: 15 },
    );
    writeFileSync(file, 'just text');
    expect((await graftErrorOfAsync(() => to.adapters.unarchive(file))).code).toBe('integrity');
    expect(readdirSync(to.adaptersDir)).toEqual([]);
  });

  it('leaves no half a file when it is cancelled', async () => {
    const file = join(temporaryDir(), 'cancelled.tar.gz');
    const options = { signal: AbortSignal.abort() };
    expect((await graftErrorOfAsync(() => from.adapters.archive(['other'], file, options))).code).toBe('cancelled');
    expect(existsSync(file)).toBe(false);
    expect((await graftErrorOfAsync(() => to.adapters.unarchive(archive, options))).code).toBe('cancelled');
    expect(readdirSync(to.adaptersDir)).toEqual([]);
  });
});

describe('an export as one file', () => {
  it('holds the PEFT folder under the adapter’s name, is recorded, and comes in again as the same adapter', async () => {
    const path = join(temporaryDir(), 'content');
    await from.adapters.exportFile('same name', { to: 'peft' }, { path, fileName: 'same name-peft.tar.gz' });
    expect((await entriesOf(path)).map(({ name }) => name)).toEqual([
      'same name/README.md',
      'same name/adapter_config.json',
      'same name/adapter_model.safetensors',
    ]);
    expect(from.adapters.details('same name').exports).toMatchObject([
      { to: 'peft', path: 'same name-peft.tar.gz', parity: 0 },
    ]);
    expect(readdirSync(join(path, '..'))).toEqual(['content']);
  });

  it('takes what the engine wrote, wherever the studio was started', async () => {
    const path = join(temporaryDir(), 'content');
    const model = sampleModel(from.home);
    from.models.insert(model);
    from.rows.save({ ...from.adapters.get('same name'), modelId: model.id });
    const target = { path, fileName: 'same name-lora.tar.gz' };
    const { parity, files } = await from.adapters.exportFile('same name', { to: 'lora' }, target);
    expect(parity.difference).toBe(1e-6);
    expect((await entriesOf(path)).map(({ name }) => name)).toEqual(files.map((name) => `same name/${name}`));
  });
});

describe('what can be imported', () => {
  it('is also one file of the folder, weights of another name beside the config, or a folder around it', async () => {
    const dir = join(temporaryDir(), 'around', 'mine');
    mkdirSync(dir, { recursive: true });
    cpSync(fixturePath('lora_r4_a8'), dir, { recursive: true });
    const known = from.adapters.get('same name').id;
    const named = join(temporaryDir(), 'voice.safetensors');
    cpSync(join(dir, 'adapter_model.safetensors'), named);
    cpSync(join(dir, 'adapter_config.json'), join(named, '..', 'adapter_config.json'));
    for (const path of [
      join(dir, 'adapter_model.safetensors'),
      join(dir, 'adapter_config.json'),
      join(dir, '..'),
      named,
    ]) {
      expect((await from.adapters.import(path)).id).toBe(known);
    }
    expect((await to.adapters.import(named)).name).toBe('voice');
    expect((await graftErrorOfAsync(() => to.adapters.import(archive))).data.remedy).toMatch(/archive/);
  });
});

describe('purging', () => {
  it('takes the files for good and keeps the row for what points at it', async () => {
    const { id } = from.adapters.get('other');
    expect((await graftErrorOfAsync(() => from.adapters.purge(id))).code).toBe('notFound');
    await from.adapters.remove(id);
    const { dir } = from.adapters.get(id);
    await from.adapters.purge(id);
    expect([existsSync(dir), from.adapters.listTrashed(), from.adapters.details(id).adapter.name]).toEqual([
      false,
      [],
      'other',
    ]);
    expect((await graftErrorOfAsync(() => from.adapters.restore(id))).code).toBe('notFound');
  });
});
