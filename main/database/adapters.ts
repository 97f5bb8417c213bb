/** Rows of `adapters`. A trashed adapter is out of every list and look-up by name, but its whole id still finds it. */
import type { Database } from 'better-sqlite3';
import type { Adapter } from '../contract/entities.ts';
import { lineageColumn, tagsColumn } from './columnSchemas.ts';
import { EntityRows } from './EntityRows.ts';
import { json, pathUnder, plain, RowTable } from './RowTable.ts';
import { fromStoredPath } from './storedPath.ts';

const tableUnder = (home: string) =>
  new RowTable<Adapter>('adapters', {
    id: plain(),
    name: plain(),
    method: plain(),
    modelId: plain(),
    parameters: plain(),
    sizeBytes: plain(),
    contentHash: plain(),
    dir: pathUnder(home),
    lineage: json(lineageColumn),
    evaluationLoss: plain(),
    note: plain(),
    tags: json(tagsColumn),
    createdAt: plain(),
    trashedAt: plain(),
  });

const fixed = ['method', 'parameters', 'sizeBytes', 'contentHash', 'lineage', 'createdAt'] as const;

/** Where an adapter's folder should be: cheap to read for a whole library. */
export interface AdapterPlace {
  readonly id: string;
  readonly name: string;
  readonly dir: string;
  readonly isTrashed: boolean;
}

export class AdapterRepository extends EntityRows<Adapter> {
  readonly #home: string;
  readonly #rows: RowTable<Adapter>;

  constructor(database: Database, home: string) {
    const rows = tableUnder(home);
    super(database, {
      ...{
        kind: 'adapter',
        table: 'adapters',
        trash: 'trashed_at',
        inTrash: 'purged_at IS NULL',
        isFoundInTrash: true,
      },
      toEntity: (row) => rows.toEntity(row),
    });
    this.#home = home;
    this.#rows = rows;
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
      .prepare<[], Omit<AdapterPlace, 'isTrashed'> & { readonly trashedAt: number | null }>(
        'SELECT id, name, dir, trashed_at AS trashedAt FROM adapters WHERE purged_at IS NULL',
      )
      .all();
    return rows.map(({ trashedAt, dir, ...row }) => ({
      ...{ ...row, dir: fromStoredPath(this.#home, dir) },
      isTrashed: trashedAt !== null,
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
    this.#rows.save(this.database, adapter, { fixed, extra: { run_id: adapter.lineage.runId } });
  }
}
