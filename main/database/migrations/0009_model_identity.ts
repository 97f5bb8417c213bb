/**
 * Models with the same weights and another tokenizer, template or configuration are different models. `content_hash` is
 * over all of it from here on; `computation_hash` is what it was before (weights and config.json), and `weights_hash`
 * is over the weight files alone, NULL until somebody reads them.
 */
import type { Migration } from './migration.ts';

export const modelIdentity: Migration = {
  version: 9,
  name: 'modelIdentity',
  up(database) {
    database.exec(`
      ALTER TABLE models ADD COLUMN computation_hash TEXT NOT NULL DEFAULT '';
      ALTER TABLE models ADD COLUMN weights_hash TEXT;
      UPDATE models SET computation_hash = content_hash;
      CREATE INDEX models_by_computation ON models (computation_hash);
    `);
  },
};
