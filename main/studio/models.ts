/**
 * The model service: imports copy a model into the data folder, where its folder never changes again, so the content hash
 * taken at import stays true. The same weights import to the same id, and to the one they had before they were removed;
 * with another tokenizer or chat template they take the place of the old ones.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Model } from '../contract/entities.ts';
import { GraftError } from '../contract/errors.ts';
import { parseHubReference, plainHubReference } from '../contract/hubReference.ts';
import type { HubReference } from '../contract/hubReference.ts';
import type { ExportChoice, ExportResult } from '../contract/exports/exportSpec.ts';
import type { ModelService } from '../contract/services.ts';
import { requireTensors } from '../contract/llamaCppOnly.ts';
import type { ModelNotice } from '../contract/importNotices.ts';
import type { CallOptions } from '../contract/progress.ts';
import type { ChatMessage } from '../contract/conversations.ts';
import type { ModelFit, ModelSource } from '../contract/machine.ts';
import type { ModelRepository } from '../database/models.ts';
import { promptIds } from '../datasets/chatPrompts.ts';
import { writeDirAtomic } from '../formats/atomicFile.ts';
import { inspectModel } from '../formats/modelFolder.ts';
import type { InspectedModel } from '../formats/modelFolder.ts';
import { openWeights } from '../formats/weightSource.ts';
import { fetchHubModel } from '../hub/fetchModel.ts';
import { useRepository } from '../hub/repositoryUse.ts';
import { withoutMarks } from '../tokenizers/shield.ts';
import { loadTokenizer } from '../tokenizers/loadTokenizer.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import type { BackendWorld } from './backendChoice.ts';
import { copyFiles, hashFiles } from './copyFiles.ts';
import type { Exports } from './exports/Exports.ts';
import { freeName, requireFreeName } from './freeName.ts';
import { fitModel } from './modelFit.ts';
import { promptText } from './chatPrompt.ts';
import { requireTokenizer } from './requireTokenizer.ts';
import { rowOrNothing } from './rowOrNothing.ts';
import { fetchStarterModel, starterModels } from './starterModels.ts';

export type ModelRows = Pick<
  ModelRepository,
  'list' | 'listRemoved' | 'get' | 'find' | 'findByContentHash' | 'idFor' | 'insert' | 'remove' | 'rename' | 'isNameTaken'
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
  readonly findUse: (modelId: string) => string | undefined;
  /** Told of every write. */
  readonly onChange: () => void;
}

type ImportOptions = CallOptions & { readonly name?: string; readonly source?: string };

const sampleSource = 'sample';
const keptTokenizers = 2; // a vocabulary takes tens of megabytes

export class Models implements ModelService {
  readonly #setup: ModelsSetup;
  readonly #tokenizers = new Map<string, Promise<Tokenizer>>();

  constructor(setup: ModelsSetup) {
    this.#setup = setup;
  }

  list(): readonly Model[] {
    return this.#setup.rows.list();
  }

  /** Removed, and still in the trash. */
  listTrashed(): readonly Model[] {
    return this.#setup.rows.listRemoved().filter(({ dir }) => existsSync(this.#trashDir(dir)));
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
      title: 'Sample model',
      description: 'Comes with Graft: 4 million parameters, knows nothing of the world, and shows within a minute what an adapter does.',
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
    const { rows, home } = this.#setup;
    const inspected = inspectModel(path);
    const forLlamaCpp = inspected.llamaCppTypes.length > 0 && this.#setup.world().findRuntime('llama.cpp') !== undefined;
    openWeights(path, inspected.family, inspected.shape, { forLlamaCpp }).close();
    if (forLlamaCpp) requireVocabulary(path, inspected);
    const contentHash = await hashFiles(inspected.contentFiles, options);
    const existing = rows.findByContentHash(contentHash);
    if (options.name !== undefined) this.#requireFreeName(options.name, existing?.id);
    if (existing && (await isComplete(existing, inspected))) return this.#asReadNow(existing, inspected);
    const tokenizer = inspected.hasTokenizer ? await loadTokenizer(resolve(path)) : undefined;
    const id = existing?.id ?? rows.idFor(contentHash);
    const dir = join(home, 'models', id);
    await writeDirAtomic(dir, (temporary) => copyFiles([...inspected.weightFiles, ...inspected.otherFiles], temporary, options));
    const meanwhile = rows.findByContentHash(contentHash);
    if (meanwhile && meanwhile.id !== id) {
      // Another process imported the same model while this one copied.
      await rm(dir, { recursive: true, force: true });
      return meanwhile;
    }
    const model: Model = {
      ...describe(inspected),
      id,
      name: existing?.name ?? options.name ?? this.#freeName(inspected.name),
      contentHash,
      dir,
      hasChatTemplate: typeof tokenizer?.chatTemplate === 'string',
      source: options.source ?? resolve(path),
      createdAt: Date.now(),
    };
    await rowOrNothing(dir, () => rows.insert(model));
    this.#tokenizers.delete(id);
    await rm(this.#trashDir(dir), { recursive: true, force: true });
    this.#setup.onChange();
    return rows.get(id);
  }

  /** A row that an earlier version wrote may lack what is read out of the same files now. */
  #asReadNow(model: Model, inspected: InspectedModel): Model {
    const { shape, parameters, notices } = describe(inspected);
    if (isDeepStrictEqual([model.shape, model.notices], [shape, notices])) return model;
    this.#setup.rows.insert({ ...model, shape, parameters, notices });
    this.#setup.onChange();
    return this.get(model.id);
  }

