/**
 * The library of adapters. Each is a PEFT folder `adapters/<id>` that never changes, so anything that reads PEFT can
 * use it as it stands. Deleting moves the folder to the trash; the row stays, and both come back.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Adapter, Lineage, Model, Run } from '../../contract/entities.ts';
import type { InspectedAdapter, TrainResult } from '../../contract/engine.ts';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import type { ExportChoice, ExportResult } from '../../contract/exports/exportSpec.ts';
import type {
  AdapterDetails,
  AdapterExport,
  AdapterFacets,
  AdapterPage,
  AdapterQuery,
  ImportedAdapter,
  UnarchiveResult,
} from '../../contract/library.ts';
import type { AdapterService } from '../../contract/services.ts';
import type { CallOptions } from '../../contract/progress.ts';
import type { AdapterLibrary } from '../../database/adapterLibrary.ts';
import type { AdapterRepository } from '../../database/adapters.ts';
import type { DatasetRepository } from '../../database/datasets.ts';
import { newId } from '../../database/ids.ts';
import type { ModelRepository } from '../../database/models.ts';
import { writeDirAtomic } from '../../formats/atomicFile.ts';
import { throwIfCancelled } from '../../formats/text/readBytes.ts';
import { AdapterArchives } from './AdapterArchives.ts';
import { describeAdapterFolder, replacedWeights } from './adapterImport/adapterFolder.ts';
import { AdapterIntake } from './adapterImport/AdapterIntake.ts';
import type { AdapterIntakeSetup, Arrival, IntakeOptions } from './adapterImport/AdapterIntake.ts';
import { contentFiles, contentOf, contentOfFiles, peftFiles, promptFilesIn } from '../shared/adapterContent.ts';
import { ownPromptsIn, promptSelections } from './adapterImport/ownPrompts.ts';
import { copyFiles } from '../shared/copyFiles.ts';
import type { Exports } from '../exports/Exports.ts';
import { freeName, requireFreeName, requireSameName } from '../shared/freeName.ts';
import { trashedAdapterDir } from '../shared/places.ts';
import { rowOrNothing } from '../shared/rowOrNothing.ts';
import { libraryWords } from '../../contract/words/library.ts';

export interface AdaptersSetup extends AdapterIntakeSetup {
  readonly rows: AdapterRepository;
  readonly library: AdapterLibrary;
  readonly models: Pick<
    ModelRepository,
    'list' | 'get' | 'find' | 'findEver' | 'findByContentHash' | 'listByComputation'
  >;
  readonly datasets: Pick<DatasetRepository, 'find' | 'findEver' | 'findByContentHash'>;
  readonly findRun: (id: string) => Run | undefined;
  /** The data folder. */
  readonly folder: { readonly home: string; readonly adaptersDir: string };
  readonly codeVersion: string;
  readonly exports: Exports;
  /** Reads the whole folder against its base, in an engine process. Throws GraftError with every misfit. */
  readonly inspect: (adapterDir: string, model: Model) => Promise<Pick<InspectedAdapter, 'notices'>>;
  /** Told of every write. */
  readonly onChange: () => void;
}

type ImportOptions = IntakeOptions & { readonly name?: string | undefined };

export class Adapters implements AdapterService {
  readonly #setup: AdaptersSetup;
  readonly #archives: AdapterArchives;
  readonly #intake: AdapterIntake;

