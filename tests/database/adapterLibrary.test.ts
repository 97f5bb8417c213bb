import type { Database } from 'better-sqlite3';
import { fc } from '../support/properties.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdapterLibrary } from '../../main/database/adapterLibrary.ts';
import type { AdapterQuery } from '../../main/contract/library.ts';
import { AdapterRepository } from '../../main/database/adapters.ts';
import { DatasetRepository } from '../../main/database/datasets.ts';
import { ModelRepository } from '../../main/database/models.ts';
import { closeDatabase, openDatabase } from '../../main/database/openDatabase.ts';
import type { Adapter } from '../../main/contract/entities.ts';
import { sampleAdapter, sampleDataset, sampleModel } from './sampleRows.ts';

const home = '/home';
let database: Database;
let rows: AdapterRepository;
let library: AdapterLibrary;

beforeEach(() => {
  database = openDatabase({ file: ':memory:' }).database;
  rows = new AdapterRepository(database, home);
  library = new AdapterLibrary(database);
  new ModelRepository(database, home).insert(sampleModel(home));
  new DatasetRepository(database, home).insert(sampleDataset(home));
});

afterEach(() => closeDatabase(database));

const all: AdapterQuery = { offset: 0, limit: 100, sort: 'newest', trashed: false };
const save = (id: string, changes: Partial<Adapter> = {}): void => rows.save(sampleAdapter(home, { id, ...changes }));
const idsOf = (query: Partial<AdapterQuery>): string[] => library.page({ ...all, ...query }).items.map(({ id }) => id);

describe('page', () => {
  it('says of each adapter what a list shows, with counts of all that match', () => {
    save('a', { sizeBytes: 10 });
    save('b', { sizeBytes: 20, modelId: null, createdAt: 2000 });
    library.setRank('a', 4);
    const { items, ...counts } = library.page({ ...all, limit: 1, offset: 1 });
    expect(counts).toEqual({ total: 2, totalBytes: 30 });
    expect(items).toEqual([
      {
        ...{
          id: 'a',
          name: 'haiku voice',
          method: 'vera',
          rank: 4,
          modelId: 'model1',
          modelName: 'tiny',
          datasetName: 'haiku',
        },
        ...{
          sizeBytes: 10,
          parameters: 100,
          evaluationLoss: 1.5,
          tags: ['poem'],
          note: '',
          createdAt: 1000,
          trashedAt: null,
        },
      },
    ]);
  });

  it('sorts by what it says, adapters without an evaluation last', () => {
    save('a', { name: 'b', sizeBytes: 1, evaluationLoss: null, createdAt: 1 });
    save('b', { name: 'C', sizeBytes: 3, evaluationLoss: 2, createdAt: 2 });
    save('c', { name: 'a', sizeBytes: 2, evaluationLoss: 1, createdAt: 3 });
    const orders = (['newest', 'oldest', 'name', 'size', 'evaluation'] as const).map((sort) =>
      idsOf({ sort }).join(''),
    );
    expect(orders).toEqual(['cba', 'abc', 'cab', 'bca', 'cba']);
  });

  it('filters by method, model, tag and trash together, and never shows what was purged', () => {
    save('a', { method: 'lora', tags: ['x'] });
    save('b', { tags: ['x', 'y'], modelId: null });
    save('c', { trashedAt: 5 });
    save('d', { trashedAt: 5 });
    rows.markPurged('d');
    expect([
      idsOf({ method: 'lora' }),
      idsOf({ modelId: 'model1' }),
      idsOf({ tag: 'y' }),
      idsOf({ tag: 'x', method: 'vera' }),
    ]).toEqual([['a'], ['a'], ['b'], ['b']]);
    expect([idsOf({ trashed: true }), rows.listTrashed().map(({ id }) => id)]).toEqual([['c'], ['c']]);
    expect(rows.findEver('d')?.id).toBe('d');
  });

  it('finds every word in any of name, note, tags and dataset, short ones and Japanese too', () => {
    save('a', { name: 'Terse pirate', note: '古い池や蛙', tags: ['sea'] });
    save('b', { name: '50%_off', tags: ['de'] });
    const searches = ['TERSE sea', 'pirate haiku', '蛙', '古い池', '%', '_o', 'de', 'sea de', 'a"b', 'pir AND'];
    expect(searches.map((search) => idsOf({ search }).join(''))).toEqual([
      'a',
      'a',
      'a',
      'a',
      'b',
      'b',
      'b',
      '',
      '',
      '',
    ]);
  });

  it('takes any text as a search (quotes and operators of the index’s own language)', () => {
    save('a');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (search) => {
        expect(library.page({ ...all, search }).total).toBeLessThan(2);
      }),
    );
  });
});

describe('saving', () => {
  it('takes a tag that is there twice, at the insert and at the update (an upsert that stops at the second)', () => {
    save('a', { tags: ['x', 'x'] });
    save('a', { tags: ['y', 'y', 'x'] });
    expect(library.facets().tags).toEqual([
      { tag: 'x', count: 1 },
      { tag: 'y', count: 1 },
    ]);
  });
});

describe('facets', () => {
  it('count what is in the library, without the trash', () => {
    save('a', { tags: ['x', 'y'] });
    save('b', { tags: ['x'], method: 'lora', modelId: null });
    save('c', { tags: ['z'], trashedAt: 5 });
    expect(library.facets()).toEqual({
      methods: [
        { id: 'lora', count: 1 },
        { id: 'vera', count: 1 },
      ],
      models: [{ id: 'model1', name: 'tiny', count: 1 }],
      tags: [
        { tag: 'x', count: 2 },
        { tag: 'y', count: 1 },
      ],
      trashed: 1,
    });
  });
});

describe('what belongs to one adapter', () => {
  it('keeps its exports, the last first', () => {
    save('a');
    library.addExport('a', { to: 'peft', path: '/x', parity: 0 });
    library.addExport('a', { to: 'lora', path: '/y', parity: 1e-6 });
    expect(library.exports('a').map(({ to, path, parity }) => [to, path, parity])).toEqual([
      ['lora', '/y', 1e-6],
      ['peft', '/x', 0],
    ]);
  });

  it('counts a round once, for the winner as won', () => {
    save('a');
    save('b');
    database.exec(`INSERT INTO chats (id, title, created_at, updated_at) VALUES ('c', 't', 1, 1)`);
    const turn = database.prepare(
      `INSERT INTO chat_messages (id, chat_id, role, content, adapter_id, round, lane, created_at) VALUES (?, 'c', 'assistant', '', ?, ?, ?, 1)`,
    );
    for (const [index, [id, adapter, round]] of ['1ar', '2br', '3ar', '4as', '5bs']
      .map((word) => Array.from(word))
      .entries())
      turn.run(id, adapter, round, index);
    database.exec(`INSERT INTO chat_votes VALUES ('r', '3', 1, 1)`);
    expect([library.votes('a'), library.votes('b')]).toEqual([
      { won: 1, of: 1 },
      { won: 0, of: 1 },
    ]);
  });
});
