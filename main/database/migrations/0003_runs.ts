/**
 * What screens need of runs: a trash, an order of the queue that a person can change, the time worked over all starts,
 * the little curve of lists (kept, because its mean over every step of hundreds of runs costs too much at each
 * reading), and answers to sample prompts at each evaluation. Runs that are there keep what can be told of them.
 */
import type { Migration } from './migration.ts';

const columns = `
ALTER TABLE runs ADD COLUMN trashed_at INTEGER;
ALTER TABLE runs ADD COLUMN discard_wished INTEGER NOT NULL DEFAULT 0 CHECK (discard_wished IN (0, 1));
ALTER TABLE runs ADD COLUMN queue_rank INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN adapter_step INTEGER;
ALTER TABLE runs ADD COLUMN sparkline TEXT CHECK (json_valid(sparkline));
-- Of the starts that have ended; the present one counts from started_at. What trains signs seen_at.
ALTER TABLE runs ADD COLUMN elapsed_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN seen_at INTEGER;

DROP INDEX runs_open;
CREATE INDEX runs_open ON runs (queue_rank, id) WHERE state IN ('queued', 'running');
CREATE INDEX runs_by_project ON runs (project_id);

CREATE TABLE run_evaluation_samples (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  position INTEGER NOT NULL,
  adapter INTEGER NOT NULL CHECK (adapter IN (0, 1)),
  prompt TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run_id, step, adapter, position)
) STRICT, WITHOUT ROWID;
`;

const rows = `
UPDATE runs SET queue_rank = queued_at;
UPDATE runs SET elapsed_ms = max(0, finished_at - started_at) WHERE finished_at IS NOT NULL AND started_at IS NOT NULL;
UPDATE runs SET sparkline = (
  SELECT json_group_array(mean) FROM (
    SELECT avg(loss) AS mean FROM run_steps, (SELECT max(step) AS last FROM run_steps WHERE run_id = runs.id)
    WHERE run_id = runs.id GROUP BY (step - 1) * min(40, last) / last ORDER BY min(step)
  )
) WHERE state NOT IN ('queued', 'running');
`;

export const runs: Migration = {
  version: 3,
  name: 'runs',
  up(database) {
    database.exec(columns);
    database.exec(rows);
  },
};