  constructor(setup: AdaptersSetup) {
    this.#setup = setup;
    this.#intake = new AdapterIntake(setup);
    this.#archives = new AdapterArchives(setup);
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

  page(query: AdapterQuery): AdapterPage {
    return this.#setup.library.page(query);
  }

  facets(): AdapterFacets {
    return this.#setup.library.facets();
  }

  details(idOrName: string): AdapterDetails {
    const { library, models, datasets, findRun } = this.#setup;
    const adapter = this.get(idOrName);
    const { datasetId, runId } = adapter.lineage;
    const dataset = datasetId === null ? undefined : datasets.findEver(datasetId);
    const model = adapter.modelId === null ? null : (models.findEver(adapter.modelId) ?? null);
    return {
      adapter,
      model,
      dataset: dataset === undefined ? null : { ...dataset, removed: datasets.find(dataset.id) === undefined },
      run: runId === null ? null : (findRun(runId) ?? null),
      exports: library.exports(adapter.id),
      votes: library.votes(adapter.id),
      ...foundIn(adapter.dir, model),
      promptFiles: promptFilesIn(adapter.dir).map((file) => basename(file)),
    };
  }

  /**
   * Identical content gives the adapter that is there. Throws GraftError for what is no adapter or does not fit
   * `model`.
   */
  async import(source: string, options: ImportOptions = {}): Promise<Adapter> {
    return (await this.importWithNotices(source, options)).adapter;
  }

  async importWithNotices(source: string, options: ImportOptions = {}): Promise<ImportedAdapter> {
    const accept = async (dir: string): Promise<void> => this.#acceptName(dir, options);
    return this.#intake.open(source, { ...options, accept }, async (arrival) => this.#take(arrival, options));
  }

  /** Content that the library has may come again under its name. */
  async #acceptName(dir: string, { name, signal }: ImportOptions): Promise<void> {
    const { rows } = this.#setup;
    if (name === undefined || !rows.isNameTaken(name)) return;
    this.#requireFreeName(name, (await this.#sameContent(dir, { signal }))?.id);
  }

