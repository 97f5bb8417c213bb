import type { Database } from 'better-sqlite3';

export interface PageQuery {
  readonly columns: string;
  /** Tables, with a `WHERE` where not all rows are asked for. */
  readonly from: string;
  /** For the question marks in `from`. */
  readonly values: readonly unknown[];
  readonly order: string;
  /** Aggregates over all rows, of which one is `total`. */
  readonly totals?: string;
}

/**
 * The rows of one page, and how many there are on all pages. `Row` and `Totals` are what `columns` and `totals` select:
 * nothing compares them.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as of better-sqlite3's own `prepare`
export function readPage<Row, Totals extends { readonly total: number } = { readonly total: number }>(
  database: Database,
  { columns, from, values, order, totals = 'count(*) AS total' }: PageQuery,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Totals & { readonly items: Row[] } {
  const counted = database.prepare<unknown[], Totals>(`SELECT ${totals} FROM ${from}`).get(...values);
  if (counted === undefined) throw new Error('an aggregate gave no row');
  const items = database
    .prepare<unknown[], Row>(`SELECT ${columns} FROM ${from} ORDER BY ${order} LIMIT ? OFFSET ?`)
    .all(...values, limit, offset);
  return { ...counted, items };
}
