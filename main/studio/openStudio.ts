/**
 * The composition root: one data folder, one database, every service, wired here and nowhere else. The order matters:
 * a newer version's folder is refused before anything is made in it, and checks, migrations and the sweep run while no
 * other process can come in.
 */
import { join, resolve } from 'node:path';
import type { Database } from 'better-sqlite3';
import packageJson from '../../package.json' with { type: 'json' };
import type { ChangeTopic } from '../contract/changes.ts';
import type { Studio } from '../contract/services.ts';
import { AdapterLibrary } from '../database/adapterLibrary.ts';
import { AdapterRepository } from '../database/adapters.ts';
import { ChatRepository } from '../database/chats.ts';
import { DatasetRepository } from '../database/datasets.ts';
import { ModelRepository } from '../database/models.ts';
import { schemaVersion } from '../database/migrations/registry.ts';
import { closeDatabase, openDatabase, refuseNewer } from '../database/openDatabase.ts';
import { OpenRuns } from '../database/openRuns.ts';
import { ProjectRepository } from '../database/projects.ts';
import { RunRepository } from '../database/runs.ts';
import { SettingsRepository } from '../database/settings.ts';
import type { RunQueue } from '../jobs/RunQueue.ts';
import { defaultCacheDir } from '../runtimes/cacheDir.ts';
import { Adapters } from './adapters/adapters.ts';
import { backendWorld } from './machine/backendChoice.ts';
import type { BackendWorld } from './machine/backendChoice.ts';
import { ChangeFeed } from './shared/ChangeFeed.ts';
import { assembleChats } from './chats/assembleChats.ts';
import type { Chats } from './chats/Chats.ts';
import { layoutOf, openDataFolder, resolveHome } from './dataFolder/dataFolder.ts';
import type { DataFolder } from './dataFolder/dataFolder.ts';
import { DataFolderKeeper } from './dataFolder/DataFolderKeeper.ts';
import { Datasets, tokeniserOf } from './datasets/datasets.ts';
import { inspectAdapter, makeEngineHost, writeWeights } from './machine/engines.ts';
import { Exports } from './exports/Exports.ts';
import { Models } from './models/models.ts';
import { assembleDisk } from './dataFolder/disk/assembleDisk.ts';
import { assembleMachine } from './machine/assembleMachine.ts';
import { assembleQueue, assembleRuns } from './runs/assembleRuns.ts';
import { enterDataFolder, FileLock } from './dataFolder/ownership.ts';
import type { Presence } from './dataFolder/ownership.ts';
import { PreferenceStore } from './shared/PreferenceStore.ts';
import { Projects } from './shared/projects.ts';
import { finishRestore } from './dataFolder/restore.ts';
import { Serving } from './serving/Serving.ts';
import { sweepDataFolder } from './dataFolder/sweep.ts';
import { Tasks } from './shared/Tasks.ts';
import type { Tokenise } from './datasets/tokenised.ts';
import { sweepWords } from '../contract/words/sweep.ts';
import type { Said } from '../contract/words/words.ts';

export interface OpenStudioOptions {
  /** The data folder; else GRAFT_HOME, else the platform's usual place. */
  readonly home?: string | undefined;
  /** Shared by all data folders; else GRAFT_CACHE, else the platform's usual place. */
  readonly cacheDir?: string;
  /** Where GRAFT_HOME, GRAFT_CACHE and the platform's places are looked up; else that of this process. */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  /** Sample model and datasets. */
  readonly resourcesDir?: string;
  /** `all` for a studio that stays open, `own` (the default) for one command: see RunQueue. */
  readonly takes?: 'all' | 'own';
  /** Whether models are made ready for llama.cpp while the tensors answer: for a studio that stays open. */
  readonly preparesInBackground?: boolean;
  /** What comes up while the studio is open; what was found at the start is in `notices`. */
  readonly onNotice?: (notice: string | Said) => void;
}

const toldFailures = 5;
const sourceTree = resolve(import.meta.dirname, '..', '..');

/** Throws GraftError('newerVersion' | 'integrity' | 'conflict' | 'invalid' | 'diskFull'). Close it when done. */
export async function openStudio(options: OpenStudioOptions = {}): Promise<Studio> {
  const home = resolveHome({ home: options.home, env: options.env });
  refuseNewer(layoutOf(home).databaseFile);
  const folder = openDataFolder(home, sourceTree);
  const presence = await enterDataFolder(folder);
  try {
    const isRestored = presence.alone && finishRestore(folder);
    const { database, notices } = openDatabase({
      file: folder.databaseFile,
      backupsDir: folder.backupsDir,
      alone: presence.alone,
    });
    try {
      const parts = new StudioParts({ options, folder, database, presence });
      const found: (string | Said)[] = [...(isRestored ? [sweepWords.restoreEnded()] : []), ...notices];
      if (presence.alone) parts.chatRows.endAnswering();
      if (presence.alone) found.push(...(await sweepDataFolder(parts)));
      parts.queue.start();
      presence.settle();
      return parts.studio(found);
    } catch (error) {
      closeDatabase(database);
      throw error;
    }
  } catch (error) {
    presence.leave();
    throw error;
  }
}

