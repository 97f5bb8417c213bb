import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { initial } from '../../../main/database/migrations/0001_initial.ts';
import { chats } from '../../../main/database/migrations/0002_chats.ts';

let database: Database;

beforeEach(() => {
  database = new Sqlite(':memory:');
  database.pragma('foreign_keys = ON');
  initial.up(database);
  database.exec(`INSERT INTO chats VALUES ('c', 'old title', NULL, NULL, 1, 2)`);
  database.exec(
    `INSERT INTO chat_messages (id, chat_id, role, content, created_at) VALUES ('m', 'c', 'user', 'old pond', 1)`,
  );
  chats.up(database);
});

describe('0002_chats', () => {
  it('keeps chats and messages of before, whole and findable (rows lost or shown as unfinished)', () => {
    expect(database.prepare('SELECT title, system_prompt, trashed_at FROM chats').all()).toEqual([
      { title: 'old title', system_prompt: '', trashed_at: null },
    ]);
    expect(
      database.prepare('SELECT content, state, round, lane, cut_off, omitted_turns FROM chat_messages').all(),
    ).toEqual([{ content: 'old pond', state: 'done', round: null, lane: 0, cut_off: 0, omitted_turns: 0 }]);
    expect(database.prepare(`SELECT count(*) FROM chat_search WHERE chat_search MATCH 'pond'`).pluck().get()).toBe(1);
  });

  it('takes no state that nobody knows and no error that is not JSON', () => {
    expect(() => database.exec(`UPDATE chat_messages SET state = 'paused'`)).toThrow(/CHECK/);
    expect(() => database.exec(`UPDATE chat_messages SET error = '{'`)).toThrow(/CHECK/);
  });

  it('keeps one vote a round and drops it with its message (votes for answers that are gone)', () => {
    const vote = database.prepare(`INSERT INTO chat_votes VALUES ('r', ?, 0, 1)`);
    expect(() => vote.run('no such message')).toThrow(/FOREIGN KEY/);
    vote.run('m');
    expect(() => vote.run('m')).toThrow(/UNIQUE/);
    database.exec(`DELETE FROM chats`);
    expect(database.prepare('SELECT count(*) FROM chat_votes').pluck().get()).toBe(0);
  });
});
