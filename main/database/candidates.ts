/**
 * The three look-ups behind `findByIdOrName` for one table; every row it sees is living (`condition` says what that
 * is).
 */
import type { Database } from 'better-sqlite3';
import type { Candidates, Named } from './resolve.ts';

export interface CandidateTable<Row, Entity> {
  readonly table: string;
  /** SQL that a row must meet, e.g. `removed_at IS NULL`. */
  readonly condition?: string;
  readonly toEntity: (row: Row) => Entity;
}

/** Ids compare as text, so a prefix is the range from itself to itself followed by the highest id character. */
export function candidatesOf<Row, Entity extends Named>(
  database: Database,
  source: CandidateTable<Row, Entity>,
): Candidates<Entity> {
  const select = `SELECT * FROM ${source.table} WHERE ${source.condition ?? '1'} AND`;
  const byId = database.prepare<[string], Row>(`${select} id = ?`);
  const byName = database.prepare<[string], Row>(`${select} name = ? ORDER BY id`);
  const byPrefix = database.prepare<[string, string], Row>(`${select} id >= ? AND id < ? ORDER BY id`);
  return {
    byId: (id) => byId.all(id).map(source.toEntity)[0],
    byName: (name) => byName.all(name).map(source.toEntity),
    byIdPrefix: (prefix) => byPrefix.all(prefix, `${prefix}~`).map(source.toEntity),
  };
}
