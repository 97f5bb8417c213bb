/**
 * Brings files and rows into agreement at the start, by a process that is alone on the data folder. What a killed
 * process left half-written goes; a folder that a replacement had moved aside comes back if the replacement never came;
 * adapters without a row are taken up. Nothing that a person made is deleted; what cannot be settled is told.
 */
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { toGraftError, saidOf } from '../../contract/errors.ts';
import type { AdapterRepository } from '../../database/adapters.ts';
import type { DatasetRepository } from '../../database/datasets.ts';
import type { ModelRepository } from '../../database/models.ts';
import { isTemporaryName } from '../../formats/atomicFile.ts';
import { trashedAdapterDir } from '../shared/places.ts';
import type { DataFolder } from './dataFolder.ts';
import { sweepWords } from '../../contract/words/sweep.ts';
import type { Said } from '../../contract/words/words.ts';

export interface SweepSetup {
  readonly folder: DataFolder;
  readonly models: Pick<ModelRepository, 'list'>;
  readonly datasets: Pick<DatasetRepository, 'list'>;
  readonly adapterRows: Pick<AdapterRepository, 'places' | 'findEver' | 'save'>;
  /** Takes a folder of adapters/ without a row into the library, under the id of its name. Throws GraftError. */
  readonly adapters: { adopt(id: string): Promise<{ readonly name: string }> };
}

/** What was found and done, for people. */
export async function sweepDataFolder(setup: SweepSetup): Promise<Said[]> {
  return [
    ...(await clearLeftovers(setup.folder)),
    ...settleTrash(setup),
    ...(await adoptAdapters(setup)),
    ...missingFolders(setup),
    ...(await unknownFolders(setup)),
  ];
}

async function clearLeftovers(folder: DataFolder): Promise<Said[]> {
  const { home, modelsDir, datasetsDir, adaptersDir, runsDir, trashDir, backupsDir } = folder;
  const runs = await subfolders(runsDir);
  const places = [home, modelsDir, datasetsDir, adaptersDir, runsDir, trashDir, backupsDir];
  const datasets = await subfolders(datasetsDir);
  places.push(
    ...datasets,
    ...datasets.map((dataset) => join(dataset, 'tokens')),
    ...runs,
    ...runs.map((run) => join(run, 'checkpoints')),
  );
  let count = 0;
  for (const place of places) {
    for (const name of (await namesIn(place)).filter(isTemporaryName)) {
      await clearLeftover(join(place, name));
      count += 1;
    }
  }
  return count === 0 ? [] : [sweepWords.cleared({ count })];
}

/** `.name.<hex>.old` is what `name` was before its replacement; without the replacement it is `name`. */
async function clearLeftover(path: string): Promise<void> {
  const original = join(
    dirname(path),
    basename(path)
      .slice(1)
      .replace(/\.[0-9a-f]{12}\.(?:tmp|old)$/, ''),
  );
  if (path.endsWith('.old') && !existsSync(original)) await rename(path, original);
  else await rm(path, { recursive: true, force: true });
}

/** A crash between moving a folder to or from the trash and writing its row: the row follows the folder. */
function settleTrash({ folder, adapterRows }: SweepSetup): Said[] {
  const notices: Said[] = [];
  for (const { id, name, dir, isTrashed } of adapterRows.places()) {
    const otherDir = isTrashed ? join(folder.adaptersDir, id) : trashedAdapterDir(folder.home, id);
    const adapter = existsSync(dir) || !existsSync(otherDir) ? undefined : adapterRows.findEver(id);
    if (adapter === undefined) continue;
    adapterRows.save({ ...adapter, dir: otherDir, trashedAt: isTrashed ? null : Date.now() });
    notices.push(isTrashed ? sweepWords.backFromTrash({ name }) : sweepWords.inTrash({ name }));
  }
  return notices;
}

async function adoptAdapters({ folder, adapterRows, adapters }: SweepSetup): Promise<Said[]> {
  const known = new Set(adapterRows.places().map(({ id }) => id));
  const notices: Said[] = [];
  for (const dir of await subfolders(folder.adaptersDir)) {
    const id = basename(dir);
    if (known.has(id)) continue;
    try {
      const { name } = await adapters.adopt(id);
      notices.push(sweepWords.tookFolder({ dir, name }));
    } catch (error) {
      notices.push(sweepWords.noAdapter({ dir, message: saidOf(toGraftError(error)) }));
    }
  }
  return notices;
}

function missingFolders({ models, datasets, adapterRows }: SweepSetup): Said[] {
  const rows = [
    ...models.list().map(({ name, dir }) => ({ name, dir, gone: sweepWords.modelGone })),
    ...datasets.list().map(({ name, dir }) => ({ name, dir, gone: sweepWords.datasetGone })),
    ...adapterRows
      .places()
      .flatMap(({ name, dir, isTrashed }) => (isTrashed ? [] : [{ name, dir, gone: sweepWords.adapterGone }])),
  ];
  return rows.filter(({ dir }) => !existsSync(dir)).map(({ gone, name, dir }) => gone({ name, dir }));
}

async function unknownFolders({ folder, models, datasets }: SweepSetup): Promise<Said[]> {
  const known = new Set([...models.list(), ...datasets.list()].map(({ dir }) => dir));
  const notices: Said[] = [];
  for (const [dir, command] of [
    [folder.modelsDir, 'model import'],
    [folder.datasetsDir, 'dataset import'],
  ] as const) {
    const unknown = (await subfolders(dir)).filter((path) => !known.has(path));
    if (unknown.length > 0) notices.push(sweepWords.notInDatabase({ unknown, command }));
  }
  return notices;
}

async function subfolders(dir: string): Promise<string[]> {
  if (!existsSync(dir)) return [];
  const entries = await readdir(dir, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !isTemporaryName(entry.name))
    .map((entry) => join(dir, entry.name));
}

async function namesIn(dir: string): Promise<string[]> {
  return existsSync(dir) ? readdir(dir) : [];
}