  /** By its weights and configuration: which prompts are its own is told once its base is known. */
  async #sameContent(dir: string, options: CallOptions): Promise<Adapter | undefined> {
    const { rows } = this.#setup;
    const hashes = await Promise.all(
      [[], ...(await promptSelections(dir))].map(async (files) =>
        contentOfFiles([...peftFiles(dir), ...files], options),
      ),
    );
    return hashes.map(({ contentHash }) => rows.findByContentHash(contentHash)).find((found) => found !== undefined);
  }

  async #take(arrival: Arrival, options: ImportOptions): Promise<ImportedAdapter> {
    const { rows, inspect } = this.#setup;
    const { dir, model } = arrival;
    const prompts = await ownPromptsIn(dir, model);
    const files = [...peftFiles(dir), ...prompts.files];
    const content = await contentOfFiles(files, options);
    const existing =
      rows.findByContentHash(content.contentHash) ?? (await this.#importedWithoutBase(dir, model, options));
    if (existing !== undefined && options.name !== undefined) requireSameName('adapter', options.name, existing);
    // Sizes that fit are not enough: options, dtypes and indices are the method's to check.
    const isNewBase = model !== undefined && (existing?.modelId ?? null) === null;
    const inspected = isNewBase ? await inspect(dir, model) : undefined;
    const notices = [...arrival.notices, ...(inspected?.notices ?? []), ...prompts.notices];
    if (existing === undefined)
      return { adapter: await this.#addArrival(arrival, { ...content, files }, options), notices, alreadyThere: false };
    if (!existsSync(existing.dir)) await copyAll(files, existing.dir);
    return { adapter: this.#withBase(existing, model?.id), notices, alreadyThere: true };
  }

  /** The same folder, when its base was not known and all that it says of prompts was kept. */
  async #importedWithoutBase(
    dir: string,
    model: Model | undefined,
    options: CallOptions,
  ): Promise<Adapter | undefined> {
    if (model === undefined) return undefined;
    const { files } = await ownPromptsIn(dir, undefined);
    const { contentHash } = await contentOfFiles([...peftFiles(dir), ...files], options);
    const found = this.#setup.rows.findByContentHash(contentHash);
    return found?.modelId === null || found?.modelId === model.id ? found : undefined;
  }

  async #addArrival(arrival: Arrival, { files, ...content }: ArrivedContent, options: ImportOptions): Promise<Adapter> {
    const { rows } = this.#setup;
    const { described, model } = arrival;
    const lineage: Lineage = {
      ...unknownLineage,
      modelId: model?.id ?? null,
      modelHash: model?.contentHash ?? null,
      codeVersion: this.#setup.codeVersion,
    };
    const { method, parameters, rank } = described;
    const name = options.name ?? this.#freeName(arrival.name);
    const found = { ...content, name, method, parameters, rank, lineage, evaluationLoss: null };
    throwIfCancelled(options.signal);
    // Another process may have imported the same content meanwhile; then its adapter is the one.
    return this.#add(files, found, (adapter) => rows.saveUnlessThere({ ...adapter, note: arrival.origin }));
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
      trained: {
        step: result.adapterStep,
        steps: result.steps,
        plannedSteps: run.configuration.training.steps,
        stopped: result.state === 'cancelled',
      },
      codeVersion: this.#setup.codeVersion,
    };
    const trained = {
      ...(await contentOf(result.adapterDir)),
      rank: describeAdapterFolder(result.adapterDir).rank,
      name: this.#freeName(run.name),
      method: run.configuration.method.id,
      parameters: result.trainableParameters,
      lineage,
      evaluationLoss: result.adapterEvaluation?.loss ?? null,
    };
    return this.#add(contentFiles(result.adapterDir), trained, (adapter) => this.#save(adapter));
  }

  /** See contract/exports. Throws GraftError before anything is written where this adapter cannot be exported so. */
  async export(
    idOrName: string,
    choice: ExportChoice,
    outDir: string,
    options: CallOptions = {},
  ): Promise<ExportResult> {
    const source = this.#exportSource(idOrName);
    const target = resolve(outDir);
    const result = await this.#setup.exports.write(source, choice, target, options);
    this.#noteExport(source.adapter, { to: choice.to, path: target, parity: result.parity.difference });
    return result;
  }

  /** As one file: the GGUF itself, or a .tar.gz with the folder that `export` writes, under the adapter's name. */
  async exportFile(
    idOrName: string,
    choice: ExportChoice,
    { path, fileName }: { readonly path: string; readonly fileName: string },
    options: CallOptions = {},
  ): Promise<ExportResult> {
    const source = this.#exportSource(idOrName);
    const result = await this.#setup.exports.writeFile(source, choice, path, options);
    this.#noteExport(source.adapter, { to: choice.to, path: fileName, parity: result.parity.difference });
    return result;
  }

  exportSize(idOrName: string, choice: ExportChoice): number | null {
    return this.#setup.exports.size(this.#exportSource(idOrName), choice);
  }

  #exportSource(idOrName: string) {
    const { rows, models } = this.#setup;
    const adapter = rows.get(idOrName);
    return { adapter, model: adapter.modelId === null ? null : (models.find(adapter.modelId) ?? null) };
  }

  #noteExport({ id }: Adapter, noted: Pick<AdapterExport, 'to' | 'path' | 'parity'>): void {
    this.#setup.library.addExport(id, noted);
    this.#setup.onChange();
  }

  async archive(idsOrNames: readonly string[], toFile: string, options: CallOptions = {}): Promise<void> {
    return this.#archives.write(
      idsOrNames.map((idOrName) => this.get(idOrName)),
      toFile,
      options,
    );
  }

  async unarchive(file: string, options: CallOptions = {}): Promise<UnarchiveResult> {
    return this.#archives.read(file, options);
  }

  /** Throws GraftError('invalid' | 'conflict') for an empty or taken name. */
  rename(idOrName: string, name: string): Adapter {
    const { rows } = this.#setup;
    const adapter = rows.get(idOrName);
    const trimmed = name.trim();
    if (trimmed === '')
      throw new GraftError('invalid', libraryWords.adapterNeedsName(), {
        field: 'name',
        remedy: libraryWords.giveName(),
      });
    this.#requireFreeName(trimmed, adapter.id);
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
    const dir = trashedAdapterDir(this.#setup.folder.home, adapter.id);
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

  /** Its files go for good. Throws GraftError('notFound') for what is not in the trash. */
  async purge(idOrName: string): Promise<void> {
    const { rows, onChange } = this.#setup;
    const { id, dir } = rows.getTrashed(idOrName);
    rows.markPurged(id);
    onChange();
    await rm(dir, { recursive: true, force: true });
  }

  /** Takes a folder that lies in the library without a row, under the id of its name: after the database was lost. */
  async adopt(id: string): Promise<Adapter> {
    const dir = join(this.#setup.folder.adaptersDir, id);
    const { method, parameters, rank } = describeAdapterFolder(dir);
    const lineage: Lineage = { ...unknownLineage, codeVersion: this.#setup.codeVersion };
    const found = {
      ...(await contentOf(dir)),
      name: this.#freeName(id),
      method,
      parameters,
      lineage,
      evaluationLoss: null,
    };
    const adapter = this.#save({ ...found, ...plainAdapter, id, dir, createdAt: Date.now() });
    this.#setup.library.setRank(id, rank);
    return adapter;
  }

  /** `save` gives the adapter that is there afterwards; where that is another, the copied files go. */
  async #add(
    files: readonly string[],
    { rank, ...described }: DescribedAdapter,
    save: (adapter: Adapter) => Adapter,
  ): Promise<Adapter> {
    const { rows, folder, library, onChange } = this.#setup;
    const id = newId();
    const dir = join(folder.adaptersDir, id);
    await copyAll(files, dir);
    const adapter = {
      ...described,
      ...plainAdapter,
      modelId: described.lineage.modelId,
      id,
      dir,
      createdAt: Date.now(),
    };
    const kept = await rowOrNothing(dir, () => save(adapter));
    if (kept.id !== id) await rm(dir, { recursive: true, force: true });
    else library.setRank(id, rank);
    onChange();
    return rows.get(kept.id);
  }

  #save(adapter: Adapter): Adapter {
    this.#setup.rows.save(adapter);
    this.#setup.onChange();
    return this.#setup.rows.get(adapter.id);
  }

  /** An adapter imported without its base learns it when it is imported again with it. */
  #withBase(adapter: Adapter, modelId: string | undefined): Adapter {
    return modelId === undefined || adapter.modelId !== null ? adapter : this.#save({ ...adapter, modelId });
  }

  #requireFreeName(name: string, exceptId?: string): void {
    requireFreeName('adapter', name, (wanted) => this.#setup.rows.isNameTaken(wanted, exceptId));
  }

  #freeName(wanted: string): string {
    return freeName(wanted, (name) => this.#setup.rows.isNameTaken(name));
  }
}

