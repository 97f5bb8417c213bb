/**
 * The dataset service: imports keep the file as it was and its rows as examples, in a folder that never changes; the same
 * content read the same way is the same dataset. Token files for a model are made on demand and kept beside the rows.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import type { Dataset, Model } from '../contract/entities.ts';
import { GraftError } from '../contract/errors.ts';
import type { CallOptions, DatasetImportOptions, DatasetService, DatasetView } from '../contract/services.ts';
import type { DatasetRepository } from '../database/datasets.ts';
import { importDataset } from '../datasets/importDataset.ts';
import type { ImportedDataset } from '../datasets/importDataset.ts';
import { tokeniseDataset } from '../datasets/tokeniseDataset.ts';
import type { ModelTokens, TokenisedDataset } from '../datasets/tokeniseDataset.ts';
import { hashTokenizerFiles } from '../datasets/tokenizerHash.ts';
import { viewDataset } from '../datasets/view.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { rowOrNothing } from './rowOrNothing.ts';

export type DatasetRows = Pick<DatasetRepository, 'list' | 'get' | 'findByContentHash' | 'idFor' | 'insert' | 'remove'>;

export interface DatasetsSetup {
  readonly rows: DatasetRows;
  /** The data folder. */
  readonly home: string;
  readonly getModel: (idOrName: string) => Model;
  /** Of a model that has one. */
  readonly loadTokenizer: (model: Model) => Promise<Tokenizer>;
}

export type ViewOptions = CallOptions & { readonly from?: number; readonly count?: number; readonly maxLength?: number };

const shownRows = 5;
const longestShownRow = 2048;

export class Datasets implements DatasetService {
  readonly #setup: DatasetsSetup;

  constructor(setup: DatasetsSetup) {
    this.#setup = setup;
  }

  list(): readonly Dataset[] {
    return this.#setup.rows.list();
  }

  get(idOrName: string): Dataset {
    return this.#setup.rows.get(idOrName);
  }

  /** Throws GraftError; whatever is thrown, nothing of the import is kept. */
  async import(file: string, options: DatasetImportOptions & CallOptions = {}): Promise<Dataset> {
    const { rows, home } = this.#setup;
    const isKnown = (contentHash: string): boolean => this.#findWhole(contentHash) !== undefined;
    const imported = await importDataset(resolve(file), { ...options, datasetsDir: join(home, 'datasets'), isKnown });
    if ('knownHash' in imported) return this.#getKnown(imported.knownHash);
    const existing = rows.findByContentHash(imported.contentHash);
    const id = existing?.id ?? rows.idFor(imported.contentHash);
    const name = existing?.name ?? options.name ?? this.#freeName(basename(file, extname(file)));
    const dataset: Dataset = { ...describe(imported), id, name, source: resolve(file), createdAt: existing?.createdAt ?? Date.now() };
    await rowOrNothing(dataset.dir, () => rows.insert(dataset));
    return rows.get(id);
  }

  async view(idOrName: string, modelIdOrName: string, options: ViewOptions = {}): Promise<DatasetView> {
    const dataset = this.get(idOrName);
    const model = this.#setup.getModel(modelIdOrName);
    const maxLength = options.maxLength ?? Math.min(model.shape.maxPositions, longestShownRow);
    const tokens = await this.#modelTokens(dataset, model);
    const range = { from: options.from ?? 0, count: options.count ?? shownRows };
    return viewDataset({ dataset, model: tokens, maxLength, ...range }, options);
  }

  /** The token file to train this model with, from the cache where it was made before. Rows are cut to `maxLength` tokens. */
  async tokenise(dataset: Dataset, model: Model, options: CallOptions & { readonly maxLength: number }): Promise<TokenisedDataset> {
    return tokeniseDataset({ dataset, model: await this.#modelTokens(dataset, model), maxLength: options.maxLength }, options);
  }

  /** To the trash of the data folder; the row is kept for the lineage of what was trained on it. */
  async remove(idOrName: string): Promise<void> {
    const { rows, home } = this.#setup;
    const { id, dir } = rows.get(idOrName);
    const trashed = join(home, 'trash', `dataset-${basename(dir)}`);
    rows.remove(id);
    if (!existsSync(dir)) return;
    await mkdir(join(home, 'trash'), { recursive: true });
    await rm(trashed, { recursive: true, force: true });
    await rename(dir, trashed);
  }

  /** A row whose folder is there too. */
  #findWhole(contentHash: string): Dataset | undefined {
    const dataset = this.#setup.rows.findByContentHash(contentHash);
    return dataset !== undefined && existsSync(dataset.dir) ? dataset : undefined;
  }

  #getKnown(contentHash: string): Dataset {
    const known = this.#findWhole(contentHash);
    if (known !== undefined) return known;
    throw new GraftError('conflict', 'The dataset was removed while it was imported.', { remedy: 'Import it again.' });
  }

  async #modelTokens(dataset: Dataset, model: Model): Promise<ModelTokens> {
    const { vocabSize } = model.shape;
    if (model.hasTokenizer) {
      return {
        name: model.name,
        vocabSize,
        tokenizer: await this.#setup.loadTokenizer(model),
        tokenizerHash: await hashTokenizerFiles(model),
      };
    }
    if (dataset.format === 'tokens') return { name: model.name, vocabSize, tokenizer: null, tokenizerHash: '' };
    throw new GraftError('unsupported', `The model ${model.name} was imported without a tokenizer and takes token ids alone.`, {
      field: 'model',
      remedy: 'Use a dataset of input_ids, or import the model with its tokenizer.json.',
    });
  }

  /** Names taken from files get a number when they are taken; names that a person gave are left as they are. */
  #freeName(wanted: string): string {
    const taken = new Set(this.list().map(({ name }) => name));
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
    return name;
  }
}

function describe({ contentHash, dir, format, trainOn, rows, badRows, badRowCount, sizeBytes }: ImportedDataset) {
  return { contentHash, dir, format, trainOn, rows, badRows, badRowCount, sizeBytes };
}
