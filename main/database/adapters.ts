/** Rows of `adapters`. A trashed adapter is out of every list and look-up by name, but its whole id still finds it. */
import type { Database, Statement } from 'better-sqlite3';
import type { Adapter } from '../contract/entities.ts';
import { lineageColumn, tagsColumn } from './columnSchemas.ts';
import { EntityRows } from './EntityRows.ts';
import { parseJsonColumn } from './jsonColumn.ts';
import { fromStoredPath, toStoredPath } from './storedPath.ts';

interface AdapterRow {
  readonly id: string;
  readonly name: string;
  readonly method: string;
  readonly model_id: string | null;
  readonly run_id: string | null;
  readonly parameters: number;
  readonly size_bytes: number;
  readonly content_hash: string;
  readonly dir: string;
  readonly lineage: string;
  readonly evaluation_loss: number | null;
  readonly note: string;
  readonly tags: string;
  readonly created_at: number;
  readonly trashed_at: number | null;
}

const save = `
INSERT INTO adapters (id, name, method, model_id, run_id, parameters, size_bytes, content_hash, dir, lineage, evaluation_loss, note, tags, created_at, trashed_at)
VALUES (@id, @name, @method, @model_id, @run_id, @parameters, @size_bytes, @content_hash, @dir, @lineage, @evaluation_loss, @note, @tags, @created_at, @trashed_at)
ON CONFLICT (id) DO UPDATE SET name = @name, model_id = @model_id, dir = @dir, evaluation_loss = @evaluation_loss, note = @note, tags = @tags, trashed_at = @trashed_at`;

/** Where an adapter's folder should be: cheap to read for a whole library. */
export interface AdapterPlace {
  readonly id: string;
  readonly name: string;
  readonly dir: string;
  readonly isTrashed: boolean;
}

export class AdapterRepository extends EntityRows<AdapterRow, Adapter> {
  readonly #home: string;
  readonly #save: Statement<[AdapterRow]>;

  constructor(database: Database, home: string) {
    super(database, {
      ...{
        kind: 'adapter',
        table: 'adapters',
        trash: 'trashed_at',
        inTrash: 'purged_at IS NULL',
        isFoundInTrash: true,
      },
      toEntity: (row) => adapterOf(row, home),
    });
    this.#home = home;
    this.#save = database.prepare<AdapterRow>(save);
  }

  /** Out of the trash for good: the row stays for what points at it. */
  markPurged(id: string, at: number = Date.now()): void {
    this.database.prepare('UPDATE adapters SET purged_at = ? WHERE id = ? AND trashed_at IS NOT NULL').run(at, id);
  }

  /** All or none of them. */
  transact<T>(work: () => T): T {
    return this.database.transaction(work).immediate();
  }

  /** Of every adapter, in the library and in the trash. */
  places(): AdapterPlace[] {
    const rows = this.database
      .prepare<[], Pick<AdapterRow, 'id' | 'name' | 'dir' | 'trashed_at'>>(
        'SELECT id, name, dir, trashed_at FROM adapters WHERE purged_at IS NULL',
      )
      .all();
    return rows.map(({ id, name, dir, trashed_at }) => ({
      id,
      name,
      dir: fromStoredPath(this.#home, dir),
      isTrashed: trashed_at !== null,
    }));
  }

  /** The oldest in the library with this content. */
  findByContentHash(contentHash: string): Adapter | undefined {
    return this.where('content_hash = ? AND trashed_at IS NULL ORDER BY id LIMIT 1', contentHash)[0];
  }

  /** Inserts, unless the library holds the same content by now: whichever is there afterwards. */
  saveUnlessThere(adapter: Adapter): Adapter {
    const save = (): Adapter => {
      const there = this.findByContentHash(adapter.contentHash);
      if (there === undefined) this.save(adapter);
      return there ?? adapter;
    };
    return this.database.transaction(save).immediate();
  }

  /** Inserts, or updates everything that may change of an adapter that is there. */
  save(adapter: Adapter): void {
    this.#save.run(rowOf(adapter, this.#home));
  }
}

function adapterOf(row: AdapterRow, home: string): Adapter {
  return {
    id: row.id,
    name: row.name,
    method: row.method,
    modelId: row.model_id,
    parameters: row.parameters,
    sizeBytes: row.size_bytes,
    contentHash: row.content_hash,
    dir: fromStoredPath(home, row.dir),
    lineage: parseJsonColumn(lineageColumn, row.lineage, `adapters.lineage of ${row.id}`),
    evaluationLoss: row.evaluation_loss,
    note: row.note,
    tags: parseJsonColumn(tagsColumn, row.tags, `adapters.tags of ${row.id}`),
    createdAt: row.created_at,
    trashedAt: row.trashed_at,
  };
}

function rowOf(adapter: Adapter, home: string): AdapterRow {
  return {
    id: adapter.id,
    name: adapter.name,
    method: adapter.method,
    model_id: adapter.modelId,
    run_id: adapter.lineage.runId,
    parameters: adapter.parameters,
    size_bytes: adapter.sizeBytes,
    content_hash: adapter.contentHash,
    dir: toStoredPath(home, adapter.dir),
    lineage: JSON.stringify(adapter.lineage),
    evaluation_loss: adapter.evaluationLoss,
    note: adapter.note,
    tags: JSON.stringify(adapter.tags),
    created_at: adapter.createdAt,
    trashed_at: adapter.trashedAt,
  };
}
