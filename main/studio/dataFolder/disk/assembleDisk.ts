import type { Database } from 'better-sqlite3';
import type { RuntimeService, TaskService } from '../../../contract/services.ts';
import { DiskRows } from '../../../database/diskRows.ts';
import type { ModelRepository } from '../../../database/models.ts';
import type { RunRepository } from '../../../database/runs.ts';
import { Disk } from './Disk.ts';
import { type LibrarySetup, libraryParts } from './libraryParts.ts';
import { placeParts } from './placeParts.ts';
import { runParts } from './runParts.ts';
import { type TrashSetup, trashPart } from './trashPart.ts';

export interface DiskNeeds extends Omit<LibrarySetup, 'rows'> {
  readonly database: Database;
  readonly cacheDir: string;
  readonly modelRows: ModelRepository;
  readonly runRows: RunRepository;
  readonly datasets: LibrarySetup['datasets'] & TrashSetup['datasets'];
  readonly adapters: TrashSetup['adapters'];
  readonly runtimes: RuntimeService;
  readonly tasks: TaskService;
  /** A chat has an engine process. */
  readonly isChatOn: () => boolean;
  readonly onChange: () => void;
}

const fetching: readonly string[] = ['fetchModel', 'importAdapter', 'installRuntime', 'prepareFirstRun'];

/** The disk service with everything that holds space. */
export function assembleDisk(needs: DiskNeeds): Disk {
  const { database, folder, cacheDir, modelRows, runRows, datasets, adapters, runtimes, tasks } = needs;
  const rows = new DiskRows(database, folder.home);
  const parts = [
    ...libraryParts({ ...needs, rows }),
    ...runParts({ rows, runs: runRows }),
    trashPart({ folder, rows, models: modelRows, adapters, runs: runRows, datasets }),
    ...placeParts({
      ...{ folder, cacheDir, runtimes, modelNames: () => modelRows.list() },
      isEngineBusy: () => needs.isChatOn() || rows.runs().some(({ state }) => state === 'running'),
      isFetching: () => tasks.list().some(({ kind, state }) => state === 'running' && fetching.includes(kind)),
    }),
  ];
  return new Disk({ folder, cacheDir, parts, onChange: needs.onChange });
}
