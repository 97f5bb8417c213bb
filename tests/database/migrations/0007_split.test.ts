import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { DatasetRepository } from '../../../main/database/datasets.ts';
import { split } from '../../../main/database/migrations/0007_split.ts';
import { RunRepository } from '../../../main/database/runs.ts';
import { migrateUpTo } from '../databaseBefore.ts';
import { sampleConfiguration } from '../sampleRows.ts';

it('0007_split opens datasets and runs of before, of whose split nothing is known', () => {
  const database = new Sqlite(':memory:');
  migrateUpTo(split, database);
  const { splitSeed: _later, ...training } = sampleConfiguration.training;
  const configuration = JSON.stringify({ ...sampleConfiguration, training });
  database.pragma('foreign_keys = OFF');
  database.exec(`INSERT INTO datasets
    (id, name, format, rows, bad_rows, bad_row_count, train_on, content_hash, dir, size_bytes, source, created_at)
    VALUES ('d', 'letters', 'text', 1, '[]', 0, 'answers', 'h', 'datasets/h', 9, '/letters.txt', 1)`);
  database
    .prepare(
      `INSERT INTO runs (id, name, project_id, model_id, dataset_id, state, configuration, estimate, dir, queued_at, created_at)
       VALUES ('r', 'old', 'p', 'm', 'd', 'interrupted', ?, '{"memoryBytes":1,"memoryParts":[],"seconds":1,"adapterBytes":1}', 'runs/r', 1, 1)`,
    )
    .run(configuration);
  split.up(database);
  expect(new DatasetRepository(database, '/data').get('d').equalRows).toBeNull();
  const run = new RunRepository(database, '/data').get('r');
  expect(run).toMatchObject({ split: null, testEvaluation: null });
  expect(run.configuration.training).toEqual(training); // a split seed that nobody asked for would change the split
});
