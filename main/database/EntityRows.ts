/**
 * What tables of the library have in common: rows with an id and a name, of which some are in the trash or removed
 * while their rows stay for what points at them. A row is found by its id, its name or the beginning of its id
 * (resolve.ts).
 */
import type { Database } from 'better-sqlite3';
import { candidatesOf } from './candidates.ts';
import { findByIdOrName, getByIdOrName } from './resolve.ts';
import type { Candidates, Named, RowKind } from './resolve.ts';
import type { StoredRow } from './RowTable.ts';

export interface EntityTable<Entity> {
  readonly kind: RowKind;
  readonly table: string;
  /** The column with the time, in ms since 1970, at which a row went to the trash; null while it is living. */
  readonly trash: 'trashed_at' | 'removed_at';
  /** SQL that a row in the trash must meet to be found there, where not all of them are. */
  readonly inTrash?: string;
  /** A whole id finds what is in the trash too. */
  readonly isFoundInTrash?: boolean;
  readonly toEntity: (row: StoredRow) => Entity;
}

export abstract class EntityRows<Entity extends Named> {
  protected readonly database: Database;
  protected readonly living: Candidates<Entity>;
  protected readonly trashed: Candidates<Entity>;
  readonly #table: EntityTable<Entity>;
  readonly #isTrashed: string;

  constructor(database: Database, table: EntityTable<Entity>) {
    this.database = database;
    this.#table = table;
    this.#isTrashed = `${table.trash} IS NOT NULL${table.inTrash === undefined ? '' : ` AND ${table.inTrash}`}`;
    const living = candidatesOf(database, { ...table, condition: `${table.trash} IS NULL` });
    this.living = table.isFoundInTrash === true ? { ...living, byId: (id) => this.findEver(id) } : living;
    this.trashed = candidatesOf(database, { ...table, condition: this.#isTrashed });
  }

  /** Oldest first, without the trash. */
  list(): Entity[] {
    return this.where(`${this.#table.trash} IS NULL ORDER BY id`);
  }

  /** The last that came there first. */
  listTrashed(): Entity[] {
    return this.where(`${this.#isTrashed} ORDER BY ${this.#table.trash} DESC, id`);
  }

  /** Not in the trash; undefined when nothing fits. Throws GraftError('conflict') when several do. */
  find(idOrName: string): Entity | undefined {
    return findByIdOrName(this.#table.kind, idOrName, this.living);
  }

  /** As `find`; throws GraftError('notFound') too. */
  get(idOrName: string): Entity {
    return getByIdOrName(this.#table.kind, idOrName, this.living);
  }

  /** In the trash. Throws GraftError('notFound' | 'conflict'). */
  getTrashed(idOrName: string): Entity {
    return getByIdOrName(this.#table.kind, idOrName, this.trashed);
  }

  /** By id alone, in the trash and removed too: for the lineage of runs and adapters. */
  findEver(id: string): Entity | undefined {
    return this.where('id = ?', id)[0];
  }

  /** By another row, not in the trash, than the given one. */
  isNameTaken(name: string, exceptId = ''): boolean {
    return this.living.byName(name).some(({ id }) => id !== exceptId);
  }

  /** Does not look whether the name is taken. */
  rename(id: string, name: string): void {
    this.database.prepare(`UPDATE ${this.#table.table} SET name = ? WHERE id = ?`).run(name, id);
  }

  /** `at` in ms since 1970; null: out of the trash. */
  setTrashed(id: string, at: number | null): void {
    this.database.prepare(`UPDATE ${this.#table.table} SET ${this.#table.trash} = ? WHERE id = ?`).run(at, id);
  }

  /** Rows for which this SQL holds, which may go on with an order and a limit. */
  protected where(condition: string, ...values: readonly unknown[]): Entity[] {
    const { table, toEntity } = this.#table;
    return this.database
      .prepare<unknown[], StoredRow>(`SELECT * FROM ${table} WHERE ${condition}`)
      .all(values)
      .map(toEntity);
  }
}
