/**
 * Rows of `datasets`. As with models, a removed one keeps its row and gets its id back when the same content returns.
 */
import type { Database } from 'better-sqlite3';
import type { Dataset, DatasetFormat } from '../contract/entities.ts';
import { badRowsColumn, readingColumn } from './columnSchemas.ts';
import { EntityRows } from './EntityRows.ts';
import { newId } from './ids.ts';
import { parseJsonColumn } from './jsonColumn.ts';
import { fromStoredPath, toStoredPath } from './storedPath.ts';

interface DatasetRow {
  readonly id: string;
  readonly name: string;
  readonly format: DatasetFormat;
  readonly rows: number;
  readonly bad_rows: string;
  readonly bad_row_count: number;
  readonly train_on: 'answers' | 'all';
  readonly content_hash: string;
  readonly dir: string;
  readonly size_bytes: number;
  readonly source: string;
  readonly reading: string;
  readonly equal_rows: number | null;
  readonly created_at: number;
}

const save = `
INSERT INTO datasets (id, name, format, rows, bad_rows, bad_row_count, train_on, content_hash, dir, size_bytes, source, reading,
  equal_rows, created_at)
VALUES (@id, @name, @format, @rows, @bad_rows, @bad_row_count, @train_on, @content_hash, @dir, @size_bytes, @source, @reading,
  @equal_rows, @created_at)
ON CONFLICT (id) DO UPDATE SET name = @name, format = @format, rows = @rows, bad_rows = @bad_rows, bad_row_count = @bad_row_count,
  train_on = @train_on, dir = @dir, size_bytes = @size_bytes, source = @source, reading = @reading, equal_rows = @equal_rows, removed_at = NULL`;

export class DatasetRepository extends EntityRows<DatasetRow, Dataset> {
  readonly #home: string;

  constructor(database: Database, home: string) {
    super(database, {
      ...{ kind: 'dataset', table: 'datasets', trash: 'removed_at' },
      toEntity: (row) => datasetOf(row, home),
    });
    this.#home = home;
  }

  findByContentHash(contentHash: string): Dataset | undefined {
    return this.where('content_hash = ? AND removed_at IS NULL', contentHash)[0];
  }

  /** The id to import this content under: the one it had before it was removed, else a new one. */
  idFor(contentHash: string): string {
    const row = this.database
      .prepare<[string], { id: string }>('SELECT id FROM datasets WHERE content_hash = ?')
      .get(contentHash);
    return row?.id ?? newId();
  }

  insert(dataset: Dataset): void {
    this.database.prepare(save).run(rowOf(dataset, this.#home));
  }
}

function datasetOf(row: DatasetRow, home: string): Dataset {
  return {
    id: row.id,
    name: row.name,
    format: row.format,
    rows: row.rows,
    badRows: parseJsonColumn(badRowsColumn, row.bad_rows, `datasets.bad_rows of ${row.id}`),
    badRowCount: row.bad_row_count,
    trainOn: row.train_on,
    contentHash: row.content_hash,
    dir: fromStoredPath(home, row.dir),
    sizeBytes: row.size_bytes,
    source: row.source,
    reading: parseJsonColumn(readingColumn, row.reading, `datasets.reading of ${row.id}`),
    equalRows: row.equal_rows,
    createdAt: row.created_at,
  };
}

function rowOf(dataset: Dataset, home: string): DatasetRow {
  return {
    id: dataset.id,
    name: dataset.name,
    format: dataset.format,
    rows: dataset.rows,
    bad_rows: JSON.stringify(dataset.badRows),
    bad_row_count: dataset.badRowCount,
    train_on: dataset.trainOn,
    content_hash: dataset.contentHash,
    dir: toStoredPath(home, dataset.dir),
    size_bytes: dataset.sizeBytes,
    source: dataset.source,
    reading: JSON.stringify(dataset.reading),
    equal_rows: dataset.equalRows,
    created_at: dataset.createdAt,
  };
}
