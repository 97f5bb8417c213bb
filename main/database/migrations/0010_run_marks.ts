/** What parts of training did between two steps of a run: a sentence each, for its history and its chart. */
import type { Migration } from './migration.ts';

export const runMarks: Migration = {
  version: 10,
  name: 'runMarks',
  up(database) {
    database.exec(`
      CREATE TABLE run_marks (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        step INTEGER NOT NULL,
        part TEXT NOT NULL,
        said TEXT NOT NULL,
        PRIMARY KEY (run_id, step, part)
      ) STRICT, WITHOUT ROWID;
    `);
  },
};
