/**
 * Rows of `datasets`. As with models, a removed one keeps its row and gets its id back when the same content returns.
 */
import type { Database } from 'better-sqlite3';
import type { Dataset } from '../contract/entities.ts';
import { badRowsColumn, readingColumn } from './columnSchemas.ts';
import { EntityRows } from './EntityRows.ts';
import { newId } from './ids.ts';
import { json, pathUnder, plain, RowTable } from './RowTable.ts';

const tableUnder = (home: string) =>
  new RowTable<Dataset>('datasets', {
    id: plain(),
    name: plain(),
    format: plain(),
    rows: plain(),
    badRows: json(badRowsColumn),
    badRowCount: plain(),
    trainOn: plain(),
    contentHash: plain(),
    dir: pathUnder(home),
    sizeBytes: plain(),
    source: plain(),
    reading: json(readingColumn),
    equalRows: plain(),
    createdAt: plain(),
  });

export class DatasetRepository extends EntityRows<Dataset> {
  readonly #rows: RowTable<Dataset>;

  constructor(database: Database, home: string) {
    const rows = tableUnder(home);
    super(database, { kind: 'dataset', table: 'datasets', trash: 'removed_at', toEntity: (row) => rows.toEntity(row) });
    this.#rows = rows;
  }

  findByContentHash(contentHash: string): Dataset | undefined {
    return this.where('content_hash = ? AND removed_at IS NULL', contentHash)[0];
  }

  /** The id to import this content under: the one it had before it was removed, else a new one. */
  idFor(contentHash: string): string {
    const select = this.database.prepare<[string], string>('SELECT id FROM datasets WHERE content_hash = ?');
    return select.pluck().get(contentHash) ?? newId();
  }

  insert(dataset: Dataset): void {
    this.#rows.save(this.database, dataset, { fixed: ['contentHash', 'createdAt'], alsoSet: ['removed_at = NULL'] });
  }
}
