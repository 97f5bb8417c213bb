/** One step of the schema, forward only. `up` runs inside the transaction that also raises `user_version`. */
import type { Database } from 'better-sqlite3';

export interface Migration {
  /** The `user_version` after it; versions are 1, 2, 3 … without gaps. */
  readonly version: number;
  readonly name: string;
  up(database: Database): void;
}
