/**
 * The trash: adapters, datasets and models by the folders that lie in it, runs by their mark, since their folders stay
 * in place.
 */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Dataset } from '../../../contract/entities.ts';
import type { AdapterService, DatasetService } from '../../../contract/services.ts';
import type { DiskRows, RunPlace } from '../../../database/diskRows.ts';
import type { ModelRepository } from '../../../database/models.ts';
import type { RunRepository } from '../../../database/runs.ts';
import { isTemporaryName } from '../../../formats/atomicFile.ts';
import { sizeOf } from '../dataFolder.ts';
import type { DataFolder } from '../dataFolder.ts';
import { formerFilesPrefix } from '../../shared/places.ts';
import type { DiskItem, DiskPart } from './diskItem.ts';
import { diskWords } from '../../../contract/words/disk.ts';

export interface TrashSetup {
  readonly folder: DataFolder;
  readonly rows: DiskRows;
  readonly runs: Pick<RunRepository, 'purge'>;
  readonly models: Pick<ModelRepository, 'findEver'>;
  readonly datasets: Pick<DatasetService, 'listTrashed'>;
  readonly adapters: Pick<AdapterService, 'listTrashed' | 'purge'>;
}

const consequence = diskWords.goneForGood();

export function trashPart(setup: TrashSetup): DiskPart {
  return async () => {
    const { folder, rows } = setup;
    const names = existsSync(folder.trashDir)
      ? (await readdir(folder.trashDir)).filter((name) => !isTemporaryName(name))
      : [];
    const describe = describer(setup);
    const folders = names.map(async (name): Promise<DiskItem> => {
      const path = join(folder.trashDir, name);
      const remove = async (): Promise<void> => rm(path, { recursive: true, force: true });
      return {
        kind: 'trash',
        id: `trash:${name}`,
        bytes: await sizeOf(path),
        keptBecause: null,
        consequence,
        clear: remove,
        ...describe(name),
      };
    });
    const runs = rows.runs().filter(({ isTrashed }) => isTrashed);
    return Promise.all([...folders, ...runs.map(async (run) => runItem(run, setup))]);
  };
}

async function runItem({ id, name, dir }: RunPlace, { runs }: TrashSetup): Promise<DiskItem> {
  const clear = async (): Promise<void> => {
    await rm(dir, { recursive: true, force: true });
    runs.purge(id);
  };
  return {
    kind: 'trash',
    id: `trash:run-${id}`,
    name: diskWords.ofRun({ name }),
    bytes: await sizeOf(dir),
    keptBecause: null,
    consequence,
    clear,
  };
}

/** The person's own name for a folder of the trash, and how it is cleared where a row must follow. */
function describer({
  models,
  datasets,
  adapters,
}: TrashSetup): (folderName: string) => Pick<DiskItem, 'name'> & Partial<DiskItem> {
  const trashedAdapters = new Map(adapters.listTrashed().map((adapter) => [`adapter-${adapter.id}`, adapter]));
  const trashedDatasets = new Map(
    datasets.listTrashed().map((dataset): [string, Dataset] => [`dataset-${basename(dataset.dir)}`, dataset]),
  );
  return (folderName) => {
    const adapter = trashedAdapters.get(folderName);
    if (adapter !== undefined)
      return { name: diskWords.ofAdapter({ name: adapter.name }), clear: async () => adapters.purge(adapter.id) };
    const dataset = trashedDatasets.get(folderName);
    if (dataset !== undefined) return { name: diskWords.ofDataset({ name: dataset.name }) };
    if (folderName.startsWith(formerFilesPrefix)) {
      const corrected = models.findEver(folderName.slice(formerFilesPrefix.length));
      return { name: corrected === undefined ? folderName : diskWords.beforeCorrection({ name: corrected.name }) };
    }
    const model = folderName.startsWith('model-') ? models.findEver(folderName.slice('model-'.length)) : undefined;
    return { name: model === undefined ? folderName : diskWords.ofModel({ name: model.name }) };
  };
}
