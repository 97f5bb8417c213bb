/**
 * Archives of adapters out of the library and into it. All of an archive comes in or nothing: it is unpacked and
 * checked beside the library, each adapter read as any other import, and the rows are written in one transaction. What
 * an archive says of model and dataset counts only where the same content is here.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Adapter, Lineage, Model } from '../../contract/entities.ts';
import { toGraftError } from '../../contract/errors.ts';
import type { UnarchiveResult } from '../../contract/library.ts';
import type { CallOptions } from '../../contract/progress.ts';
import type { AdapterLibrary } from '../../database/adapterLibrary.ts';
import type { AdapterRepository } from '../../database/adapters.ts';
import type { DatasetRepository } from '../../database/datasets.ts';
import { newId } from '../../database/ids.ts';
import type { ModelRepository } from '../../database/models.ts';
import { temporaryPathFor } from '../../formats/atomicFile.ts';
import { throwIfCancelled } from '../../formats/text/readBytes.ts';
import { readAdapterArchive, writeAdapterArchive } from './adapterArchive.ts';
import type { ArchivedAdapter } from './adapterArchive.ts';
import { contentOf } from '../shared/adapterContent.ts';
import { describeAdapterFolder } from './adapterImport/adapterFolder.ts';
import { freeName } from '../shared/freeName.ts';

export interface AdapterArchivesSetup {
  readonly rows: AdapterRepository;
  readonly library: AdapterLibrary;
  readonly models: Pick<ModelRepository, 'findByContentHash' | 'listByComputation'>;
  readonly datasets: Pick<DatasetRepository, 'findByContentHash'>;
  /** The data folder. */
  readonly folder: { readonly adaptersDir: string };
  readonly codeVersion: string;
  readonly onChange: () => void;
}

interface Arrival {
  readonly adapter: Adapter;
  readonly rank: number | null;
}

export class AdapterArchives {
  readonly #setup: AdapterArchivesSetup;

  constructor(setup: AdapterArchivesSetup) {
    this.#setup = setup;
  }

  async write(adapters: readonly Adapter[], toFile: string, options: CallOptions): Promise<void> {
    const { codeVersion } = this.#setup;
    await writeAdapterArchive(resolve(toFile), { adapters, codeVersion }, options);
  }

  /** Throws GraftError('invalid' | 'integrity' | 'cancelled' | 'diskFull') that names the file in the archive. */
  async read(file: string, options: CallOptions): Promise<UnarchiveResult> {
    const { folder, rows, onChange } = this.#setup;
    const staging = temporaryPathFor(join(folder.adaptersDir, 'archive'));
    const placed: string[] = [];
    try {
      await mkdir(staging, { recursive: true });
      const archived = await readAdapterArchive(resolve(file), staging, options);
      const arrivals: Arrival[] = [];
      for (const one of archived) arrivals.push(await this.#prepare(one));
      throwIfCancelled(options.signal);
      for (const [index, { adapter }] of arrivals.entries()) {
        await rename(archived[index]?.dir ?? staging, adapter.dir);
        placed.push(adapter.dir);
      }
      const result = rows.transact(() => this.#saveAll(arrivals));
      const kept = new Set(result.added.map(({ dir }) => dir));
      await removeAll(placed.filter((dir) => !kept.has(dir)));
      onChange();
      return result;
    } catch (error) {
      await removeAll(placed);
      throw toGraftError(error);
    } finally {
      await removeAll([staging]);
    }
  }

  async #prepare({ dir, name, note, tags, evaluationLoss, lineage }: ArchivedAdapter): Promise<Arrival> {
    const { method, parameters, rank } = describeAdapterFolder(dir);
    const id = newId();
    const local = this.#localLineage(lineage);
    const adapter: Adapter = {
      ...{ id, name, method, modelId: local.modelId, parameters, ...(await contentOf(dir)) },
      ...{ dir: join(this.#setup.folder.adaptersDir, id), lineage: local, evaluationLoss, note, tags },
      ...{ createdAt: Date.now(), trashedAt: null },
    };
    return { adapter, rank };
  }

  #localLineage({ modelHash, datasetHash, configuration, trained, codeVersion }: Lineage): Lineage {
    const { models, datasets } = this.#setup;
    const modelId = modelHash === null ? null : (findBase(modelHash, models)?.id ?? null);
    const datasetId = datasetHash === null ? null : (datasets.findByContentHash(datasetHash)?.id ?? null);
    return {
      modelId,
      modelHash,
      datasetId,
      datasetHash,
      runId: null,
      configuration,
      ...(trained && { trained }),
      codeVersion,
    };
  }

  /** Names are made free one after the other, since two of the archive may be called the same. */
  #saveAll(arrivals: readonly Arrival[]): UnarchiveResult {
    const { rows, library } = this.#setup;
    const [added, known]: [Adapter[], Adapter[]] = [[], []];
    for (const { adapter, rank } of arrivals) {
      const existing = rows.findByContentHash(adapter.contentHash);
      if (existing !== undefined) {
        known.push(existing);
        continue;
      }
      const saved = { ...adapter, name: freeName(adapter.name, (name) => rows.isNameTaken(name)) };
      rows.save(saved);
      library.setRank(saved.id, rank);
      added.push(saved);
    }
    return { added, known };
  }
}

/** A lineage of before names weights and configuration alone: then any model with them is the one, the oldest first. */
function findBase(modelHash: string, models: AdapterArchivesSetup['models']): Model | undefined {
  return models.findByContentHash(modelHash) ?? models.listByComputation(modelHash).find(({ isRemoved }) => !isRemoved);
}

async function removeAll(dirs: readonly string[]): Promise<void> {
  for (const dir of dirs) await rm(dir, { recursive: true, force: true });
}
