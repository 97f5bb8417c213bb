/**
 * Rows of `models`. A removed model keeps its row for the lineage of runs and adapters; when the same content comes
 * back it takes up its old id, and with it everything that was trained on it.
 */
import type { Database } from 'better-sqlite3';
import type { Model } from '../contract/entities.ts';
import { modelNoticesColumn, shapeColumn } from './columnSchemas.ts';
import { EntityRows } from './EntityRows.ts';
import { flag, json, pathUnder, plain, RowTable, type StoredRow } from './RowTable.ts';

const tableUnder = (home: string) =>
  new RowTable<Model>('models', {
    id: plain(),
    name: plain(),
    family: plain(),
    parameters: plain(),
    format: plain(),
    sizeBytes: plain(),
    contentHash: plain(),
    computationHash: plain(),
    weightsHash: plain(),
    dir: pathUnder(home),
    hasTokenizer: flag,
    hasChatTemplate: flag,
    licence: plain(),
    source: plain(),
    shape: json(shapeColumn),
    notices: json(modelNoticesColumn),
    createdAt: plain(),
  });

/** Of the library, or removed from it. */
export type ModelEver = Model & { readonly isRemoved: boolean };

export class ModelRepository extends EntityRows<Model> {
  readonly #rows: RowTable<Model>;

  constructor(database: Database, home: string) {
    const rows = tableUnder(home);
    super(database, { kind: 'model', table: 'models', trash: 'removed_at', toEntity: (row) => rows.toEntity(row) });
    this.#rows = rows;
  }

  findByContentHash(contentHash: string): Model | undefined {
    return this.where('content_hash = ? AND removed_at IS NULL', contentHash)[0];
  }

  /** With these weights and this configuration, removed ones too, those of the library and the oldest first. */
  listByComputation(computationHash: string): ModelEver[] {
    const select = 'SELECT * FROM models WHERE computation_hash = ? ORDER BY removed_at IS NOT NULL, id';
    const rows = this.database.prepare<[string], StoredRow>(select).all(computationHash);
    return rows.map((row) => ({ ...this.#rows.toEntity(row), isRemoved: row.removed_at !== null }));
  }

  /** Of a row of before that had none of its own. Removed ones stay so. */
  setHashes(id: string, { contentHash, weightsHash }: Pick<Model, 'contentHash' | 'weightsHash'>): void {
    this.database
      .prepare('UPDATE models SET content_hash = ?, weights_hash = ? WHERE id = ?')
      .run(contentHash, weightsHash, id);
  }

  /** Lets another model have the content hash of a removed one, which keeps its row for the lineage. */
  releaseContentHash(contentHash: string): void {
    const update =
      "UPDATE models SET content_hash = content_hash || ':' || id WHERE content_hash = ? AND removed_at IS NOT NULL";
    this.database.prepare(update).run(contentHash);
  }

  insert(model: Model): void {
    this.#rows.save(this.database, model, { fixed: ['createdAt'], alsoSet: ['removed_at = NULL'] });
  }
}
