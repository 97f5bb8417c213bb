/**
 * What an evaluation measures beside its loss: the metrics of a classification or regression, as JSON; null for models
 * that write.
 */
import type { Migration } from './migration.ts';

export const metrics: Migration = {
  version: 5,
  name: 'metrics',
  up(database) {
    database.exec('ALTER TABLE run_evaluations ADD COLUMN metrics TEXT CHECK (json_valid(metrics))');
  },
};
