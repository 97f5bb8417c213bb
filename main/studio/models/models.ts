/**
 * The model service: imports copy a model into the data folder, where its weights never change again, so the content
 * hash taken at import stays true. The same content imports to the same id, and to the one it had before it was
 * removed; the same weights with another tokenizer, template or configuration are another model, until somebody
 * corrects a model in place.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Model } from '../../contract/entities.ts';
import { GraftError } from '../../contract/errors.ts';
import { parseHubReference, plainHubReference } from '../../contract/hubReference.ts';
import type { HubReference } from '../../contract/hubReference.ts';
import type { ExportChoice, ExportResult } from '../../contract/exports/exportSpec.ts';
import type { CorrectedModel, ImportedModel } from '../../contract/modelImport.ts';
import type { ModelService } from '../../contract/services.ts';
import { requireTensors } from '../../contract/llamaCppOnly.ts';
import type { CallOptions } from '../../contract/progress.ts';
import type { ChatMessage } from '../../contract/conversations.ts';
import type { ModelFit, ModelSource } from '../../contract/machine.ts';
import type { ModelRepository } from '../../database/models.ts';
import { promptIds } from '../../datasets/chatPrompts.ts';
import { fetchHubModel } from '../../hub/fetchModel.ts';
import { useRepository } from '../../hub/repositoryUse.ts';
import { withoutMarks } from '../../tokenizers/shield.ts';
import { loadTokenizer } from '../../tokenizers/loadTokenizer.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import { AdapterTokenizers } from './AdapterTokenizers.ts';
import type { PromptingAdapter } from './AdapterTokenizers.ts';
import type { BackendWorld } from '../machine/backendChoice.ts';
import type { Exports } from '../exports/Exports.ts';
import { findTrashed } from '../shared/findTrashed.ts';
import { freeName, requireFreeName } from '../shared/freeName.ts';
import { fitModel } from './modelFit.ts';
import { ModelCorrections } from './modelImport/ModelCorrections.ts';
import { alreadyHere, ModelIntake } from './modelImport/ModelIntake.ts';
import type { ImportOptions } from './modelImport/ModelIntake.ts';
import { sharingBytes } from './modelImport/sharedWeights.ts';
import { trashedModelDir } from '../shared/places.ts';
import { promptText } from './prompts/chatPrompt.ts';
import { requireTokenizer } from './requireTokenizer.ts';
import { fetchStarterModel, starterModels } from './starterModels.ts';
import { libraryWords } from '../../contract/words/library.ts';
import type { Said } from '../../contract/words/words.ts';

export type ModelRows = Pick<
  ModelRepository,
  | 'list'
  | 'listTrashed'
  | 'listByComputation'
  | 'get'
  | 'find'
  | 'findByContentHash'
  | 'releaseContentHash'
  | 'setHashes'
  | 'insert'
  | 'setTrashed'
  | 'rename'
  | 'isNameTaken'
>;

export interface ModelsSetup {
  readonly rows: ModelRows;
  /** The data folder. */
  readonly home: string;
  /** Shared by all data folders: fetched starter models. */
  readonly cacheDir: string;
  /** Holds `sample-model/`. */
  readonly resourcesDir: string;
  readonly world: () => BackendWorld;
  readonly exports: Exports;
  /** In words, what needs the model now and forbids its removal. */
  readonly findUse: (modelId: string) => Said | undefined;
  /** Told of every write. */
  readonly onChange: () => void;
}

const sampleSource = 'sample';
const keptTokenizers = 2; // a vocabulary takes tens of megabytes

export class Models implements ModelService {
  readonly #setup: ModelsSetup;
  readonly #tokenizers = new Map<string, Promise<Tokenizer>>();
  readonly #intake: ModelIntake;
  readonly #corrections: ModelCorrections;
  readonly #ofAdapters = new AdapterTokenizers(async (model) => this.#tokenizerOf(model));

  constructor(setup: ModelsSetup) {
    this.#setup = setup;
    const onWrite = (id: string): void => {
      this.#tokenizers.delete(id);
      setup.onChange();
    };
    this.#intake = new ModelIntake({ ...setup, onWrite });
    this.#corrections = new ModelCorrections({ ...setup, onWrite });
  }

  list(): readonly Model[] {
    return this.#setup.rows.list();
  }

  /** Removed, and still in the trash. */
  listTrashed(): readonly Model[] {
    return this.#setup.rows.listTrashed().filter(({ dir }) => existsSync(this.#trashDir(dir)));
  }

  get(idOrName: string): Model {
    return this.#setup.rows.get(idOrName);
  }

