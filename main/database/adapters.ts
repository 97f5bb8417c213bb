/** Rows of `adapters`. A trashed adapter is out of every list and look-up by name, but its whole id still finds it. */
import type { Database, Statement } from 'better-sqlite3';
import type { Adapter } from '../contract/entities.ts';
import { candidatesOf } from './candidates.ts';
import { lineageColumn, tagsColumn } from './columnSchemas.ts';
import { parseJsonColumn } from './jsonColumn.ts';
import { findByIdOrName, getByIdOrName } from './resolve.ts';
import type { Candidates } from './resolve.ts';
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

export class AdapterRepository {
  private readonly database: Database;
  private readonly home: string;
  private readonly candidates: Candidates<Adapter>;
  private readonly trashed: Candidates<Adapter>;
  private readonly saveStatement: Statement<[AdapterRow]>;
  private readonly toAdapter = (row: AdapterRow): Adapter => adapterOf(row, this.home);

  constructor(database: Database, home: string) {
    this.database = database;
    this.home = home;
    this.saveStatement = database.prepare<AdapterRow>(save);
    const living = candidatesOf(database, {
      table: 'adapters',
      condition: 'trashed_at IS NULL',
      toEntity: this.toAdapter,
    });
    this.candidates = { ...living, byId: (id) => this.findEver(id) };
    this.trashed = candidatesOf(database, {
      table: 'adapters',
      condition: 'trashed_at IS NOT NULL AND purged_at IS NULL',
      toEntity: this.toAdapter,
    });
  }

  /** The library, without the trash, oldest first. */
  list(): Adapter[] {
    return this.database
      .prepare<[], AdapterRow>('SELECT * FROM adapters WHERE trashed_at IS NULL ORDER BY id')
      .all()
      .map(this.toAdapter);
  }

  listTrashed(): Adapter[] {
    return this.database
      .prepare<[], AdapterRow>('SELECT * FROM adapters WHERE trashed_at IS NOT NULL AND purged_at IS NULL ORDER BY id')
      .all()
      .map(this.toAdapter);
  }

  find(idOrName: string): Adapter | undefined {
    return findByIdOrName('adapter', idOrName, this.candidates);
  }

  get(idOrName: string): Adapter {
    return getByIdOrName('adapter', idOrName, this.candidates);
  }

  getTrashed(idOrName: string): Adapter {
    return getByIdOrName('adapter', idOrName, this.trashed);
  }

  findEver(id: string): Adapter | undefined {
    return this.database
      .prepare<[string], AdapterRow>('SELECT * FROM adapters WHERE id = ?')
      .all(id)
      .map(this.toAdapter)[0];
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
      dir: fromStoredPath(this.home, dir),
      isTrashed: trashed_at !== null,
    }));
  }

  /** By another adapter of the library than the given one. */
  isNameTaken(name: string, exceptId = ''): boolean {
    return this.candidates.byName(name).some(({ id }) => id !== exceptId);
  }

  /** The oldest in the library with this content. */
  findByContentHash(contentHash: string): Adapter | undefined {
    const select = 'SELECT * FROM adapters WHERE content_hash = ? AND trashed_at IS NULL ORDER BY id LIMIT 1';
    return this.database.prepare<[string], AdapterRow>(select).all(contentHash).map(this.toAdapter)[0];
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
    this.saveStatement.run(rowOf(adapter, this.home));
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