interface ArrivedContent extends Pick<Adapter, 'contentHash' | 'sizeBytes'> {
  readonly files: readonly string[];
}

interface DescribedAdapter extends Pick<
  Adapter,
  'name' | 'method' | 'parameters' | 'sizeBytes' | 'contentHash' | 'lineage' | 'evaluationLoss'
> {
  readonly rank: number | null;
}

const plainAdapter = { modelId: null, note: '', tags: [], trashedAt: null } satisfies Partial<Adapter>;

const unknownLineage = {
  modelId: null,
  modelHash: null,
  datasetId: null,
  datasetHash: null,
  runId: null,
  configuration: null,
} satisfies Partial<Lineage>;

async function copyAll(files: readonly string[], to: string): Promise<void> {
  await writeDirAtomic(to, async (temporary) => copyFiles(files, temporary, {}));
}

async function moveDir(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
  } catch (error) {
    throw toGraftError(error);
  }
}

/**
 * None of a folder that cannot be read: what is wrong with it is said where it is used, and its lineage is still to be
 * seen.
 */
function foundIn(dir: string, model: Model | null): Pick<AdapterDetails, 'replaced' | 'options'> {
  const nothing = { replaced: [], options: null };
  if (!existsSync(dir)) return nothing;
  try {
    const described = describeAdapterFolder(dir);
    const { options } = described;
    return { replaced: model === null ? described.replaced : replacedWeights(described, model.shape), options };
  } catch (error) {
    if (error instanceof GraftError) return nothing;
    throw error;
  }
}
