/** How much of the phase that a run is in is done, where the phase has a measure: between 0 and 1. */
import type { Migration } from './migration.ts';

export const phaseShare: Migration = {
  version: 11,
  name: 'phaseShare',
  up(database) {
    database.exec('ALTER TABLE runs ADD COLUMN phase_share REAL');
  },
};
