/**
 * The composition root: one data folder, one database, every service, wired here and nowhere else. The order matters:
 * a newer version's folder is refused before anything is made in it, and checks, migrations and the sweep run while no
 * other process can come in.
 */
import { join, resolve } from 'node:path';
import type { Database } from 'better-sqlite3';
import packageJson from '../../package.json' with { type: 'json' };
import type { Studio } from '../contract/services.ts';
import { AdapterLibrary } from '../database/adapterLibrary.ts';
import { AdapterRepository } from '../database/adapters.ts';
import { ChatRepository } from '../database/chats.ts';
import { ChatSearch } from '../database/chatSearch.ts';
import { ChatVoteRepository } from '../database/chatVotes.ts';
import { DatasetRepository } from '../database/datasets.ts';
import { ModelRepository } from '../database/models.ts';
import { schemaVersion } from '../database/migrations/registry.ts';
import { closeDatabase, openDatabase, refuseNewer } from '../database/openDatabase.ts';
import { DiskRows } from '../database/diskRows.ts';
import { OpenRuns } from '../database/openRuns.ts';
import { ProjectRepository } from '../database/projects.ts';
import { RunCurveReader } from '../database/runCurves.ts';
import { RunRepository } from '../database/runs.ts';
import { RunSummaries } from '../database/runSummaries.ts';
import { SettingsRepository } from '../database/settings.ts';
import { RunQueue } from '../jobs/RunQueue.ts';
import { defaultCacheDir } from '../runtimes/cacheDir.ts';
import { Adapters } from './adapters/adapters.ts';
import { backendWorld } from './machine/backendChoice.ts';
import type { BackendWorld } from './machine/backendChoice.ts';
import { ChangeFeed } from './shared/ChangeFeed.ts';
import { Chats } from './chats/Chats.ts';
import { Classifier } from './chats/Classifier.ts';
import { Conversations } from './chats/Conversations.ts';
import { layoutOf, openDataFolder, resolveHome } from './dataFolder/dataFolder.ts';
import type { DataFolder } from './dataFolder/dataFolder.ts';
import { DataFolderKeeper } from './dataFolder/DataFolderKeeper.ts';
import { Datasets } from './datasets/datasets.ts';
import { Disk } from './dataFolder/disk/Disk.ts';
import { libraryParts } from './dataFolder/disk/libraryParts.ts';
import { placeParts } from './dataFolder/disk/placeParts.ts';
import { runParts } from './dataFolder/disk/runParts.ts';
import { trashPart } from './dataFolder/disk/trashPart.ts';
import { Doctor } from './machine/Doctor.ts';
import { inspectAdapter, makeEngineHost, writeWeights } from './machine/engines.ts';
import { Exports } from './exports/Exports.ts';
import { MachineFacts } from './machine/MachineFacts.ts';
import { Models } from './models/models.ts';
import { enterDataFolder, FileLock } from './dataFolder/ownership.ts';
import type { Presence } from './dataFolder/ownership.ts';
import { PreferenceStore } from './shared/PreferenceStore.ts';
import { Projects } from './shared/projects.ts';
import { finishRestore } from './dataFolder/restore.ts';
import { RunHistory } from './runs/RunHistory.ts';
import { Runs } from './runs/Runs.ts';
import { Serving } from './serving/Serving.ts';
import { createRuntimeService } from './machine/runtimes.ts';
import { sweepDataFolder } from './dataFolder/sweep.ts';
import { TrainingForms } from './runs/TrainingForms.ts';
import { Tasks } from './shared/Tasks.ts';
import type { Tokenise } from './datasets/tokenised.ts';
import { TrainExecutor } from './runs/TrainExecutor.ts';
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

