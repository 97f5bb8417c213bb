/**
 * Waits for a run that another process trains, by reading the database: a command for each look takes the training's
 * cores away.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';

export interface RunProgress {
  readonly state: string;
  readonly steps: number;
}

const pollMs = 10;
const longestMs = 240_000;
const progressOf =
  'SELECT state, (SELECT count(*) FROM run_steps WHERE run_id = runs.id) AS steps FROM runs WHERE name = ?';

/** Until the run of this name is as asked for. Throws with its last state when that takes too long. */
async function waitForRun(home: string, name: string, isReached: (run: RunProgress) => boolean): Promise<RunProgress> {
  const deadline = Date.now() + longestMs;
  const database = new Sqlite(join(home, 'graft.db'), { readonly: true });
  try {
    for (;;) {
      const run = database.prepare<[string], RunProgress>(progressOf).get(name);
      if (run !== undefined && isReached(run)) return run;
      if (Date.now() > deadline) throw new Error(`${name} is ${JSON.stringify(run)} after ${longestMs} ms`);
      await sleep(pollMs);
    }
  } finally {
    database.close();
  }
}

/** Until the run has more steps than that. */
export async function waitForStep(home: string, name: string, step: number): Promise<RunProgress> {
  return waitForRun(home, name, ({ steps }) => steps > step);
}

/** Until the run is in this state. */
export async function waitForState(home: string, name: string, state: string): Promise<RunProgress> {
  return waitForRun(home, name, (run) => run.state === state);
}
