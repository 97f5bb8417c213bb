/**
 * Rows of `models`. A removed model keeps its row for the lineage of runs and adapters; when the same content comes
 * back it takes up its old id, and with it everything that was trained on it.
 */
import type { Database } from 'better-sqlite3';
import type { Model } from '../contract/entities.ts';
import { modelNoticesColumn, shapeColumn } from './columnSchemas.ts';
import { EntityRows } from './EntityRows.ts';
import { parseJsonColumn } from './jsonColumn.ts';
import { fromStoredPath, toStoredPath } from './storedPath.ts';

interface ModelRow {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly parameters: number;
  readonly format: 'safetensors' | 'gguf';
  readonly size_bytes: number;
  readonly content_hash: string;
  readonly computation_hash: string;
  readonly weights_hash: string | null;
  readonly dir: string;
  readonly has_tokenizer: number;
  readonly has_chat_template: number;
  readonly licence: string | null;
  readonly source: string;
  readonly shape: string;
  readonly notices: string;
  readonly created_at: number;
}

const save = `
INSERT INTO models (id, name, family, parameters, format, size_bytes, content_hash, computation_hash, weights_hash, dir, has_tokenizer, has_chat_template, licence, source, shape, notices, created_at)
VALUES (@id, @name, @family, @parameters, @format, @size_bytes, @content_hash, @computation_hash, @weights_hash, @dir, @has_tokenizer, @has_chat_template, @licence, @source, @shape, @notices, @created_at)
ON CONFLICT (id) DO UPDATE SET name = @name, family = @family, parameters = @parameters, format = @format, size_bytes = @size_bytes, dir = @dir,
  content_hash = @content_hash, computation_hash = @computation_hash, weights_hash = @weights_hash,
  has_tokenizer = @has_tokenizer, has_chat_template = @has_chat_template, licence = @licence, source = @source, shape = @shape, notices = @notices, removed_at = NULL`;

/** Of the library, or removed from it. */
export type ModelEver = Model & { readonly isRemoved: boolean };

export class ModelRepository extends EntityRows<ModelRow, Model> {
  readonly #home: string;

  constructor(database: Database, home: string) {
    super(database, {
      ...{ kind: 'model', table: 'models', trash: 'removed_at' },
      toEntity: (row) => modelOf(row, home),
    });
    this.#home = home;
  }

  findByContentHash(contentHash: string): Model | undefined {
    return this.where('content_hash = ? AND removed_at IS NULL', contentHash)[0];
  }

  /** With these weights and this configuration, removed ones too, those of the library and the oldest first. */
  listByComputation(computationHash: string): ModelEver[] {
    const select = 'SELECT * FROM models WHERE computation_hash = ? ORDER BY removed_at IS NOT NULL, id';
    const rows = this.database
      .prepare<[string], ModelRow & { readonly removed_at: number | null }>(select)
      .all(computationHash);
    return rows.map((row) => ({ ...modelOf(row, this.#home), isRemoved: row.removed_at !== null }));
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
    this.database.prepare(save).run(rowOf(model, this.#home));
  }
}

function modelOf(row: ModelRow, home: string): Model {
  return {
    id: row.id,
    name: row.name,
    family: row.family,
    parameters: row.parameters,
    format: row.format,
    sizeBytes: row.size_bytes,
    contentHash: row.content_hash,
    computationHash: row.computation_hash,
    weightsHash: row.weights_hash,
    dir: fromStoredPath(home, row.dir),
    hasTokenizer: row.has_tokenizer === 1,
    hasChatTemplate: row.has_chat_template === 1,
    licence: row.licence,
    source: row.source,
    shape: parseJsonColumn(shapeColumn, row.shape, `models.shape of ${row.id}`),
    notices: parseJsonColumn(modelNoticesColumn, row.notices, `models.notices of ${row.id}`),
    createdAt: row.created_at,
  };
}

function rowOf(model: Model, home: string): ModelRow {
  return {
    id: model.id,
    name: model.name,
    family: model.family,
    parameters: model.parameters,
    format: model.format,
    size_bytes: model.sizeBytes,
    content_hash: model.contentHash,
    computation_hash: model.computationHash,
    weights_hash: model.weightsHash,
    dir: toStoredPath(home, model.dir),
    has_tokenizer: model.hasTokenizer ? 1 : 0,
    has_chat_template: model.hasChatTemplate ? 1 : 0,
    licence: model.licence,
    source: model.source,
    shape: JSON.stringify(model.shape),
    notices: JSON.stringify(model.notices),
    created_at: model.createdAt,
  };
}