interface Foundation {
  readonly options: OpenStudioOptions;
  readonly folder: DataFolder;
  readonly database: Database;
  readonly presence: Presence;
}

/** Every wing with what it needs of the others, in the order of dependence. */
class StudioParts {
  readonly folder: DataFolder;
  readonly models: ModelRepository;
  readonly datasets: DatasetRepository;
  readonly adapterRows: AdapterRepository;
  readonly chatRows: ChatRepository;
  readonly adapters: Adapters;
  readonly queue: RunQueue;
  readonly #foundation: Foundation;
  readonly #cacheDir: string;
  readonly #resourcesDir: string;
  readonly #world: () => BackendWorld;
  readonly #changes: ChangeFeed;
  readonly #tasks: Tasks;
  readonly #runRows: RunRepository;
  readonly #openRuns: OpenRuns;
  readonly #modelService: Models;
  readonly #datasetService: Datasets;
  readonly #tokenise: Tokenise;
  #chats: Chats | undefined;
  #serving: Serving | undefined;

  constructor(foundation: Foundation) {
    const { options, folder, database } = foundation;
    const { home } = folder;
    this.#foundation = foundation;
    this.folder = folder;
    this.#cacheDir = options.cacheDir ?? defaultCacheDir(options.env);
    this.#world = () => backendWorld(this.#cacheDir);
    this.#changes = new ChangeFeed(database);
    this.#tasks = new Tasks(this.#changes);
    this.models = new ModelRepository(database, home);
    this.datasets = new DatasetRepository(database, home);
    this.adapterRows = new AdapterRepository(database, home);
    this.chatRows = new ChatRepository(database);
    this.#runRows = new RunRepository(database, home);
    this.#openRuns = new OpenRuns(database);
    const resourcesDir = options.resourcesDir ?? join(sourceTree, 'resources');
    this.#resourcesDir = resourcesDir;
    const exports = this.#makeExports();
    this.#modelService = new Models({
      ...{ rows: this.models, home, cacheDir: this.#cacheDir, resourcesDir, world: this.#world, exports },
      findUse: (modelId) => this.#findUse(modelId),
      onChange: this.#announcing('models', 'disk'),
    });
    this.#datasetService = new Datasets({
      ...{ rows: this.datasets, home, resourcesDir, tasks: this.#tasks },
      findOpenRun: (datasetId) => this.#openRuns.ofDataset(datasetId),
      onChange: this.#announcing('datasets', 'disk'),
      getModel: (idOrName) => this.models.get(idOrName),
      loadTokenizer: async (model) => this.#modelService.tokenizer(model.id),
    });
    this.#tokenise = tokeniserOf(this.#datasetService);
    this.adapters = this.#makeAdapters(exports);
    this.queue = this.#makeQueue();
  }

  #announcing(...topics: readonly ChangeTopic[]): () => void {
    return () => this.#changes.announce(...topics);
  }

  /** In words, what needs this model now. */
  #findUse(modelId: string): Said | undefined {
    const run = this.#openRuns.ofModel(modelId);
    if (run !== undefined) return sweepWords.trainsOnIt({ run });
    if (this.#serving?.modelId === modelId) return sweepWords.beingServed();
    const engine = this.#chats?.state();
    return engine?.modelId === modelId && engine.state === 'answering' ? sweepWords.chatAnswers() : undefined;
  }

  studio(notices: readonly (string | Said)[]): Studio {
    const { database, presence, folder } = this.#foundation;
    const { models, adapters, adapterRows, datasets, queue } = this;
    const [changes, tasks, cacheDir, world] = [this.#changes, this.#tasks, this.#cacheDir, this.#world];
    const settings = new SettingsRepository(database);
    const preferences = new PreferenceStore(settings, changes);
    const projects = new Projects({
      ...{ rows: new ProjectRepository(database), models, changes },
      onRemoved: (projectId) => runs.trainingForms.forget(projectId),
    });
    const runs = assembleRuns({
      ...{
        database,
        settings,
        rows: this.#runRows,
        queue,
        models: this.#modelService,
        datasets,
        projects,
        inspectAdapter,
        world,
      },
      ...{ adapters: adapterRows, runsDir: folder.runsDir, tokenise: this.#tokenise, cacheDir },
      countEqual: async (dataset, trained) => this.#datasetService.countEqual(dataset, trained),
      labelLines: async (dataset, labels) => this.#datasetService.labelLines(dataset, labels),
      onChange: this.#announcing('runs'),
    });
    const engineUser = { models: this.#modelService, adapters, datasets, world };
    const { chats, ...ofChats } = assembleChats({
      ...{ ...engineUser, database, cacheDir, tasks, resourcesDir: this.#resourcesDir },
      preferredEngine: () => preferences.get().chatEngine,
      declinedConversions: () => preferences.get().conversionsDeclined,
      adapterBudget: () => preferences.get().llamaCppAdapterBytes,
      preparesInBackground: this.#foundation.options.preparesInBackground === true,
      conversations: { rows: this.chatRows, models, adapters: adapterRows, projects, changes },
    });
    const serving = new Serving({ ...engineUser, host: makeEngineHost('chat') });
    this.#chats = chats;
    this.#serving = serving;
    const machine = assembleMachine({
      ...{ cacheDir, world, home: folder.home, onChange: this.#announcing('runtimes', 'disk') },
      checkedBases: async () => ofChats.llamaCpp.checked(),
      background: () => ({
        ...{ version: packageJson.version, schemaVersion, notices },
        failures: this.#runRows.lastFailures(toldFailures),
      }),
    });
    const disk = assembleDisk({
      ...{ database, folder, cacheDir, models: this.#modelService, datasets: this.#datasetService, adapters },
      ...{ modelRows: models, runRows: this.#runRows, runtimes: machine.runtimes, tasks },
      findUse: (id) => this.#findUse(id),
      findOpenRun: (id) => this.#openRuns.ofDataset(id),
      isChatOn: () => chats.state().state !== 'off',
      onChange: this.#announcing('disk', 'runs', 'models', 'datasets', 'adapters'),
    });
    const endServices = async (): Promise<void> => {
      ofChats.conversations.close();
      await tasks.close();
      changes.close();
      await queue.close();
      await chats.close();
      await serving.close();
      await ofChats.classification.close();
      await ofChats.conversations.settled();
    };
    const { version: codeVersion } = packageJson;
    return {
      ...{ tasks, changes, preferences, projects, notices, disk, serving, chats, adapters },
      ...{ models: this.#modelService, datasets: this.#datasetService },
      ...{ ...runs, ...ofChats, ...machine },
      dataFolder: new DataFolderKeeper({ folder, database, queue, presence, endServices, codeVersion }),
      async close() {
        await endServices();
        closeDatabase(database);
        presence.leave();
      },
    };
  }

  #makeExports(): Exports {
    const { records } = this.#runRows;
    return new Exports({
      writeWeights: async (request, options) => writeWeights(request, options, this.#world()),
      tokenizer: async (model, adapter) => this.#modelService.tokenizer(model.id, adapter),
      lineage: {
        findDataset: (id) => this.datasets.findEver(id),
        findRun: (id) => this.#runRows.find(id),
        steps: (runId) => records.steps(runId),
      },
      heldOut: {
        findDataset: (id) => this.datasets.find(id),
        tokenise: async (request, options) => this.#tokenise(request, options),
      },
      codeVersion: packageJson.version,
    });
  }

  #makeAdapters(exports: Exports): Adapters {
    return new Adapters({
      ...{ rows: this.adapterRows, library: new AdapterLibrary(this.#foundation.database) },
      ...{ models: this.models, datasets: this.datasets, cacheDir: this.#cacheDir },
      fetchModel: async (source, options) => this.#modelService.fetch(source, options),
      findRun: (id) => this.#runRows.find(id),
      onChange: this.#announcing('adapters', 'disk'),
      folder: this.folder,
      codeVersion: packageJson.version,
      inspect: inspectAdapter,
      exports,
    });
  }

  #makeQueue(): RunQueue {
    const { options, folder } = this.#foundation;
    return assembleQueue({
      ...{ runs: this.#runRows, models: this.#modelService, datasets: this.datasets, tokenise: this.#tokenise },
      ...{ host: makeEngineHost('train'), world: this.#world, cacheDir: this.#cacheDir },
      lock: new FileLock(folder.ownerLockFile),
      takes: options.takes ?? 'own',
      keepAdapter: async (run, result) => {
        const modelHash = this.models.findEver(run.modelId)?.contentHash ?? null;
        const datasetHash = this.datasets.findEver(run.datasetId)?.contentHash ?? null;
        return this.adapters.registerFromRun(run, result, { modelHash, datasetHash });
      },
      ...(options.onNotice && { onNotice: options.onNotice }),
      onChange: (what) =>
        what === 'adapter' ? this.#changes.announce('adapters', 'disk') : this.#changes.announce('runs'),
    });
  }
}