  /** What can be had with one click, and what of it is here. */
  sources(): readonly ModelSource[] {
    const here = this.list();
    const found = (source: string): string | null => here.find((model) => model.source === source)?.id ?? null;
    const sample = {
      id: sampleSource,
      title: libraryWords.sampleTitle(),
      description: libraryWords.sampleDescription(),
      ...{ downloadBytes: 0, licence: 'cc0-1.0', modelId: found(sampleSource) },
    };
    const starters = starterModels.map(({ id, title, description, licence, wheelBytes, requirement }) => {
      return { id, title, description, licence, downloadBytes: wheelBytes, modelId: found(requirement) };
    });
    return [sample, ...starters];
  }

  fit(idOrName: string): ModelFit {
    return fitModel(this.get(idOrName), this.#setup.world());
  }

  /** Throws GraftError('conflict') for a name that another model has. */
  rename(idOrName: string, name: string): Model {
    const { rows, onChange } = this.#setup;
    const { id } = rows.get(idOrName);
    this.#requireFreeName(name, id);
    rows.rename(id, name);
    onChange();
    return rows.get(id);
  }

  /** Checks every tensor's shape and type first, so that a model that is here can be run. Throws GraftError. */
  async import(path: string, options: ImportOptions = {}): Promise<Model> {
    return (await this.#intake.take(path, options)).model;
  }

  async importWithNotices(path: string, options: ImportOptions = {}): Promise<ImportedModel> {
    return this.#intake.take(path, options);
  }

  /** Throws GraftError('conflict') while something needs the model, or where the library has what would come of it. */
  async correct(idOrName: string, path: string, options: CallOptions = {}): Promise<CorrectedModel> {
    const model = this.get(idOrName);
    this.#requireUnused(model);
    return this.#corrections.correct(model, path, options);
  }

  /** Puts back what the last correction replaced. Throws GraftError('notFound') where that is not kept. */
  async undoCorrection(idOrName: string, options: CallOptions = {}): Promise<CorrectedModel> {
    const model = this.get(idOrName);
    this.#requireUnused(model);
    return this.#corrections.undo(model, options);
  }

  /** The models whose weights are the very same files on the disk. */
  sharing(idOrName: string): readonly Model[] {
    return sharingBytes(this.get(idOrName), this.list());
  }

  /** `sample`, a starter model, or a `HubReference` on the hub that the person's environment names. */
  async fetch(source: string, options: CallOptions = {}): Promise<Model> {
    return (await this.fetchWithNotices(source, options)).model;
  }

  async fetchWithNotices(source: string, options: CallOptions = {}): Promise<ImportedModel> {
    const { resourcesDir, cacheDir } = this.#setup;
    const take = async (path: string, suggestedName: string, from: string): Promise<ImportedModel> =>
      this.#intake.take(path, { ...options, suggestedName, source: from });
    if (source === sampleSource) return take(join(resourcesDir, 'sample-model'), 'sample', sampleSource);
    const reference = parseHubReference(source);
    if (reference !== undefined) return this.#fetchFromHub(reference, options, take);
    const starter = starterModels.find(({ id }) => id === source);
    if (!starter) {
      const known = ['sample', ...starterModels.map(({ id }) => id)].join(', ');
      throw new GraftError('notFound', libraryWords.noSource({ source }), {
        field: 'source',
        remedy: libraryWords.chooseSource({ known }),
      });
    }
    return take(await fetchStarterModel(starter, { ...options, cacheDir }), starter.id, starter.requirement);
  }

  /**
   * Its files lie in the cache only until they are in the data folder. Without a network, what was fetched earlier will
   * do.
   */
  async #fetchFromHub(
    reference: HubReference,
    options: CallOptions,
    take: (path: string, suggestedName: string, source: string) => Promise<ImportedModel>,
  ): Promise<ImportedModel> {
    const { cacheDir } = this.#setup;
    const source = plainHubReference(reference);
    try {
      return await useRepository(reference, cacheDir, async (use) => {
        const taken = await take(await fetchHubModel(reference, { ...options, cacheDir }), nameOf(reference), source);
        use.forget();
        return taken;
      });
    } catch (error) {
      const isUnreachable = error instanceof GraftError && error.code === 'network';
      const here = isUnreachable ? this.list().find((model) => model.source === source) : undefined;
      if (here !== undefined) return { model: here, ...alreadyHere };
      throw error;
    }
  }

  /**
   * To the trash of the data folder; the row is kept for the lineage of what was trained on it. Throws
   * GraftError('conflict') while a run waits for it or trains on it, or a chat answers with it.
   */
  async remove(idOrName: string): Promise<void> {
    const { rows, home, onChange } = this.#setup;
    const model = rows.get(idOrName);
    const { id, dir } = model;
    this.#requireUnused(model);
    const trashed = this.#trashDir(dir);
    rows.setTrashed(id, Date.now());
    this.#tokenizers.delete(id);
    onChange();
    if (!existsSync(dir)) return;
    await mkdir(join(home, 'trash'), { recursive: true });
    await rm(trashed, { recursive: true, force: true });
    await rename(dir, trashed);
  }

  /** Out of the trash, by id, or by a name that one model there has. Throws GraftError('notFound' | 'conflict'). */
  async restore(idOrName: string): Promise<Model> {
    const { rows, onChange } = this.#setup;
    const model = findTrashed('model', idOrName, this.listTrashed());
    await mkdir(dirname(model.dir), { recursive: true });
    if (!existsSync(model.dir)) await rename(this.#trashDir(model.dir), model.dir);
    rows.insert({ ...model, name: this.#freeName(model.name) });
    onChange();
    return rows.get(model.id);
  }

  /** See contract/exports; `to` is `safetensors` or `gguf`. */
  async export(
    idOrName: string,
    choice: ExportChoice,
    outDir: string,
    options: CallOptions = {},
  ): Promise<ExportResult> {
    return this.#setup.exports.write(
      { adapter: null, model: this.#toExport(idOrName) },
      choice,
      resolve(outDir),
      options,
    );
  }

  /** As one file: the GGUF itself, or a .tar.gz with the folder that `export` writes. */
  async exportFile(
    idOrName: string,
    choice: ExportChoice,
    path: string,
    options: CallOptions = {},
  ): Promise<ExportResult> {
    return this.#setup.exports.writeFile({ adapter: null, model: this.#toExport(idOrName) }, choice, path, options);
  }

  exportSize(idOrName: string, choice: ExportChoice): number | null {
    return this.#setup.exports.size({ adapter: null, model: this.#toExport(idOrName) }, choice);
  }

  #toExport(idOrName: string): Model {
    const model = this.get(idOrName);
    requireTensors(model, 'exported');
    return model;
  }

  async tokenize(idOrName: string, text: string, addSpecialTokens = true): Promise<number[]> {
    const tokenizer = await this.#tokenizerOf(this.get(idOrName));
    return tokenizer.encode(text, { addSpecialTokens });
  }

  async detokenize(idOrName: string, ids: readonly number[]): Promise<string> {
    const tokenizer = await this.#tokenizerOf(this.get(idOrName));
    return tokenizer.decode(ids);
  }

  /** As a chat puts it; the generation prompt is added where the model has not spoken last. */
  async prompt(
    idOrName: string,
    messages: readonly ChatMessage[],
    adapter: PromptingAdapter | null = null,
  ): Promise<{ readonly text: string; readonly ids: number[] }> {
    const model = this.get(idOrName);
    const tokenizer = await this.tokenizer(model.id, adapter);
    if (tokenizer.chatTemplate === null) {
      throw new GraftError('unsupported', libraryWords.noTemplate({ name: model.name }), {
        field: 'chat_template',
        remedy: libraryWords.chatModel(),
      });
    }
    const text = await promptText(tokenizer, messages);
    return { text: withoutMarks(text), ids: promptIds(text, tokenizer) };
  }

  /** With the adapter's own template and tokens. Throws GraftError('unsupported') where the model has no tokenizer. */
  async tokenizer(idOrName: string, adapter: PromptingAdapter | null = null): Promise<Tokenizer> {
    return this.#ofAdapters.of(this.get(idOrName), adapter);
  }

  #requireUnused({ id, name }: Model): void {
    const use = this.#setup.findUse(id);
    if (use === undefined) return;
    throw new GraftError('conflict', libraryWords.modelNeeded({ name, use }), {
      field: 'model',
      remedy: libraryWords.waitOrStop(),
    });
  }

  #trashDir(dir: string): string {
    return trashedModelDir(this.#setup.home, dir);
  }

  #tokenizerOf({ id, name, dir, hasTokenizer }: Model): Promise<Tokenizer> {
    requireTokenizer({ name, hasTokenizer }, libraryWords.idsOrTokenizer());
    const tokenizer = this.#tokenizers.get(id) ?? loadTokenizer(dir);
    this.#tokenizers.delete(id);
    this.#tokenizers.set(id, tokenizer);
    const oldest = [...this.#tokenizers.keys()].slice(0, -keptTokenizers);
    for (const old of oldest) this.#tokenizers.delete(old);
    tokenizer.catch(() => this.#tokenizers.delete(id));
    return tokenizer;
  }

  #requireFreeName(name: string, exceptId?: string): void {
    requireFreeName('model', name, (wanted) => this.#setup.rows.isNameTaken(wanted, exceptId));
  }

  /** For names taken from files; one that a person gave is refused where it is taken. */
  #freeName(wanted: string): string {
    return freeName(wanted, (name) => this.#setup.rows.isNameTaken(name));
  }
}

/** The repository's own name, or that of the file in it. */
function nameOf({ id, path }: HubReference): string {
  return path === null ? basename(id) : basename(path, extname(path));
}
