import Sqlite from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from 'better-sqlite3';
import { adapterLibrary } from '../../../main/database/migrations/0004_adapter_library.ts';
import { migrateUpTo } from '../databaseBefore.ts';

let database: Database;

beforeEach(() => {
  database = new Sqlite(':memory:');
  database.pragma('foreign_keys = ON');
  migrateUpTo(adapterLibrary, database);
});

function insertAdapter(
  id: string,
  { name, note, tags, datasetId }: Readonly<Record<'name' | 'note' | 'datasetId', string>> & { tags: string[] },
): void {
  const lineage = { datasetId, configuration: { method: { options: { rank: 8 } } } };
  database
    .prepare(
      `INSERT INTO adapters (id, name, method, parameters, size_bytes, content_hash, dir, lineage, note, tags, created_at)
       VALUES (?, ?, 'vera', 1, 1, 'h', 'd', ?, ?, ?, 1)`,
    )
    .run(id, name, JSON.stringify(lineage), note, JSON.stringify(tags));
}

const found = (words: string): unknown[] =>
  database
    .prepare(
      `SELECT adapter_id FROM adapter_texts WHERE sequence IN (SELECT rowid FROM adapter_search WHERE adapter_search MATCH ?) ORDER BY 1`,
    )
    .pluck()
    .all(`"${words}"`);
const tagged = (tag: string): unknown[] =>
  database.prepare('SELECT adapter_id FROM adapter_tags WHERE tag = ?').pluck().all(tag);

describe('0004_adapter_library', () => {
  it('takes up the adapters that are there: texts, tags and ranks', () => {
    database.exec(
      `INSERT INTO datasets VALUES ('d', '古い池の句', 'text', 1, '[]', 0, 'all', 'h', 'dir', 1, 's', 1, NULL)`,
    );
    insertAdapter('a', { name: 'haiku voice', note: 'the second try', tags: ['poem', 'short'], datasetId: 'd' });
    adapterLibrary.up(database);
    for (const words of ['haiku', 'second try', 'poem', 'い池の']) expect(found(words)).toEqual(['a']);
    expect([tagged('short'), tagged('long')]).toEqual([['a'], []]);
    expect(database.prepare('SELECT rank FROM adapters').pluck().get()).toBe(8);
  });

  it('follows what is changed later, in the adapter and in the name of its dataset (a search that finds what was)', () => {
    adapterLibrary.up(database);
    database.exec(
      `INSERT INTO datasets VALUES ('d', 'letters', 'text', 1, '[]', 0, 'all', 'h', 'dir', 1, 's', 1, NULL)`,
    );
    insertAdapter('a', { name: 'first', note: '', tags: ['old'], datasetId: 'd' });
    database.exec(`UPDATE adapters SET name = 'second', tags = '["new","new"]'`);
    expect([found('first'), found('second'), tagged('old'), tagged('new')]).toEqual([[], ['a'], [], ['a']]);
    database.exec(`UPDATE datasets SET name = 'postcards'`);
    expect([found('letters'), found('postcards'), found('second')]).toEqual([[], ['a'], ['a']]);
    database.exec(`DELETE FROM adapters`);
    expect([found('second'), tagged('new')]).toEqual([[], []]);
  });

  it('still finds after the copy that a backup makes (row ids that changed)', () => {
    adapterLibrary.up(database);
    for (const id of ['a', 'b', 'c']) insertAdapter(id, { name: `name of ${id}`, note: '', tags: [], datasetId: 'd' });
    database.exec(`DELETE FROM adapters WHERE id = 'a'`);
    database.exec('VACUUM');
    expect(found('name of c')).toEqual(['c']);
  });
});
