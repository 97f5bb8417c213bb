/** What a person should know of a model; nothing of those imported before. */
import type { Migration } from './migration.ts';

export const modelNotices: Migration = {
  version: 8,
  name: 'modelNotices',
  up(database) {
    database.exec(`ALTER TABLE models ADD COLUMN notices TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(notices))`);
  },
};
