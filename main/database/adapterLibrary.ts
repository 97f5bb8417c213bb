/**
 * The library as pages: searched, filtered and sorted by SQLite, from an index and a table of texts, so that ten
 * thousand adapters are as quick as ten. Words of three characters or more are looked up by trigrams, which find parts
 * of words and work for Japanese; shorter ones are compared with each text.
 */
import type { Database } from 'better-sqlite3';
import type {
  AdapterExport,
  AdapterFacets,
  AdapterPage,
  AdapterQuery,
  AdapterSort,
  AdapterSummary,
} from '../contract/library.ts';
import { countingVote } from './chatVotes.ts';
import { tagsColumn } from './columnSchemas.ts';
import { newId } from './ids.ts';
import { parseJsonColumn } from './jsonColumn.ts';
import { readPage } from './readPage.ts';

interface SummaryRow extends Omit<AdapterSummary, 'tags'> {
  readonly tags: string;
}

interface Condition {
  readonly sql: string;
  readonly values: readonly string[];
}

const orders: Readonly<Record<AdapterSort, string>> = {
  newest: 'created_at DESC, id DESC',
  oldest: 'created_at, id',
  name: 'name COLLATE NOCASE, id',
  size: 'size_bytes DESC, id',
  evaluation: 'evaluation_loss IS NULL, evaluation_loss, id',
};

const summaries = `
SELECT adapters.id, adapters.name, adapters.method, adapters.rank, adapters.model_id AS modelId, models.name AS modelName,
  datasets.name AS datasetName, adapters.size_bytes AS sizeBytes, adapters.parameters, adapters.evaluation_loss AS evaluationLoss,
  adapters.tags, adapters.note, adapters.created_at AS createdAt, adapters.trashed_at AS trashedAt
FROM adapters
LEFT JOIN models ON models.id = adapters.model_id
LEFT JOIN adapter_texts ON adapter_texts.adapter_id = adapters.id
LEFT JOIN datasets ON datasets.id = adapter_texts.dataset_id
WHERE adapters.id IN (SELECT value FROM json_each(?))`;

export class AdapterLibrary {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  page(query: AdapterQuery): AdapterPage {
    const { sql, values } = conditionOf(query);
    const { items, total, totalBytes } = readPage<{ id: string }, Pick<AdapterPage, 'total' | 'totalBytes'>>(
      this.database,
      {
        ...{ columns: 'id', from: `adapters INDEXED BY adapters_browse WHERE ${sql}`, values },
        totals: 'count(*) AS total, coalesce(sum(size_bytes), 0) AS totalBytes',
        order: orders[query.sort],
      },
      query,
    );
    return { total, totalBytes, items: this.summaries(items.map(({ id }) => id)) };
  }

  facets(): AdapterFacets {
    const living = 'FROM adapters INDEXED BY adapters_browse WHERE trashed_at IS NULL';
    const methods = `SELECT method AS id, count(*) AS count ${living} GROUP BY method ORDER BY count DESC, id`;
    const byModel = `SELECT model_id, count(*) AS count ${living} AND model_id IS NOT NULL GROUP BY model_id`;
    const models = `SELECT models.id, models.name, count FROM (${byModel}) JOIN models ON models.id = model_id ORDER BY count DESC, models.id`;
    const removed = 'SELECT id FROM adapters INDEXED BY adapters_browse WHERE trashed_at IS NOT NULL';
    const tags = `SELECT tag, count(*) AS count FROM adapter_tags WHERE adapter_id NOT IN (${removed}) GROUP BY tag ORDER BY count DESC, tag`;
    const trashed =
      'SELECT count(*) AS count FROM adapters INDEXED BY adapters_browse WHERE trashed_at IS NOT NULL AND purged_at IS NULL';
    return {
      methods: this.database.prepare<[], AdapterFacets['methods'][number]>(methods).all(),
      models: this.database.prepare<[], AdapterFacets['models'][number]>(models).all(),
      tags: this.database.prepare<[], AdapterFacets['tags'][number]>(tags).all(),
      trashed: this.database.prepare<[], { count: number }>(trashed).get()?.count ?? 0,
    };
  }

