/**
 * How a run's rows were split and what a test dataset measured, and how many rows of a dataset are equal in text to an
 * earlier one. NULL: not known of what was made before, or not measured.
 */
import type { Migration } from './migration.ts';

export const split: Migration = {
  version: 7,
  name: 'split',
  up(database) {
    database.exec(`
      ALTER TABLE runs ADD COLUMN split TEXT CHECK (json_valid(split));
      ALTER TABLE runs ADD COLUMN test_evaluation TEXT CHECK (json_valid(test_evaluation));
      ALTER TABLE datasets ADD COLUMN equal_rows INTEGER;
    `);
  },
};
