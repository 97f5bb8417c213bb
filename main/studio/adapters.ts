/**
 * The library of adapters. Each is a PEFT folder `adapters/<id>` that never changes, so anything that reads PEFT can use
 * it as it stands. Deleting moves the folder to the trash; the row stays, and both come back.
 */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Adapter, Lineage, Model, Run } from '../contract/entities.ts';
import type { TrainResult } from '../contract/engine.ts';
import { GraftError, toGraftError } from '../contract/errors.ts';
import type { AdapterService, CallOptions } from '../contract/services.ts';
import type { AdapterRepository } from '../database/adapters.ts';
import { newId } from '../database/ids.ts';
import type { ModelRepository } from '../database/models.ts';
import { writeDirAtomic } from '../formats/atomicFile.ts';
import { peftConfigName, peftWeightsName } from '../formats/peftFolder.ts';
import { describeAdapterFolder, requireFit } from './adapterFolder.ts';
import { copyFiles, hashFiles } from './copyFiles.ts';
import type { DataFolder } from './dataFolder.ts';
import { freeName } from './freeName.ts';
import { rowOrNothing } from './rowOrNothing.ts';

export interface ExportRequest {
  readonly adapter: Adapter;
  readonly to: 'lora';
  readonly outDir: string;
  readonly options: CallOptions;
}

export interface ExportResult {
  readonly files: readonly string[];
  /** max |a − b| / max |b| of the logits with the adapter and with what was exported. */
  readonly parity: number;
}

export interface AdaptersSetup {
  readonly rows: AdapterRepository;
  readonly models: Pick<ModelRepository, 'get' | 'findEver'>;
  readonly folder: DataFolder;
  readonly codeVersion: string;
  /** Conversions that need tensors: the engine's. */
  readonly exporter: (request: ExportRequest) => Promise<ExportResult>;
  /** Reads the whole folder against its base, in an engine process. Throws GraftError with every misfit. */
  readonly inspect: (adapterDir: string, model: Model) => Promise<unknown>;
}

export class Adapters implements AdapterService {
  readonly #setup: AdaptersSetup;

  constructor(setup: AdaptersSetup) {
    this.#setup = setup;
  }

  list(): readonly Adapter[] {
    return this.#setup.rows.list();
  }

  listTrashed(): readonly Adapter[] {
    return this.#setup.rows.listTrashed();
  }

  get(idOrName: string): Adapter {
    return this.#setup.rows.get(idOrName);
  }

  /** Identical content gives the adapter that is there. Throws GraftError for what is no adapter or does not fit `model`. */
  async import(dir: string, options: { readonly name?: string; readonly model?: string } = {}): Promise<Adapter> {
    const { rows, models } = this.#setup;
    const described = describeAdapterFolder(dir);
    const model = options.model === undefined ? undefined : models.get(options.model);
    if (model !== undefined) requireFit(described, model, dir);
    const content = await this.#contentOf(dir);
    const existing = rows.findByContentHash(content.contentHash);
    // Sizes that fit are not enough: options, dtypes and indices are the method's to check.
    if (model !== undefined && (existing?.modelId ?? null) === null) await this.#setup.inspect(dir, model);
    if (existing !== undefined) {
      if (!existsSync(existing.dir)) await copyContent(dir, existing.dir);
      return this.#withBase(existing, model?.id);
    }
    const lineage: Lineage = {
      ...unknownLineage,
      modelId: model?.id ?? null,
      modelHash: model?.contentHash ?? null,
      codeVersion: this.#setup.codeVersion,
    };
    const name = options.name ?? this.#freeName(basename(resolve(dir)));
    const found = { ...content, name, method: described.method, parameters: described.parameters, lineage, evaluationLoss: null };
    // Another process may have imported the same content meanwhile; then its adapter is the one.
    return this.#add(dir, found, (adapter) => rows.saveUnlessThere(adapter));
  }

