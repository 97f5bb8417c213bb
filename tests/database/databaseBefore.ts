/** Databases as they were before a migration. */
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { DatasetRepository } from '../../main/database/datasets.ts';
import type { Migration } from '../../main/database/migrations/migration.ts';
import { migrations } from '../../main/database/migrations/registry.ts';
import { ModelRepository } from '../../main/database/models.ts';
import { ProjectRepository } from '../../main/database/projects.ts';
import { RunRepository } from '../../main/database/runs.ts';
import { sampleDataset, sampleModel, sampleRun } from './sampleRows.ts';

/** Every migration that comes before `next`. */
export function migrateUpTo(next: Migration, database: Database): void {
  for (const { version, up } of migrations) if (version < next.version) up(database);
}

/** A file of the version before `next`, with the sample run, its model, dataset and project. Returns its path. */
export function runDatabaseBefore(next: Migration, home: string): string {
  const file = join(home, 'graft.db');
  const database = new Sqlite(file);
  migrateUpTo(next, database);
  database.pragma(`user_version = ${next.version - 1}`);
  new ModelRepository(database, home).insert(sampleModel(home));
  new DatasetRepository(database, home).insert(sampleDataset(home));
  new ProjectRepository(database).insert({ id: 'project1', name: 'Default', modelId: null, createdAt: 1 });
  new RunRepository(database, home).insert(sampleRun(home));
  database.close();
  return file;
}