/** Every service with what it needs, in the order of dependence. */
class StudioParts {
  readonly folder: DataFolder;
  readonly models: ModelRepository;
  readonly datasets: DatasetRepository;
  readonly adapterRows: AdapterRepository;
  readonly chatRows: ChatRepository;
  readonly adapters: Adapters;
  readonly queue: RunQueue;
  readonly #changes: ChangeFeed;
  readonly #tasks: Tasks;
  readonly #foundation: Foundation;
  readonly #runRows: RunRepository;
  readonly #cacheDir: string;
  readonly #openRuns: OpenRuns;
  readonly #modelService: Models;
  readonly #datasetService: Datasets;
  readonly #world: () => BackendWorld;
  readonly #exports: Exports;
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
    const resourcesDir = options.resourcesDir ?? join(sourceTree, 'resources');
    this.#openRuns = new OpenRuns(database);
    this.#exports = this.#makeExports();
    this.#modelService = new Models({
      ...{
        rows: this.models,
        home,
        cacheDir: this.#cacheDir,
        resourcesDir,
        world: this.#world,
        exports: this.#exports,
      },
      findUse: (modelId) => this.#findUse(modelId),
      onChange: () => this.#changes.announce('models', 'disk'),
    });
    this.#datasetService = new Datasets({
      ...{ rows: this.datasets, home, resourcesDir },
      findOpenRun: (datasetId) => this.#openRuns.ofDataset(datasetId),
      onChange: () => this.#changes.announce('datasets', 'disk'),
      getModel: (idOrName) => this.models.get(idOrName),
      loadTokenizer: async (model) => this.#modelService.tokenizer(model.id),
      tasks: this.#tasks,
    });
    this.adapters = this.#makeAdapters();
    this.queue = this.#makeQueue();
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
    const { models, adapters, queue } = this;
    const settings = new SettingsRepository(database);
    const trainingForms = new TrainingForms(settings);
    const projects = new Projects({
      ...{ rows: new ProjectRepository(database), models, changes: this.#changes },
      onRemoved: (projectId) => trainingForms.forget(projectId),
    });
    const preferences = new PreferenceStore(settings, this.#changes);
    const { chats, serving, classification } = this.#makeEngineUsers(preferences);
    const conversations = this.#makeConversations(chats, projects);
    const summaries = new RunSummaries(database, this.#runRows.records);
    const runs = this.#makeRuns(projects, summaries);
    const runHistory = new RunHistory({
      rows: this.#runRows,
      summaries,
      curves: new RunCurveReader(database),
    });
    const changes = this.#changes;
    const tasks = this.#tasks;
    const endServices = async (): Promise<void> => {
      conversations.close();
      await tasks.close();
      changes.close();
      await queue.close();
      await chats.close();
      await serving.close();
      await classification.close();
      await conversations.settled();
    };
    const runtimes = createRuntimeService({
      cacheDir: this.#cacheDir,
      machine: () => this.#world().machine,
      onChange: () => changes.announce('runtimes', 'disk'),
    });
    return {
      ...{ tasks, changes, preferences },
      ...{
        projects,
        trainingForms,
        models: this.#modelService,
        datasets: this.#datasetService,
        runs,
        runHistory,
        adapters,
        chats,
        serving,
        conversations,
        classification,
        notices,
      },
      ...{ runtimes, disk: this.#makeDisk({ tasks, runtimes, chats }) },
      doctor: new Doctor({
        ...{ world: this.#world, makeHost: () => makeEngineHost('chat'), home: folder.home },
        background: () => ({
          version: packageJson.version,
          schemaVersion,
          notices,
          failures: this.#runRows.lastFailures(toldFailures),
        }),
      }),
      machine: new MachineFacts(this.#world),
      dataFolder: new DataFolderKeeper({
        folder,
        database,
        queue,
        presence,
        endServices,
        codeVersion: packageJson.version,
      }),
      async close() {
        await endServices();
        closeDatabase(database);
        presence.leave();
      },
    };
  }

  /** Each has an engine of its own, so that none waits for another. */
  #makeEngineUsers(preferences: PreferenceStore): {
    readonly chats: Chats;
    readonly serving: Serving;
    readonly classification: Classifier;
  } {
    const { adapters, datasets } = this;
    const setup = { models: this.#modelService, adapters, datasets, world: this.#world };
    const preferredEngine = () => preferences.get().chatEngine;
    const chats = new Chats({ ...setup, host: makeEngineHost('chat'), cacheDir: this.#cacheDir, preferredEngine });
    const serving = new Serving({ ...setup, host: makeEngineHost('chat') });
    this.#chats = chats;
    this.#serving = serving;
    return { chats, serving, classification: new Classifier({ ...setup, host: makeEngineHost('chat') }) };
  }

  #makeRuns(projects: Projects, summaries: RunSummaries): Runs {
    const { models, datasets, queue } = this;
    return new Runs({
      ...{ rows: this.#runRows, queue, models, datasets, projects, inspectAdapter },
      readPulse: (id) => summaries.pulse(id),
      runsDir: this.#foundation.folder.runsDir,
      adapters: this.adapterRows,
      tokenise: this.#tokenise,
      countEqual: async (dataset, trained) => this.#datasetService.countEqual(dataset, trained),
      labelLines: async (dataset, labels) => this.#datasetService.labelLines(dataset, labels),
      world: this.#world,
      onChange: () => this.#changes.announce('runs'),
    });
  }

  #makeConversations(engine: Chats, projects: Projects): Conversations {
    const { database } = this.#foundation;
    const { models, adapterRows: adapters, chatRows: rows } = this;
    const search = new ChatSearch(database);
    const votes = new ChatVoteRepository(database);
    return new Conversations({ rows, search, votes, engine, models, adapters, projects, changes: this.#changes });
  }

  #makeDisk({ tasks, runtimes, chats }: Pick<Studio, 'tasks' | 'runtimes'> & { readonly chats: Chats }): Disk {
    const { folder, models, adapters } = this;
    const { database } = this.#foundation;
    const cacheDir = this.#cacheDir;
    const rows = new DiskRows(database, folder.home);
    const fetching: readonly string[] = ['fetchModel', 'importAdapter', 'installRuntime', 'prepareFirstRun'];
    const library = { folder, rows, models: this.#modelService, datasets: this.#datasetService };
    const parts = [
      ...libraryParts({
        ...library,
        findUse: (id) => this.#findUse(id),
        findOpenRun: (id) => this.#openRuns.ofDataset(id),
      }),
      ...runParts({ rows, runs: this.#runRows }),
      trashPart({ folder, rows, models, adapters, runs: this.#runRows, datasets: this.#datasetService }),
      ...placeParts({
        ...{ folder, cacheDir, runtimes },
        isEngineBusy: () => chats.state().state !== 'off' || rows.runs().some(({ state }) => state === 'running'),
        isFetching: () => tasks.list().some(({ kind, state }) => state === 'running' && fetching.includes(kind)),
      }),
    ];
    return new Disk({
      folder,
      cacheDir,
      parts,
      onChange: () => this.#changes.announce('disk', 'runs', 'models', 'datasets', 'adapters'),
    });
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
      codeVersion: packageJson.version,
    });
  }

  #makeAdapters(): Adapters {
    return new Adapters({
      ...{ rows: this.adapterRows, library: new AdapterLibrary(this.#foundation.database) },
      ...{ models: this.models, datasets: this.datasets, cacheDir: this.#cacheDir },
      fetchModel: async (source, options) => this.#modelService.fetch(source, options),
      findRun: (id) => this.#runRows.find(id),
      onChange: () => this.#changes.announce('adapters', 'disk'),
      folder: this.folder,
      codeVersion: packageJson.version,
      inspect: inspectAdapter,
      exports: this.#exports,
    });
  }

  #makeQueue(): RunQueue {
    const { options, folder } = this.#foundation;
    const host = makeEngineHost('train');
    return new RunQueue({
      runs: this.#runRows,
      executor: new TrainExecutor({
        host,
        models: this.#modelService,
        datasets: this.datasets,
        tokenise: this.#tokenise,
        world: this.#world,
      }),
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

  readonly #tokenise: Tokenise = async ({ dataset, model, ...cut }, options = {}) => {
    const made = await this.#datasetService.tokenise(dataset, model, { ...options, ...cut });
    const { path, pieceCount, pieces, totalTokens, longestRow, spelled, unusable } = made;
    const labels = model.shape.encoder === undefined ? [] : await this.#datasetService.labels(dataset.id, options);
    const lengths = { meanLength: totalTokens / pieceCount, longestLength: longestRow };
    return { file: path, pieces, ...lengths, spelled, unusable, labels, cut: made };
  };
}
