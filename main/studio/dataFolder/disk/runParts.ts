/** Folders of runs: checkpoints may go where nothing runs from them; what is known of a run stays with it. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunState } from '../../../contract/entities.ts';
import type { DiskRows, RunPlace } from '../../../database/diskRows.ts';
import type { RunRepository } from '../../../database/runs.ts';
import { forgetPrunedCheckpoints } from '../../../jobs/resumePoint.ts';
import { sizeOf } from '../dataFolder.ts';
import { neverCleared } from './diskItem.ts';
import type { DiskItem, DiskPart } from './diskItem.ts';
import { diskWords } from '../../../contract/words/disk.ts';

export interface RunPartsSetup {
  readonly rows: DiskRows;
  readonly runs: RunRepository;
}

/** Ended before its last step, so that somebody may want to go on. */
export function isResumable(state: RunState): boolean {
  return state === 'interrupted' || state === 'cancelled' || state === 'failed';
}

export function runParts(setup: RunPartsSetup): readonly DiskPart[] {
  const living = (): readonly RunPlace[] => setup.rows.runs().filter(({ isTrashed }) => !isTrashed);
  return [
    async () => (await Promise.all(living().map(async (run) => checkpointsItem(run, setup)))).flat(),
    async () => recordsItem(living()),
  ];
}

async function checkpointsItem(
  { id, name, state, dir }: RunPlace,
  { runs }: RunPartsSetup,
): Promise<readonly DiskItem[]> {
  const checkpointsDir = join(dir, 'checkpoints');
  const bytes = await sizeOf(checkpointsDir);
  if (bytes === 0) return [];
  const isOpen = state === 'queued' || state === 'running';
  const consequence = isResumable(state) ? diskWords.notResumed() : diskWords.notContinued();
  const clear = async (): Promise<void> => {
    await rm(checkpointsDir, { recursive: true, force: true });
    forgetPrunedCheckpoints(runs, id);
  };
  const keptBecause = isOpen ? diskWords.lastCheckpoint() : null;
  return [{ kind: 'checkpoints', id: `checkpoints:${id}`, name, bytes, keptBecause, consequence, clear }];
}

async function recordsItem(living: readonly RunPlace[]): Promise<readonly DiskItem[]> {
  const withFolder = living.filter(({ dir }) => existsSync(dir));
  const sizes = await Promise.all(
    withFolder.map(async ({ dir }) => (await sizeOf(dir)) - (await sizeOf(join(dir, 'checkpoints')))),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes === 0) return [];
  const keptBecause = diskWords.besideCheckpoints();
  const name = diskWords.runs({ count: withFolder.length });
  return [{ kind: 'runs', id: 'runs:records', name, bytes, keptBecause, consequence: '', clear: neverCleared }];
}