  /** The adapter that a finished run left in its folder, with everything it came from. */
  async registerFromRun(
    run: Run,
    result: TrainResult,
    hashes: { readonly modelHash: string | null; readonly datasetHash: string | null },
  ): Promise<Adapter> {
    const lineage: Lineage = {
      ...hashes,
      modelId: run.modelId,
      datasetId: run.datasetId,
      runId: run.id,
      configuration: run.configuration,
      codeVersion: this.#setup.codeVersion,
    };
    const trained = {
      ...(await this.#contentOf(result.adapterDir)),
      name: this.#freeName(run.name),
      method: run.configuration.method.id,
      parameters: result.trainableParameters,
      lineage,
      evaluationLoss: result.adapterEvaluation?.loss ?? null,
    };
    return this.#add(result.adapterDir, trained, (adapter) => this.#save(adapter));
  }

  /** `peft` copies the folder as it is, so its parity is 0 by construction; the rest is converted by the engine. */
  async export(idOrName: string, to: 'peft' | 'lora', outDir: string, options: CallOptions = {}): Promise<ExportResult> {
    const adapter = this.#setup.rows.get(idOrName);
    const target = resolve(outDir);
    requireFreeFolder(target);
    if (to !== 'peft') return this.#setup.exporter({ adapter, to, outDir: target, options });
    await copyContent(adapter.dir, target, options);
    return { files: contentFiles(target), parity: 0 };
  }

  /** Throws GraftError('invalid' | 'conflict') for an empty or taken name. */
  rename(idOrName: string, name: string): Adapter {
    const { rows } = this.#setup;
    const adapter = rows.get(idOrName);
    const trimmed = name.trim();
    if (trimmed === '') throw new GraftError('invalid', 'An adapter needs a name.', { field: 'name', remedy: 'Give it one.' });
    if (rows.isNameTaken(trimmed, adapter.id)) {
      throw new GraftError('conflict', `There is already an adapter "${trimmed}".`, { field: 'name', remedy: 'Choose another name.' });
    }
    return this.#save({ ...adapter, name: trimmed });
  }

  annotate(idOrName: string, { note, tags }: { readonly note?: string; readonly tags?: readonly string[] }): Adapter {
    const adapter = this.#setup.rows.get(idOrName);
    const cleanTags = tags && [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))];
    return this.#save({ ...adapter, note: note ?? adapter.note, tags: cleanTags ?? adapter.tags });
  }

  /** The folder moves first, the row follows; the sweep at the next start ends what a crash cut in two. */
  async remove(idOrName: string): Promise<void> {
    const adapter = this.#setup.rows.get(idOrName);
    if (adapter.trashedAt !== null) return;
    const dir = trashedAdapterDir(this.#setup.folder, adapter.id);
    if (existsSync(adapter.dir)) await moveDir(adapter.dir, dir);
    this.#save({ ...adapter, dir, trashedAt: Date.now() });
  }

  /** Throws GraftError('notFound') when the trash has lost the folder. */
  async restore(idOrName: string): Promise<Adapter> {
    const adapter = this.#setup.rows.getTrashed(idOrName);
    const dir = join(this.#setup.folder.adaptersDir, adapter.id);
    await moveDir(adapter.dir, dir);
    return this.#save({ ...adapter, name: this.#freeName(adapter.name), dir, trashedAt: null });
  }

  /** Takes a folder that lies in the library without a row, under the id of its name: after the database was lost. */
  async adopt(id: string): Promise<Adapter> {
    const dir = join(this.#setup.folder.adaptersDir, id);
    const { method, parameters } = describeAdapterFolder(dir);
    const lineage: Lineage = { ...unknownLineage, codeVersion: this.#setup.codeVersion };
    const found = { ...(await this.#contentOf(dir)), name: this.#freeName(id), method, parameters, lineage, evaluationLoss: null };
    return this.#save({ ...found, ...plainAdapter, id, dir, createdAt: Date.now() });
  }

  /** `save` gives the adapter that is there afterwards; where that is another, the copied files go. */
  async #add(from: string, described: DescribedAdapter, save: (adapter: Adapter) => Adapter): Promise<Adapter> {
    const { rows, folder } = this.#setup;
    const id = newId();
    const dir = join(folder.adaptersDir, id);
    await copyContent(from, dir);
    const adapter = { ...described, ...plainAdapter, modelId: described.lineage.modelId, id, dir, createdAt: Date.now() };
    const kept = await rowOrNothing(dir, () => save(adapter));
    if (kept.id !== id) await rm(dir, { recursive: true, force: true });
    return rows.get(kept.id);
  }

  #save(adapter: Adapter): Adapter {
    this.#setup.rows.save(adapter);
    return this.#setup.rows.get(adapter.id);
  }

  /** An adapter imported without its base learns it when it is imported again with it. */
  #withBase(adapter: Adapter, modelId: string | undefined): Adapter {
    return modelId === undefined || adapter.modelId !== null ? adapter : this.#save({ ...adapter, modelId });
  }

  async #contentOf(dir: string): Promise<{ readonly contentHash: string; readonly sizeBytes: number }> {
    const files = contentFiles(dir);
    const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
    return { contentHash: await hashFiles(files, {}), sizeBytes: sizes.reduce((sum, size) => sum + size, 0) };
  }

  #freeName(wanted: string): string {
    return freeName(wanted, (name) => this.#setup.rows.isNameTaken(name));
  }
}

type DescribedAdapter = Pick<Adapter, 'name' | 'method' | 'parameters' | 'sizeBytes' | 'contentHash' | 'lineage' | 'evaluationLoss'>;

const plainAdapter = { modelId: null, note: '', tags: [], trashedAt: null } satisfies Partial<Adapter>;

const unknownLineage = {
  modelId: null,
  modelHash: null,
  datasetId: null,
  datasetHash: null,
  runId: null,
  configuration: null,
} satisfies Partial<Lineage>;

export function trashedAdapterDir(folder: DataFolder, id: string): string {
  return join(folder.trashDir, `adapter-${id}`);
}

/** Nothing else of a folder is taken: a stranger's folder may hold anything. */
function contentFiles(dir: string): readonly string[] {
  return [join(dir, peftConfigName), join(dir, peftWeightsName)];
}

async function copyContent(from: string, to: string, options: CallOptions = {}): Promise<void> {
  await writeDirAtomic(to, async (temporary) => copyFiles(contentFiles(from), temporary, options));
}

/** An export replaces the whole folder, so only an empty one or an adapter may stand there. */
function requireFreeFolder(dir: string): void {
  if (!existsSync(dir)) return;
  const names = readdirSync(dir);
  if (names.length === 0 || names.every((name) => name === peftConfigName || name === peftWeightsName)) return;
  throw new GraftError('conflict', `${dir} holds other files.`, { file: dir, remedy: 'Name a new folder with --out.' });
}

async function moveDir(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
  } catch (error) {
    throw toGraftError(error);
  }
}
