/**
 * The dataset service: imports keep the file as it was and its rows as examples, in a folder that never changes; the
 * same content read the same way is the same dataset. A removed one lies in the trash until that is cleared; its row
 * stays for the lineage of what was trained on it.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import type { Dataset, Model } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import type { LabelCount } from '../../contract/labels.ts';
import type { Page } from '../../contract/library.ts';
import type { DatasetService } from '../../contract/services.ts';
import type { CallOptions } from '../../contract/progress.ts';
import type {
  DatasetImportOptions,
  DatasetPreview,
  DatasetRow,
  DatasetStatistics,
  DatasetView,
  RenderedRow,
  SampleDataset,
  ViewOptions,
} from '../../contract/workbench.ts';
import type { DatasetRepository } from '../../database/datasets.ts';
import { countEqualTo, findLabelLines } from '../../datasets/compareDatasets.ts';
import { findDuplicates } from '../../datasets/duplicates.ts';
import { importDataset } from '../../datasets/importDataset.ts';
import type { ImportedDataset } from '../../datasets/importDataset.ts';
import { previewDataset } from '../../datasets/preview.ts';
import type { PreviewReading } from '../../datasets/preview.ts';
import { readStoredRowRange, searchStoredRows, toDatasetRow } from '../../datasets/rowPages.ts';
import { DatasetTokens } from './DatasetTokens.ts';
import type { DatasetTokensSetup, ForTraining, TrainingTokens } from './DatasetTokens.ts';
import { findTrashed } from '../shared/findTrashed.ts';
import { freeName, requireFreeName, requireSameName } from '../shared/freeName.ts';
import { trashedDatasetDir } from '../shared/places.ts';
import { rowOrNothing } from '../shared/rowOrNothing.ts';
import { mostLabelLines } from './tokenised.ts';
import type { Tokenise } from './tokenised.ts';
import { sampleDatasetFile, sampleDatasets } from './sampleDatasets.ts';
import { SharedCalls } from '../shared/SharedCalls.ts';
import { libraryWords } from '../../contract/words/library.ts';
import { datasetLibraryWords } from '../../contract/words/datasetsLibrary.ts';

export type DatasetRows = Pick<
  DatasetRepository,
  | 'list'
  | 'listTrashed'
  | 'get'
  | 'findEver'
  | 'findByContentHash'
  | 'idFor'
  | 'insert'
  | 'setTrashed'
  | 'rename'
  | 'isNameTaken'
>;

export interface DatasetsSetup extends DatasetTokensSetup {
  readonly rows: DatasetRows;
  /** The data folder. */
  readonly home: string;
  /** Holds `sample-datasets/`. */
  readonly resourcesDir: string;
  readonly getModel: (idOrName: string) => Model;
  /** The name of a queued or running run that needs it. */
  readonly findOpenRun: (datasetId: string) => string | undefined;
  /** Told of every write. */
  readonly onChange: () => void;
}

/** `suggestedName`: what it is called where nobody says, with a number where that is taken. */
type ImportOptions = DatasetImportOptions & CallOptions & { readonly suggestedName?: string; readonly source?: string };
type RowsQuery = Parameters<DatasetService['rows']>[1];

const shownRows = 5;
const longestShownRow = 2048;
const keptSearches = 8;

export class Datasets implements DatasetService {
  readonly #setup: DatasetsSetup;
  readonly #tokens: DatasetTokens;
  readonly #searching = new SharedCalls<readonly number[]>();
  readonly #found = new Map<string, readonly number[]>();
  readonly #comparing = new SharedCalls<number>();
  readonly #equal = new Map<string, number>();

  constructor(setup: DatasetsSetup) {
    this.#setup = setup;
    this.#tokens = new DatasetTokens(setup);
  }

  list(): readonly Dataset[] {
    return this.#setup.rows.list();
  }

  listTrashed(): readonly Dataset[] {
    return this.#setup.rows.listTrashed().filter((dataset) => existsSync(this.#trashDir(dataset)));
  }

  get(idOrName: string): Dataset {
    return this.#setup.rows.get(idOrName);
  }

  samples(): readonly SampleDataset[] {
    return sampleDatasets;
  }

