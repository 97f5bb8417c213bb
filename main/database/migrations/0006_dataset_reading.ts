/**
 * Which columns of its file a dataset uses and leaves aside, and what a person should know of the reading; `{}` where
 * nothing is known.
 */
import type { Migration } from './migration.ts';

export const datasetReading: Migration = {
  version: 6,
  name: 'datasetReading',
  up(database) {
    database.exec(`ALTER TABLE datasets ADD COLUMN reading TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(reading))`);
  },
};
