import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { initial } from '../../../main/database/migrations/0001_initial.ts';

let database: Database;

beforeEach(() => {
  database = new Sqlite(':memory:');
  database.pragma('foreign_keys = ON');
  initial.up(database);
});

describe('0001_initial', () => {
  it('makes every table STRICT (text in a column of numbers)', () => {
    const loose = `SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND strict = 0`;
    const names = database.prepare(loose).pluck().all();
    expect(names.filter((name) => !String(name).startsWith('sqlite_'))).toEqual([]);
  });

  it('holds foreign keys, states and JSON (rows that point at nothing, states nobody knows)', () => {
    expect(() => database.exec(`INSERT INTO projects VALUES ('p', 'n', 'no such model', 1)`)).toThrow(/FOREIGN KEY/);
    database.exec(`INSERT INTO projects VALUES ('p', 'n', NULL, 1)`);
    database.exec(`INSERT INTO datasets VALUES ('d', 'n', 'text', 1, '[]', 0, 'all', 'h', 'dir', 1, 's', 1, NULL)`);
    database.exec(
      `INSERT INTO models VALUES ('m', 'n', 'llama', 1, 'gguf', 1, 'h', 'dir', 1, 1, NULL, 's', '{}', 1, NULL)`,
    );
    const insert = database.prepare(
      `INSERT INTO runs (id, name, project_id, model_id, dataset_id, state, configuration, estimate, dir, queued_at, created_at)
       VALUES ('r', 'n', 'p', 'm', 'd', ?, ?, '{}', 'dir', 1, 1)`,
    );
    expect(() => insert.run('paused', '{}')).toThrow(/CHECK/);
    expect(() => insert.run('queued', '{')).toThrow(/CHECK/);
    insert.run('queued', '{}');
    database.exec(`INSERT INTO run_steps VALUES ('r', 1, 1, 1, 1, 1, 1, 1)`);
    database.exec(`DELETE FROM runs`);
    expect(database.prepare('SELECT count(*) FROM run_steps').pluck().get()).toBe(0);
  });

  it('finds the text of chats by any three characters (an index that stands empty)', () => {
    database.exec(`INSERT INTO chats VALUES ('c', 't', NULL, NULL, 1, 1)`);
    database.exec(
      `INSERT INTO chat_messages (id, chat_id, role, content, created_at) VALUES ('m', 'c', 'user', 'old pond', 1)`,
    );
    const search = database.prepare(`SELECT count(*) FROM chat_search WHERE chat_search MATCH ?`).pluck();
    expect(search.get('pon')).toBe(1);
    database.exec(`UPDATE chat_messages SET content = 'a frog'`);
    expect([search.get('pon'), search.get('frog')]).toEqual([0, 1]);
  });
});
