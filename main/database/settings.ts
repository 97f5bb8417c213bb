/** Rows of `settings`: one JSON value a key. A value that no longer fits its schema counts as not set. */
import type { Database } from 'better-sqlite3';
import type { z } from 'zod';

export class SettingsRepository {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  find<T>(key: string, schema: z.ZodType<T>): T | undefined {
    const row = this.database.prepare<[string], { value: string }>('SELECT value FROM settings WHERE key = ?').get(key);
    if (row === undefined) return undefined;
    const parsed = schema.safeParse(JSON.parse(row.value));
    return parsed.success ? parsed.data : undefined;
  }

  set(key: string, value: unknown): void {
    this.database
      .prepare('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
      .run(key, JSON.stringify(value));
  }

  remove(key: string): void {
    this.database.prepare('DELETE FROM settings WHERE key = ?').run(key);
  }
}