  /** `sample`, a starter model, or a `HubReference` on the hub that the person's environment names. */
  async fetch(source: string, options: CallOptions = {}): Promise<Model> {
    if (source === sampleSource)
      return this.import(join(this.#setup.resourcesDir, 'sample-model'), {
        ...options,
        name: this.#freeName('sample'),
        source: sampleSource,
      });
    const reference = parseHubReference(source);
    if (reference !== undefined) return this.#fetchFromHub(reference, options);
    const starter = starterModels.find(({ id }) => id === source);
    if (!starter) {
      const known = ['sample', ...starterModels.map(({ id }) => id)].join(', ');
      throw new GraftError('notFound', `There is no model "${source}" to fetch.`, {
        field: 'source',
        remedy: `Choose one of: ${known}; a hub id such as hub:owner/name; or import a model's folder.`,
      });
    }
    const path = await fetchStarterModel(starter, { ...options, cacheDir: this.#setup.cacheDir });
    return this.import(path, { ...options, name: this.#freeName(starter.id), source: starter.requirement });
  }

  /** Its files lie in the cache only until they are in the data folder. Without a network, what was fetched earlier will do. */
  async #fetchFromHub(reference: HubReference, options: CallOptions): Promise<Model> {
    const { cacheDir } = this.#setup;
    const source = plainHubReference(reference);
    try {
      return await useRepository(reference, cacheDir, async (use) => {
        const path = await fetchHubModel(reference, { ...options, cacheDir });
        const model = await this.import(path, { ...options, name: this.#freeName(nameOf(reference)), source });
        use.forget();
        return model;
      });
    } catch (error) {
      const isUnreachable = error instanceof GraftError && error.code === 'network';
      const here = isUnreachable ? this.list().find((model) => model.source === source) : undefined;
      if (here !== undefined) return here;
      throw error;
    }
  }

  /**
   * To the trash of the data folder; the row is kept for the lineage of what was trained on it. Throws GraftError('conflict')
   * while a run waits for it or trains on it, or a chat answers with it.
   */
  async remove(idOrName: string): Promise<void> {
    const { rows, home, findUse, onChange } = this.#setup;
    const { id, dir, name } = rows.get(idOrName);
    const use = findUse(id);
    if (use !== undefined) {
      throw new GraftError('conflict', `${name} is needed: ${use}.`, {
        field: 'model',
        remedy: 'Wait until it has ended, or stop it first.',
      });
    }
    const trashed = this.#trashDir(dir);
    rows.remove(id);
    this.#tokenizers.delete(id);
    onChange();
    if (!existsSync(dir)) return;
    await mkdir(join(home, 'trash'), { recursive: true });
    await rm(trashed, { recursive: true, force: true });
    await rename(dir, trashed);
  }

  /** Out of the trash, by id, or by a name that one model there has. Throws GraftError('notFound') when the trash was cleared. */
  async restore(idOrName: string): Promise<Model> {
    const { rows, onChange } = this.#setup;
    const trashed = this.listTrashed();
    const named = trashed.filter(({ name }) => name === idOrName);
    const model = trashed.find(({ id }) => id === idOrName) ?? (named.length === 1 ? named[0] : undefined);
    if (model === undefined) {
      const remedy =
        named.length > 1 ? `Give its id: ${named.map(({ id }) => id).join(', ')}.` : 'Import it again: it gets its old id back.';
      const message =
        named.length > 1 ? `Several models in the trash are called ${idOrName}.` : `The model ${idOrName} is not in the trash.`;
      throw new GraftError('notFound', message, { field: 'id', remedy });
    }
    await mkdir(dirname(model.dir), { recursive: true });
    if (!existsSync(model.dir)) await rename(this.#trashDir(model.dir), model.dir);
    rows.insert({ ...model, name: this.#freeName(model.name) });
    onChange();
    return rows.get(model.id);
  }

  /** See contract/exports; `to` is `safetensors` or `gguf`. */
  async export(idOrName: string, choice: ExportChoice, outDir: string, options: CallOptions = {}): Promise<ExportResult> {
    return this.#setup.exports.write({ adapter: null, model: this.#toExport(idOrName) }, choice, resolve(outDir), options);
  }

  /** One .tar.gz with the folder that `export` writes. */
  async exportFile(idOrName: string, choice: ExportChoice, path: string, options: CallOptions = {}): Promise<ExportResult> {
    return this.#setup.exports.writeFile({ adapter: null, model: this.#toExport(idOrName) }, choice, path, options);
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
  async prompt(idOrName: string, messages: readonly ChatMessage[]): Promise<{ readonly text: string; readonly ids: number[] }> {
    const model = this.get(idOrName);
    const tokenizer = await this.#tokenizerOf(model);
    if (tokenizer.chatTemplate === null) {
      throw new GraftError('unsupported', `The model ${model.name} has no chat template.`, {
        field: 'chat_template',
        remedy: 'Use a model made for chat, or give it plain text.',
      });
    }
    const text = await promptText(tokenizer, messages);
    return { text: withoutMarks(text), ids: promptIds(text, tokenizer) };
  }

  /** For whoever decodes a stream. Throws GraftError('unsupported') where the model has none. */
  async tokenizer(idOrName: string): Promise<Tokenizer> {
    return this.#tokenizerOf(this.get(idOrName));
  }

  #trashDir(dir: string): string {
    return trashedModelDir(this.#setup.home, dir);
  }

  #tokenizerOf({ id, name, dir, hasTokenizer }: Model): Promise<Tokenizer> {
    requireTokenizer({ name, hasTokenizer }, 'Give token ids instead of text, or import the model with its tokenizer.json.');
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

/** `dir`: the folder of the model in the library. */
export function trashedModelDir(home: string, dir: string): string {
  return join(home, 'trash', `model-${basename(dir)}`);
}

/** False when its folder is gone, or when this time a tokenizer, template or other small file is there that it lacks or has otherwise. */
async function isComplete({ dir }: Model, { otherFiles }: InspectedModel): Promise<boolean> {
  if (!existsSync(dir)) return false;
  const same = await Promise.all(otherFiles.map((file) => haveSameContent(file, join(dir, basename(file)))));
  return same.every(Boolean);
}

/** Of files small enough to be read whole. */
async function haveSameContent(file: string, kept: string): Promise<boolean> {
  if (!existsSync(kept)) return false;
  const [bytes, keptBytes] = await Promise.all([readFile(file), readFile(kept)]);
  return bytes.equals(keptBytes);
}

function describe({ format, shape, sizeBytes, hasTokenizer, licence, hasUndeclaredHead, llamaCppTypes }: InspectedModel) {
  const notices: readonly ModelNotice[] = [
    ...(hasUndeclaredHead ? [{ kind: 'ownHead' } as const] : []),
    ...(llamaCppTypes.length > 0 ? [{ kind: 'llamaCppOnly', types: llamaCppTypes } as const] : []),
  ];
  return { format, family: shape.family, shape, parameters: shape.parameterCount, sizeBytes, hasTokenizer, licence, notices };
}

/** llama.cpp's binding opens no GGUF without one, and a model that nothing else can open would be of no use here. */
function requireVocabulary(file: string, { hasTokenizer, llamaCppTypes }: InspectedModel): void {
  if (hasTokenizer) return;
  const message = `${file} holds weights in ${llamaCppTypes.join(', ')}, which llama.cpp alone reads, and no vocabulary, without which it cannot open it.`;
  throw new GraftError('unsupported', message, { file, field: 'tokenizer.ggml.tokens', remedy: 'Take a GGUF with its tokenizer.' });
}
