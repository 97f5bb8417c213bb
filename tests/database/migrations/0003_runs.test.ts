import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { initial } from '../../../main/database/migrations/0001_initial.ts';
import { runs } from '../../../main/database/migrations/0003_runs.ts';

it('0003_runs keeps what is there, counts its time and draws its little curve (a history without figures after an update)', () => {
  const database = new Sqlite(':memory:');
  database.pragma('foreign_keys = ON');
  initial.up(database);
  database.exec(`
    INSERT INTO projects VALUES ('p', 'n', NULL, 1);
    INSERT INTO datasets VALUES ('d', 'n', 'text', 1, '[]', 0, 'all', 'h', 'dir', 1, 's', 1, NULL);
    INSERT INTO models VALUES ('m', 'n', 'llama', 1, 'gguf', 1, 'h', 'dir', 1, 1, NULL, 's', '{}', 1, NULL)`);
  const insert = database.prepare(
    `INSERT INTO runs (id, name, project_id, model_id, dataset_id, state, configuration, estimate, dir, queued_at, created_at, started_at, finished_at)
     VALUES (?, 'n', 'p', 'm', 'd', ?, '{}', '{}', 'dir', ?, 1, ?, ?)`,
  );
  insert.run('done', 'succeeded', 5, 1_000, 61_000);
  insert.run('empty', 'failed', 6, null, 7);
  insert.run('open', 'queued', 7, null, null);
  const step = database.prepare(`INSERT INTO run_steps VALUES ('done', ?, ?, 1, 1, 1, 1, 1)`);
  for (let number = 1; number <= 80; number++) step.run(number, number <= 2 ? null : number);
  runs.up(database);
  const rows = database.prepare('SELECT id, queue_rank, elapsed_ms, sparkline, trashed_at FROM runs ORDER BY id').all();
  const [done] = rows as { readonly sparkline: string }[];
  expect(rows).toMatchObject([
    { id: 'done', queue_rank: 5, elapsed_ms: 60_000, trashed_at: null },
    { id: 'empty', elapsed_ms: 0, sparkline: '[]' },
    { id: 'open', queue_rank: 7, sparkline: null },
  ]);
  const curve = JSON.parse(done?.sparkline ?? '') as unknown[];
  expect([curve.length, curve[0], curve[1], curve[39]]).toEqual([40, null, 3.5, 79.5]);
  expect(database.pragma('foreign_key_check')).toEqual([]);
});
