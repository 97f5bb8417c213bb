/** Models, datasets and adapters: what a run, a chat or the library needs stays; the rest can be imported again. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset, Model } from '../../../contract/entities.ts';
import type { DatasetService, ModelService } from '../../../contract/services.ts';
import type { DiskRows, RunPlace } from '../../../database/diskRows.ts';
import { sizeOf } from '../dataFolder.ts';
import type { DataFolder } from '../dataFolder.ts';
import { formerFilesDir, trashedDatasetDir, trashedModelDir } from '../../shared/places.ts';
import { neverCleared } from './diskItem.ts';
import type { DiskItem, DiskPart } from './diskItem.ts';
import { isResumable } from './runParts.ts';
import { diskWords } from '../../../contract/words/disk.ts';
import type { Said } from '../../../contract/words/words.ts';

export interface LibrarySetup {
  readonly folder: DataFolder;
  readonly models: Pick<ModelService, 'list' | 'sharing' | 'remove'>;
  readonly datasets: Pick<DatasetService, 'list' | 'remove'>;
  readonly rows: DiskRows;
  /** In words, what needs a model now. */
  readonly findUse: (modelId: string) => Said | undefined;
  /** The name of a queued or running run that needs a dataset. */
  readonly findOpenRun: (datasetId: string) => string | undefined;
}

export function libraryParts(setup: LibrarySetup): readonly DiskPart[] {
  return [
    async () => Promise.all(setup.models.list().map(async (model) => modelItem(model, setup))),
    async () => (await Promise.all(setup.datasets.list().map(async (dataset) => datasetItems(dataset, setup)))).flat(),
    async () => adaptersItem(setup),
  ];
}

async function modelItem(model: Model, { folder, models, rows, findUse }: LibrarySetup): Promise<DiskItem> {
  const { id, name, dir } = model;
  const [adapters, use] = [rows.adaptersOfModel(id), findUse(id)];
  const needed = adapters === 0 ? null : diskWords.neededByAdapters({ count: adapters });
  return {
    ...{ kind: 'models', id: `models:${id}`, name, bytes: await sizeOf(dir) },
    keptBecause: use === undefined ? needed : diskWords.inUse({ use }),
    consequence: diskWords.importModelAgain({
      sharing: models.sharing(id).map((other) => other.name),
      lost: lostRuns(rows, ({ modelId }) => modelId === id),
    }),
    clear: async () => {
      await models.remove(id);
      for (const trashed of [trashedModelDir(folder.home, dir), formerFilesDir(folder.home, id)])
        await rm(trashed, { recursive: true, force: true });
    },
  };
}

async function datasetItems(
  dataset: Dataset,
  { folder, datasets, rows, findOpenRun }: LibrarySetup,
): Promise<readonly DiskItem[]> {
  const { id, name, dir } = dataset;
  const [tokensDir, run] = [join(dir, 'tokens'), findOpenRun(id)];
  const [bytes, tokenBytes] = [await sizeOf(dir), await sizeOf(tokensDir)];
  const keptBecause = run === undefined ? null : diskWords.neededByRun({ run });
  const needsIt = (place: RunPlace): boolean =>
    [place.datasetId, place.evalDatasetId, place.testDatasetId].includes(id);
  const item: DiskItem = {
    ...{ kind: 'datasets', id: `datasets:${id}`, name, bytes: bytes - tokenBytes, keptBecause },
    consequence: diskWords.importDatasetAgain({ lost: lostRuns(rows, needsIt) }),
    clear: async () => {
      await datasets.remove(id);
      await rm(trashedDatasetDir(folder.home, dir), { recursive: true, force: true });
    },
  };
  const tokens: DiskItem = {
    ...{ kind: 'datasets', id: `tokens:${id}`, name: diskWords.tokenised({ name }), bytes: tokenBytes, keptBecause },
    consequence: diskWords.tokenisedAgain(),
    clear: async () => rm(tokensDir, { recursive: true, force: true }),
  };
  return tokenBytes > 0 ? [item, tokens] : [item];
}

function adaptersItem({ rows }: LibrarySetup): readonly DiskItem[] {
  const { count, bytes } = rows.adapters();
  if (count === 0) return [];
  const keptBecause = diskWords.adaptersInLibrary();
  return [
    {
      kind: 'adapters',
      id: 'adapters:library',
      name: diskWords.adapters({ count }),
      bytes,
      keptBecause,
      consequence: '',
      clear: neverCleared,
    },
  ];
}

function lostRuns(rows: DiskRows, needs: (run: ReturnType<DiskRows['runs']>[number]) => boolean): number {
  return rows.runs().filter((run) => needs(run) && !run.isTrashed && isResumable(run.state)).length;
}
