/** What the database knows of the files on the disk: of runs, and of adapters in sums, since there may be thousands. */
import type { Database } from 'better-sqlite3';
import type { RunState } from '../contract/entities.ts';
import { fromStoredPath } from './storedPath.ts';

export interface RunPlace {
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly dir: string;
  readonly modelId: string;
  readonly datasetId: string;
  readonly evalDatasetId: string | null;
  readonly testDatasetId: string | null;
  readonly isTrashed: boolean;
}

interface PlaceRow extends Omit<RunPlace, 'isTrashed'> {
  readonly trashedAt: number | null;
}

export class DiskRows {
  private readonly database: Database;
  private readonly home: string;

  constructor(database: Database, home: string) {
    this.database = database;
    this.home = home;
  }

  /** Of every run, in the trash too. */
  runs(): RunPlace[] {
    const select = `SELECT id, name, state, dir, model_id AS modelId, dataset_id AS datasetId,
      configuration ->> '$.evalDataset.id' AS evalDatasetId, configuration ->> '$.testDataset.id' AS testDatasetId,
      trashed_at AS trashedAt FROM runs ORDER BY id`;
    return this.database
      .prepare<[], PlaceRow>(select)
      .all()
      .map(({ trashedAt, ...row }) => ({
        ...row,
        dir: fromStoredPath(this.home, row.dir),
        isTrashed: trashedAt !== null,
      }));
  }

  /** Of the library, without the trash. */
  adapters(): { readonly count: number; readonly bytes: number } {
    const select =
      'SELECT count(*) AS count, coalesce(sum(size_bytes), 0) AS bytes FROM adapters INDEXED BY adapters_browse WHERE trashed_at IS NULL';
    return this.database.prepare<[], { count: number; bytes: number }>(select).get() ?? { count: 0, bytes: 0 };
  }

  /** How many adapters of the library have this base. */
  adaptersOfModel(modelId: string): number {
    const select = 'SELECT count(*) FROM adapters WHERE model_id = ? AND trashed_at IS NULL';
    return this.database.prepare<[string], number>(select).pluck().get(modelId) ?? 0;
  }
}