  /** What of an adapter's file is not in its entity: the rank, where its method has one. */
  setRank(id: string, rank: number | null): void {
    this.database.prepare('UPDATE adapters SET rank = ? WHERE id = ?').run(rank, id);
  }

  exports(adapterId: string): AdapterExport[] {
    const select = `SELECT id, format AS "to", path, parity, created_at AS createdAt FROM adapter_exports
      WHERE adapter_id = ? ORDER BY created_at DESC, id DESC`;
    return this.database.prepare<[string], AdapterExport>(select).all(adapterId);
  }

  addExport(adapterId: string, { to, path, parity }: Pick<AdapterExport, 'to' | 'path' | 'parity'>): void {
    const insert =
      'INSERT INTO adapter_exports (id, adapter_id, format, path, parity, created_at) VALUES (?, ?, ?, ?, ?, ?)';
    this.database.prepare(insert).run(newId(), adapterId, to, path, parity, Date.now());
  }

  /** Rounds that this adapter answered and a person voted on, and those of them that it won. */
  votes(adapterId: string): { readonly won: number; readonly of: number } {
    const select = `SELECT count(DISTINCT votes.round) AS "of", count(DISTINCT CASE WHEN answers.id = votes.turn_id THEN votes.round END) AS won
      FROM chat_messages AS answers JOIN chat_votes AS votes ON votes.round = answers.round
      WHERE answers.adapter_id = ? AND answers.state <> 'failed' AND ${countingVote}`;
    return this.database.prepare<[string], { won: number; of: number }>(select).get(adapterId) ?? { won: 0, of: 0 };
  }

  private summaries(ids: readonly string[]): AdapterSummary[] {
    const rows = this.database.prepare<[string], SummaryRow>(summaries).all(JSON.stringify(ids));
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => {
      const row = byId.get(id);
      return row === undefined
        ? []
        : [{ ...row, tags: parseJsonColumn(tagsColumn, row.tags, `adapters.tags of ${id}`) }];
    });
  }
}

function conditionOf({ search, method, modelId, tag, id, trashed }: AdapterQuery): Condition {
  const parts: Condition[] = [
    { sql: trashed ? 'trashed_at IS NOT NULL AND purged_at IS NULL' : 'trashed_at IS NULL', values: [] },
  ];
  if (method !== undefined) parts.push({ sql: 'method = ?', values: [method] });
  if (modelId !== undefined) parts.push({ sql: 'model_id = ?', values: [modelId] });
  if (tag !== undefined)
    parts.push({ sql: 'id IN (SELECT adapter_id FROM adapter_tags WHERE tag = ?)', values: [tag] });
  if (id !== undefined) parts.push({ sql: 'id = ?', values: [id] });
  parts.push(...searchConditions(search ?? ''));
  return { sql: parts.map(({ sql }) => sql).join(' AND '), values: parts.flatMap(({ values }) => values) };
}

/** Every word must be there, in any of the texts. */
function searchConditions(search: string): Condition[] {
  const words = search.split(/\s+/).filter((word) => word !== '');
  const isLong = (word: string): boolean => Array.from(word).length >= 3;
  const [long, short] = [words.filter(isLong), words.filter((word) => !isLong(word))];
  const conditions = short.map((word): Condition => ({
    sql: `id IN (SELECT adapter_id FROM adapter_texts WHERE text LIKE ? ESCAPE '\\')`,
    values: [`%${word.replaceAll(/[\\%_]/g, (character) => `\\${character}`)}%`],
  }));
  if (long.length === 0) return conditions;
  const match = long.map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND ');
  const found =
    'SELECT adapter_id FROM adapter_texts WHERE sequence IN (SELECT rowid FROM adapter_search WHERE adapter_search MATCH ?)';
  return [...conditions, { sql: `id IN (${found})`, values: [match] }];
}