  async importSample(id: string, options: CallOptions = {}): Promise<Dataset> {
    const { path, name } = sampleDatasetFile(id, this.#setup.resourcesDir);
    return this.#import(path, { ...options, suggestedName: name });
  }

  async preview(file: string, reading: PreviewReading = {}): Promise<DatasetPreview> {
    return previewDataset(resolve(file), reading);
  }

  /** Throws GraftError; whatever is thrown, nothing of the import is kept. */
  async import(
    file: string,
    options: DatasetImportOptions & CallOptions & { readonly source?: string } = {},
  ): Promise<Dataset> {
    return this.#import(file, options);
  }

  async #import(file: string, options: ImportOptions): Promise<Dataset> {
    const { rows, home, onChange } = this.#setup;
    const isKnown = (contentHash: string): boolean => {
      const known = rows.findByContentHash(contentHash);
      if (options.name !== undefined) this.#requireFreeName(options.name, known?.id);
      if (options.name !== undefined && known !== undefined) requireSameName('dataset', options.name, known);
      return this.#findWhole(contentHash) !== undefined;
    };
    const imported = await importDataset(resolve(file), { ...options, datasetsDir: join(home, 'datasets'), isKnown });
    if ('knownHash' in imported) return this.#withEqualRows(this.#getKnown(imported.knownHash), options);
    const existing = rows.findByContentHash(imported.contentHash);
    const id = existing?.id ?? rows.idFor(imported.contentHash);
    const name =
      existing?.name ?? options.name ?? this.#freeName(options.suggestedName ?? basename(file, extname(file)));
    const dataset: Dataset = {
      ...describe(imported),
      id,
      name,
      source: options.source ?? resolve(file),
      createdAt: existing?.createdAt ?? Date.now(),
    };
    await rowOrNothing(dataset.dir, () => rows.insert(dataset));
    await rm(this.#trashDir(dataset), { recursive: true, force: true });
    onChange();
    return rows.get(id);
  }

  /** Throws GraftError('conflict') for a name that another dataset has. */
  rename(idOrName: string, name: string): Dataset {
    const { rows, onChange } = this.#setup;
    const { id } = rows.get(idOrName);
    this.#requireFreeName(name, id);
    rows.rename(id, name);
    onChange();
    return rows.get(id);
  }

  async rows(idOrName: string, { offset, limit, search }: RowsQuery): Promise<Page<DatasetRow>> {
    const { dir, rows } = this.get(idOrName);
    if (search === undefined || search.trim() === '') {
      return { items: (await readStoredRowRange(dir, { from: offset, count: limit })).map(toDatasetRow), total: rows };
    }
    const found = await this.#search(dir, search.trim());
    const pages = await Promise.all(
      found.slice(offset, offset + limit).map((from) => readStoredRowRange(dir, { from, count: 1 })),
    );
    return { items: pages.flat().map(toDatasetRow), total: found.length };
  }

  /** Statistics and a few rows in one; throws GraftError('invalid') where nothing could be trained. */
  async view(idOrName: string, modelIdOrName: string, options: ViewOptions & CallOptions = {}): Promise<DatasetView> {
    const of = this.#pair(idOrName, modelIdOrName);
    const maxLength = options.maxLength ?? shownLength(of.model);
    await this.#tokens.forTraining(of, { ...options, maxLength });
    const { longestRow: _, ...statistics } = await this.#tokens.statistics(of, { ...options, maxLength });
    const window = {
      from: options.from ?? 0,
      count: options.count ?? shownRows,
      maxLength,
      specialTokens: options.specialTokens,
    };
    return { dataset: of.dataset, rows: await this.#tokens.rows(of, window), ...statistics };
  }

  async renderRows(
    idOrName: string,
    modelIdOrName: string,
    options: ViewOptions & Omit<CallOptions, 'signal'> = {},
  ): Promise<readonly RenderedRow[]> {
    const of = this.#pair(idOrName, modelIdOrName);
    const maxLength = options.maxLength ?? shownLength(of.model);
    return this.#tokens.rows(of, { from: options.from ?? 0, count: options.count ?? shownRows, maxLength });
  }

  async statistics(
    idOrName: string,
    modelIdOrName: string,
    options: CallOptions & { readonly maxLength?: number } = {},
  ): Promise<DatasetStatistics> {
    const of = this.#pair(idOrName, modelIdOrName);
    return this.#tokens.statistics(of, { ...options, maxLength: options.maxLength ?? shownLength(of.model) });
  }

  /**
   * The token file to train this model with, from the cache where it was made before, and what a cut to `maxLength`
   * leaves of it.
   */
  async tokenise(dataset: Dataset, model: Model, options: ForTraining): Promise<TrainingTokens> {
    return this.#tokens.forTraining({ dataset, model }, options);
  }

  /** Kept after the first time. */
  async labels(idOrName: string, options: CallOptions = {}): Promise<readonly LabelCount[]> {
    return this.#tokens.labels(this.get(idOrName), options);
  }

  /** How many rows are equal in text to a row of the other dataset; kept, since the rows of both never change. */
  async countEqual(dataset: Dataset, other: Dataset): Promise<number> {
    const key = `${dataset.dir}\n${other.dir}`;
    const known = this.#equal.get(key);
    if (known !== undefined) return known;
    const equal = await this.#comparing.run(key, ({ signal }) => countEqualTo(other, dataset, signal));
    this.#equal.set(key, equal);
    return equal;
  }

  /** Lines of the file of the first few rows with one of these labels. */
  async labelLines(dataset: Dataset, labels: readonly string[]): ReturnType<typeof findLabelLines> {
    return findLabelLines(dataset, { labels, most: mostLabelLines });
  }

  /** To the trash. Throws GraftError('conflict') while a queued or running run needs it. */
  async remove(idOrName: string): Promise<void> {
    const { rows, home, findOpenRun, onChange } = this.#setup;
    const dataset = rows.get(idOrName);
    const run = findOpenRun(dataset.id);
    if (run !== undefined) {
      const remedy = libraryWords.waitOrStop();
      throw new GraftError('conflict', datasetLibraryWords.neededByRun({ run, name: dataset.name }), {
        field: 'dataset',
        remedy,
      });
    }
    const trashed = this.#trashDir(dataset);
    rows.setTrashed(dataset.id, Date.now());
    onChange();
    if (!existsSync(dataset.dir)) return;
    await mkdir(join(home, 'trash'), { recursive: true });
    await rm(trashed, { recursive: true, force: true });
    await rename(dataset.dir, trashed);
  }

  /** Out of the trash, by id, or by a name that one dataset there has. Throws GraftError('notFound' | 'conflict'). */
  async restore(idOrName: string): Promise<Dataset> {
    const { rows, onChange } = this.#setup;
    const dataset = findTrashed('dataset', idOrName, this.listTrashed());
    if (!existsSync(dataset.dir)) await rename(this.#trashDir(dataset), dataset.dir);
    rows.insert({ ...dataset, name: this.#freeName(dataset.name) });
    onChange();
    return rows.get(dataset.id);
  }

  #pair(idOrName: string, modelIdOrName: string) {
    return { dataset: this.get(idOrName), model: this.#setup.getModel(modelIdOrName) };
  }

  /** A dataset's rows never change, so that what was found stays found. */
  async #search(dir: string, search: string): Promise<readonly number[]> {
    const key = `${dir}\n${search}`;
    const found = this.#found.get(key) ?? (await this.#searching.run(key, () => searchStoredRows(dir, search)));
    this.#found.delete(key);
    this.#found.set(key, found);
    for (const old of [...this.#found.keys()].slice(0, -keptSearches)) this.#found.delete(old);
    return found;
  }

  #trashDir({ dir }: Pick<Dataset, 'dir'>): string {
    return trashedDatasetDir(this.#setup.home, dir);
  }

  /** A row whose folder is there too. */
  #findWhole(contentHash: string): Dataset | undefined {
    const dataset = this.#setup.rows.findByContentHash(contentHash);
    return dataset !== undefined && existsSync(dataset.dir) ? dataset : undefined;
  }

  #getKnown(contentHash: string): Dataset {
    const known = this.#findWhole(contentHash);
    if (known !== undefined) return known;
    throw new GraftError('conflict', datasetLibraryWords.removedMeanwhile(), {
      remedy: datasetLibraryWords.importAgain(),
    });
  }

  /** Counts them where an earlier version imported the dataset. */
  async #withEqualRows(dataset: Dataset, options: CallOptions): Promise<Dataset> {
    const { rows, onChange } = this.#setup;
    if (dataset.equalRows !== null) return dataset;
    rows.insert({ ...dataset, equalRows: (await findDuplicates(dataset, options)).length });
    onChange();
    return rows.get(dataset.id);
  }

  #requireFreeName(name: string, exceptId?: string): void {
    requireFreeName('dataset', name, (wanted) => this.#setup.rows.isNameTaken(wanted, exceptId));
  }

  /** For names taken from files; one that a person gave is refused where it is taken. */
  #freeName(wanted: string): string {
    return freeName(wanted, (name) => this.#setup.rows.isNameTaken(name));
  }
}

function shownLength({ shape }: Model): number {
  return Math.min(shape.maxPositions, longestShownRow);
}

function describe({
  contentHash,
  dir,
  format,
  trainOn,
  rows,
  badRows,
  badRowCount,
  equalRows,
  sizeBytes,
  reading,
}: ImportedDataset) {
  return { contentHash, dir, format, trainOn, rows, badRows, badRowCount, equalRows, sizeBytes, reading };
}

/** Of a run: the tokens, and the labels of a dataset for an encoder. */
export function tokeniserOf(datasets: Datasets): Tokenise {
  return async ({ dataset, model, ...cut }, options = {}) => {
    const made = await datasets.tokenise(dataset, model, { ...options, ...cut });
    const { path, pieceCount, pieces, totalTokens, longestRow, spelled, unusable } = made;
    const labels = model.shape.encoder === undefined ? [] : await datasets.labels(dataset.id, options);
    const lengths = { meanLength: totalTokens / pieceCount, longestLength: longestRow };
    return { file: path, pieces, ...lengths, spelled, unusable, labels, cut: made };
  };
}
