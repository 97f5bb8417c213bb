/**
 * How an entity lies in a table: a column for each of its fields, named as the field in snake case. Names, reading,
 * writing and INSERT follow from the one list.
 */
import type { Database } from 'better-sqlite3';
import type { z } from 'zod';
import { optionalJson, parseJsonColumn, parseOptionalJson } from './jsonColumn.ts';
import { fromStoredPath, toStoredPath } from './storedPath.ts';

export type Stored = string | number | null;
export type StoredRow = Readonly<Record<string, Stored>>;

/** Where a value was read. */
export interface Place {
  readonly id: string;
  /** As a message calls it: `runs.error of 01jabc`. */
  readonly column: string;
}

export interface Column<Value> {
  read(stored: Stored, place: Place): Value;
  write(value: Value): Stored;
}

export type Columns<Entity> = { readonly [Field in keyof Entity]-?: Column<Entity[Field]> };

/** As it is. */
export function plain<Value extends Stored>(): Column<Value> {
  return { read: (stored) => stored as Value, write: (value) => value };
}

export const flag: Column<boolean> = { read: (stored) => stored === 1, write: Number };

/** Read through its schema: GraftError('integrity') for another shape. */
export function json<Value>(schema: z.ZodType<Value>): Column<Value> {
  return {
    read: (stored, { column }) => parseJsonColumn(schema, String(stored), column),
    write: (value) => JSON.stringify(value),
  };
}

/** As `json`, with NULL as null. */
export function jsonOrNull<Value>(schema: z.ZodType<Value>): Column<Value | null> {
  return {
    read: (stored, { column }) => parseOptionalJson(schema, stored as string | null, column),
    write: optionalJson,
  };
}

/** A folder, absolute here, relative to the data folder there. */
export function pathUnder(home: string): Column<string> {
  return { read: (stored) => fromStoredPath(home, String(stored)), write: (path) => toStoredPath(home, path) };
}

export class RowTable<Entity extends object> {
  readonly #table: string;
  readonly #columns: readonly (readonly [field: keyof Entity & string, name: string, column: Column<unknown>])[];

  constructor(table: string, columns: Columns<Entity>) {
    this.#table = table;
    this.#columns = Object.entries<Column<unknown>>(columns).map(([field, column]) => [
      field as keyof Entity & string,
      columnName(field),
      column,
    ]);
  }

  toEntity(row: StoredRow): Entity {
    const id = String(row.id);
    const fields = this.#columns.map(([field, name, column]) => {
      return [field, column.read(row[name], { id, column: `${this.#table}.${name} of ${id}` })] as const;
    });
    return Object.fromEntries(fields) as Entity;
  }

  /** Columns of the fields that are given. */
  toRow(entity: Partial<Entity>): Record<string, Stored> {
    const given = this.#columns.filter(([field]) => entity[field] !== undefined);
    return Object.fromEntries(given.map(([field, name, column]) => [name, column.write(entity[field])]));
  }

  /** `expressions`: SQL for further columns. */
  insert(database: Database, entity: Entity, expressions: Readonly<Record<string, string>> = {}): void {
    const row = this.toRow(entity);
    database.prepare(this.#insertInto(row, expressions)).run(row);
  }

  /** Inserts; where the id is there already, all columns but the fixed ones are replaced. */
  save(database: Database, entity: Entity, { fixed, alsoSet = [], extra = {} }: SaveRule<Entity>): void {
    const row = { ...this.toRow(entity), ...extra };
    const keeping = ['id', ...fixed.map(columnName), ...Object.keys(extra)];
    const changes = Object.keys(row).filter((name) => !keeping.includes(name));
    const conflict = `ON CONFLICT (id) DO UPDATE SET ${[...changes.map(assignment), ...alsoSet].join(', ')}`;
    database.prepare(`${this.#insertInto(row)} ${conflict}`).run(row);
  }

  /** Only the given fields change. */
  update(database: Database, id: string, changes: Partial<Entity>): void {
    const row = this.toRow(changes);
    const names = Object.keys(row);
    if (names.length === 0) return;
    const assignments = names.map(assignment).join(', ');
    database.prepare(`UPDATE ${this.#table} SET ${assignments} WHERE id = @id`).run({ ...row, id });
  }

  #insertInto(row: StoredRow, expressions: Readonly<Record<string, string>> = {}): string {
    const values = [...Object.keys(row).map((name) => `@${name}`), ...Object.values(expressions)];
    const names = Object.keys({ ...row, ...expressions });
    return `INSERT INTO ${this.#table} (${names.join(', ')}) VALUES (${values.join(', ')})`;
  }
}

interface SaveRule<Entity> {
  readonly fixed: readonly (keyof Entity & string)[];
  /** SQL. */
  readonly alsoSet?: readonly string[];
  /** Columns of no field, which never change. */
  readonly extra?: StoredRow;
}

function assignment(name: string): string {
  return `${name} = @${name}`;
}

function columnName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
