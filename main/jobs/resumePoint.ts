/**
 * Where a run goes on. After a crash the folder and the rows may differ by a checkpoint, and metrics that were measured
 * may not have been written: a checkpoint counts only when its folder is there and every step up to it is recorded, so
 * that the curve of a resumed run has no hole. What is later is measured again.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from '../contract/entities.ts';
import type { RunRepository } from '../database/runs.ts';

/** Brings rows and folders of a queued run into agreement; its last checkpoint row is then the one to resume from. */
export function prepareResume(runs: RunRepository, run: Run, now: number): void {
  const { records } = runs;
  const onDisk = checkpointsOnDisk(run.dir);
  runs.transact(() => {
    for (const checkpoint of run.checkpoints) {
      if (!onDisk.has(checkpoint.step)) records.removeCheckpoint(run.id, checkpoint.step);
    }
    const known = new Set(run.checkpoints.map(({ step }) => step));
    for (const [step, dir] of onDisk) {
      if (!known.has(step)) records.addCheckpoint(run.id, { step, dir, best: false, createdAt: now });
    }
    records.truncateAfter(run.id, lastUsable(runs, run.id, [...onDisk.keys()]));
  });
  const kept = new Set(records.checkpoints(run.id).map(({ step }) => step));
  for (const [step, dir] of onDisk) {
    if (!kept.has(step)) rmSync(dir, { recursive: true, force: true });
  }
}

/** Drops the rows of checkpoints that the engine has pruned. */
export function forgetPrunedCheckpoints(runs: RunRepository, runId: string): void {
  for (const { step, dir } of runs.records.checkpoints(runId)) {
    if (!existsSync(dir)) runs.records.removeCheckpoint(runId, step);
  }
}

function lastUsable(runs: RunRepository, runId: string, steps: readonly number[]): number {
  const usable = steps.filter((step) => runs.records.countSteps(runId, step) === step);
  return Math.max(0, ...usable);
}

/** Folders named by their step; a temporary one has another kind of name. */
function checkpointsOnDisk(runDir: string): Map<number, string> {
  const dir = join(runDir, 'checkpoints');
  if (!existsSync(dir)) return new Map();
  const names = readdirSync(dir).filter((name) => /^[1-9]\d*$/.test(name));
  return new Map(names.map((name): [number, string] => [Number(name), join(dir, name)]).sort(([a], [b]) => a - b));
}
