/**
 * The columns of a sample of rows: their names as parts are told by, and their values' profiles, each made when first
 * asked for.
 */
import { bookkeepingNames, columnKeys, madeUpName } from '../contract/columnNames.ts';
import { profileOf } from './columnProfile.ts';
import type { ColumnProfile } from './columnProfile.ts';
import { nestedColumnsOf, valueAt } from './nestedColumns.ts';

type Row = Readonly<Record<string, unknown>>;

export interface TableOptions {
  /** Columns that are in the file though not in the sample. */
  readonly further?: Iterable<string>;
  /** Columns whose classes the file declares. */
  readonly declared?: Iterable<string>;
  /** With the fields of objects as columns of their own. */
  readonly isNested?: boolean;
}

/** Rows that are maps with keys of chance have no columns to be told apart. */
const mostColumns = 1000;

export class ColumnTable {
  readonly rows: readonly Row[];
  /** In the order in which they appear. */
  readonly columns: readonly string[];
  readonly declared: ReadonlySet<string>;
  readonly #keys = new Map<string, readonly string[]>();
  /** Name to the columns that answer to it. */
  #named: ReadonlyMap<string, readonly string[]> | undefined;
  readonly #profiles = new Map<string, ColumnProfile>();

  constructor(rows: readonly Row[], { further = [], declared = [], isNested = false }: TableOptions = {}) {
    this.rows = rows;
    const columns = new Set(further);
    for (const row of rows) {
      if (columns.size > mostColumns) break;
      for (const column of isNested ? nestedColumnsOf(row) : Object.keys(row)) columns.add(column);
    }
    this.columns = [...columns].slice(0, mostColumns);
    this.declared = new Set(declared);
  }

  /** Names that it answers to; a field inside an object goes by its own. */
  keysOf(column: string): readonly string[] {
    const known =
      this.#keys.get(column) ?? columnKeys(this.#isField(column) ? column.slice(column.lastIndexOf('.') + 1) : column);
    this.#keys.set(column, known);
    return known;
  }

  profileOf(column: string): ColumnProfile {
    const known = this.#profiles.get(column) ?? profileOf(this.rows.map((row) => valueAt(row, column)));
    this.#profiles.set(column, known);
    return known;
  }

  /** The column with the likeliest of the names, among those not taken. */
  find(names: readonly string[], taken: ReadonlySet<string> = new Set()): string | undefined {
    this.#named ??= this.#byName();
    for (const name of names) {
      const free = (this.#named.get(name) ?? []).filter((column) => !taken.has(column));
      const column = free.find((candidate) => candidate === name) ?? free[0];
      if (column !== undefined) return column;
    }
    return undefined;
  }

  isNamed(column: string, names: readonly string[]): boolean {
    return this.keysOf(column).some((key) => names.includes(key));
  }

  /**
   * A name or count of rows, a place, a date (or a field without a name): never what is learned, unless a person says
   * so.
   */
  isBookkeeping(column: string): boolean {
    return column === '' || this.keysOf(column).some((key) => bookkeepingNames.has(key));
  }

  /** As readers call a column that the header does not name. */
  isUnnamed(column: string): boolean {
    return column === '' || madeUpName.test(column);
  }

  has(column: string): boolean {
    return this.columns.includes(column) || this.rows.some((row) => valueAt(row, column) !== undefined);
  }

  #byName(): ReadonlyMap<string, readonly string[]> {
    const named = new Map<string, string[]>();
    for (const column of this.columns) {
      for (const key of this.keysOf(column)) named.set(key, [...(named.get(key) ?? []), column]);
    }
    return named;
  }

  #isField(column: string): boolean {
    return column.includes('.') && !this.rows.some((row) => Object.hasOwn(row, column));
  }
}
