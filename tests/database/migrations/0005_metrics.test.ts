import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { metrics } from '../../../main/database/migrations/0005_metrics.ts';
import { migrateUpTo } from '../databaseBefore.ts';

it('0005_metrics keeps evaluations that have none, and takes JSON alone', () => {
  const database = new Sqlite(':memory:');
  database.pragma('foreign_keys = OFF');
  migrateUpTo(metrics, database);
  database.exec("INSERT INTO run_evaluations (run_id, step, loss, trained_tokens) VALUES ('r', 1, 0.5, 8)");
  metrics.up(database);
  expect(database.prepare('SELECT loss, metrics FROM run_evaluations').get()).toEqual({ loss: 0.5, metrics: null });
  database.exec(`UPDATE run_evaluations SET metrics = '{"accuracy": 0.5}'`);
  expect(() => database.exec("UPDATE run_evaluations SET metrics = 'accuracy'")).toThrow(/CHECK/);
});
