import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { unknownReading } from '../../../main/contract/entities.ts';
import { DatasetRepository } from '../../../main/database/datasets.ts';
import { datasetReading } from '../../../main/database/migrations/0006_dataset_reading.ts';
import { migrateUpTo } from '../databaseBefore.ts';

it('0006_dataset_reading opens datasets of before, of whose columns nothing is known, and takes JSON alone', () => {
  const database = new Sqlite(':memory:');
  migrateUpTo(datasetReading, database);
  database.exec(`INSERT INTO datasets
    (id, name, format, rows, bad_rows, bad_row_count, train_on, content_hash, dir, size_bytes, source, created_at)
    VALUES ('d', 'letters', 'text', 1, '[]', 0, 'answers', 'h', 'datasets/h', 9, '/letters.txt', 1)`);
  datasetReading.up(database);
  expect(new DatasetRepository(database, '/data').get('d')).toMatchObject({ name: 'letters', reading: unknownReading });
  expect(() => database.exec("UPDATE datasets SET reading = 'columns'")).toThrow(/CHECK/);
});
