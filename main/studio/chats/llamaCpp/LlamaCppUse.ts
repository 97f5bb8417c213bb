/**
 * Whether llama.cpp may answer for the tensors, and how that comes to be: bases and adapters are converted and checked
 * in an engine process of their own, while the tensors answer. Surprising: nothing of it is remembered but files in the
 * cache folder; what failed or was cancelled is tried again by the next studio.
 */
import type { ConvertedPrecision, EngineRequests, LlamaCppSettings } from '../../../contract/engine.ts';
import type { Adapter, Model } from '../../../contract/entities.ts';
import { GraftError, saidOf, toGraftError } from '../../../contract/errors.ts';
import * as use from '../../../contract/llamaCppUse.ts';
import type { EngineCheck, LlamaCppReport, LlamaCppStorage } from '../../../contract/llamaCppUse.ts';
import type { CallOptions } from '../../../contract/progress.ts';
import type { TaskTicket } from '../../../contract/tasks.ts';
import { chatEngineWords as words } from '../../../contract/words/chatEngines.ts';
import { progressWords } from '../../../contract/words/progress.ts';
import type { Said } from '../../../contract/words/words.ts';
import type { EngineHost } from '../../../engineHost/EngineHost.ts';
import { methodSpecs } from '../../../methods/registry.ts';
import { listRuntimePackages } from '../../../runtimes/catalogue.ts';
import type { Tokenizer } from '../../../tokenizers/tokenizer.ts';
import type { AdapterContents } from '../../adapters/AdapterContents.ts';
import { convertedAdapterDir } from '../../adapters/convertedAdapters.ts';
import { type BackendWorld, chooseBackend, llamaCppSettings } from '../../machine/backendChoice.ts';
import { isMeasuringDue, keepThreads } from '../../machine/keptThreads.ts';
import { chatMemory } from '../../models/modelFit.ts';
import type { Tasks } from '../../shared/Tasks.ts';
import { checkRows } from './checkTexts.ts';
import { baseKey, clearAbandoned, convertedBytes, convertedModel, findConverted } from './convertedModels.ts';
import { addToRecord, readRecord } from './engineRecords.ts';
import { baseFacts, type BaseFacts, notExact, notFaster, whyExact, withoutExactFactors } from './whyTensors.ts';

export interface LlamaCppUseSetup {
  readonly cacheDir: string;
  readonly resourcesDir: string;
  readonly world: () => BackendWorld;
  readonly tokenizer: (model: Model) => Promise<Tokenizer>;
  readonly contents: Pick<AdapterContents, 'hash'>;
  readonly tasks: Pick<Tasks, 'start'>;
  /** A fresh engine for each piece of work, which closes it. */
  readonly makeHost: () => EngineHost;
  /** Of what a check of the screens shows, something is different. */
  readonly onChange: () => void;
  /** Content hashes of bases whose conversion the person did not want. */
  readonly declined: () => readonly string[];
}

/** What the choice of an engine looks at. */
export interface Standing extends LlamaCppReport {
  /** Of a base that was converted. */
  readonly ggufFile?: string | undefined;
  /** Why llama.cpp, where it is `ready`. */
  readonly because: Said | null;
}

interface Subject {
  readonly model: Model;
  readonly adapters: readonly Adapter[];
}

/** Everything that is known of a base, read anew each time. */
interface Known extends Subject {
  readonly key: string;
  readonly storage: LlamaCppStorage;
  readonly ggufFile: string | undefined;
  readonly isConverted: boolean;
  readonly settings: LlamaCppSettings;
  readonly place: Parameters<typeof readRecord>[1];
}

type Progress = Required<CallOptions>;

const speedTokens = 24;
const speedTries = 3;
const greedy = { maxTokens: speedTokens, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0, stopIds: [] };
const checkKey = 'checked';

export class LlamaCppUse {
  readonly #setup: LlamaCppUseSetup;
  /** By base and adapter; of this studio alone. */
  readonly #failed = new Map<string, Said>();
  readonly #running = new Map<string, { readonly taskId: string; readonly wanted: Adapter[] }>();
  /** Speeds that this studio measured. */
  readonly #measured = new Set<string>();
  /** Bases that may take more of the disk than is not asked for. */
  readonly #agreed = new Set<string>();
  readonly #bases = new Map<string, BaseFacts>();
  #tested: string | undefined;

  constructor(setup: LlamaCppUseSetup) {
    this.#setup = setup;
  }

  /** Of the base with all these adapters. */
  async standing(model: Model, adapters: readonly Adapter[]): Promise<Standing> {
    const world = this.#setup.world();
    const settings = llamaCppSettings({}, world);
    if (settings === undefined || model.shape.encoder !== undefined) return notThere(model);
    const known = await this.#known({ model, adapters }, settings);
    const record = readRecord(this.#setup.cacheDir, known.place);
    const running = this.#running.get(known.key);
    const { storage, ggufFile } = known;
    const facts = { storage, ggufFile, checks: record.checks, speeds: record.speeds, bytes: null, because: null };
    const found = { ...facts, taskId: running?.taskId ?? null };
    const never = this.#facts(known.key, model).unlike ?? withoutExactFactors(adapters) ?? this.#failedBefore(known);
    if (never !== undefined) return { ...found, state: 'tensors', why: never };
    const asking = running === undefined ? this.#asking(known) : undefined;
    if (asking !== undefined) return { ...found, ...asking };
    const why = await this.#missingOrWrong(known, record);
    if (why === undefined) return { ...found, state: 'ready', why: null, because: whyExact(record.checks['base']) };
    if (why.isFinal) return { ...found, state: 'tensors', why: why.said };
    return { ...found, state: running === undefined ? 'unprepared' : 'preparing', why: this.#waiting(why, running) };
  }

  /**
   * The task that makes it ready; undefined where there is nothing to do, or nothing can be done. `agreed`: what it
   * takes of the disk was agreed to, and what was cancelled or failed is tried again.
   */
  async prepare(
    model: Model,
    adapters: readonly Adapter[],
    { agreed = false }: { readonly agreed?: boolean } = {},
  ): Promise<TaskTicket<LlamaCppReport> | undefined> {
    if (agreed) await this.#agree(model);
    const { state } = await this.standing(model, adapters);
    const key = await baseKey(model);
    const running = this.#running.get(key);
    if (running !== undefined) {
      running.wanted.push(...adapters);
      return { taskId: running.taskId };
    }
    if (state !== 'unprepared') return undefined;
    const wanted = [...adapters];
    const ticket = this.#setup.tasks.start({ kind: 'prepareLlamaCpp', subject: model.name }, async (options) => {
      try {
        await this.#prepare({ model, adapters: wanted }, options);
      } finally {
        this.#running.delete(key);
        this.#setup.onChange();
      }
      return toReport(await this.standing(model, adapters));
    });
    this.#running.set(key, { taskId: ticket.taskId, wanted });
    this.#setup.onChange();
    return ticket;
  }

  /** The same while somebody waits, who has agreed to the disk. Throws what stands in the way. */
  async makeReady(model: Model, adapters: readonly Adapter[], options: CallOptions): Promise<LlamaCppReport> {
    this.#settings();
    await this.#agree(model);
    const { state } = await this.standing(model, adapters);
    const { signal = new AbortController().signal, onProgress = () => undefined } = options;
    if (state === 'unprepared') await this.#prepare({ model, adapters }, { signal, onProgress });
    return toReport(await this.standing(model, adapters));
  }

  async #agree(model: Model): Promise<void> {
    const key = await baseKey(model);
    this.#agreed.add(key);
    for (const failed of [...this.#failed.keys()].filter((each) => each.startsWith(key))) this.#failed.delete(failed);
  }

  /** It could not answer after all: for the rest of this studio the tensors do. */
  async fail(model: Model, thrown: unknown): Promise<void> {
    this.#failed.set(await baseKey(model), words.couldNot({ why: saidOf(toGraftError(thrown)) }));
    this.#setup.onChange();
  }

  async #known({ model, adapters }: Subject, settings: LlamaCppSettings): Promise<Known> {
    const key = await baseKey(model);
    const version = this.#setup.world().findRuntime('llama.cpp')?.version ?? '';
    const own = { model, adapters, key, settings };
    const { ownStorage: storage } = this.#facts(key, model);
    if (storage !== undefined)
      return { ...own, storage, ggufFile: undefined, isConverted: true, place: { key, storage, version } };
    return { ...own, ...this.#converted(model, key, version) };
  }

  #converted(
    model: Model,
    key: string,
    version: string,
  ): Pick<Known, 'storage' | 'ggufFile' | 'isConverted' | 'place'> {
    const { cacheDir } = this.#setup;
    const found = findConverted(cacheDir, key);
    const storage = found?.precision ?? this.#precision(model);
    return { storage, ggufFile: found?.file, isConverted: found !== undefined, place: { key, storage, version } };
  }

  #facts(key: string, model: Model): BaseFacts {
    const facts = this.#bases.get(key) ?? baseFacts(model);
    this.#bases.set(key, facts);
    return facts;
  }

  /** q8_0 where bf16 beside the float32 reference is more than the memory has. */
  #precision(model: Model): 'bf16' | 'q8_0' {
    const { machine } = this.#setup.world();
    return this.#checkMemory(model, convertedBytes(model, 'bf16')) <= machine.freeMemoryBytes ? 'bf16' : 'q8_0';
  }

  #checkMemory(model: Model, ggufBytes: number): number {
    const { settings } = chooseBackend({ precision: 'float32' }, this.#setup.world());
    return chatMemory(model.shape, settings) + ggufBytes;
  }

  #failedBefore({ key, adapters }: Known): Said | undefined {
    const keys = [key, ...adapters.map((adapter) => failureKey(key, adapter))];
    return keys.map((each) => this.#failed.get(each)).find((said) => said !== undefined);
  }

  /** What is to be asked before a large conversion; undefined where nothing is. */
  #asking({ model, key, isConverted, storage }: Known): Pick<Standing, 'state' | 'why' | 'bytes'> | undefined {
    if (isConverted || storage === 'whole' || storage === 'quantised') return undefined;
    const bytes = convertedBytes(model, storage);
    if (bytes <= use.asksAboveBytes || this.#agreed.has(key)) return undefined;
    const size = `${(bytes / 1e9).toFixed(1)} GB`;
    if (this.#setup.declined().includes(model.contentHash))
      return { state: 'tensors', why: words.wasDeclined({ size }), bytes };
    return { state: 'asks', why: words.asksForDisk({ size }), bytes };
  }

  /** The first thing that is missing, or final. */
  async #missingOrWrong(known: Known, record: ReturnType<typeof readRecord>): Promise<Missing | undefined> {
    const { adapters, isConverted } = known;
    const base = record.checks['base'];
    const { speeds } = record;
    const inexact = base && notExact(base, words.theBase());
    if (inexact !== undefined) return { isFinal: true, said: inexact };
    if (!isConverted || base === undefined || speeds === null) return { isFinal: false, said: words.notPrepared() };
    const slower = notFaster(speeds);
    // A machine that was busy as it was measured is measured again, once a studio.
    if (slower !== undefined) return { isFinal: this.#measured.has(known.key), said: slower };
    for (const adapter of adapters) {
      const missing = this.#adapterMissing(adapter, record.checks, await this.#setup.contents.hash(adapter));
      if (missing !== undefined) return missing;
    }
    return undefined;
  }

  #adapterMissing({ name, method }: Adapter, checks: Standing['checks'], hash: string): Missing | undefined {
    const [ofMethod, ofAdapter] = [checks[methodKey(method)], checks[adapterKey(hash)]];
    if (ofMethod !== undefined) {
      const inexact = notExact(ofMethod, words.theMethod({ method: methodSpecs[method].title }));
      if (inexact !== undefined) return { isFinal: true, said: inexact };
    }
    if (ofMethod === undefined || ofAdapter === undefined)
      return { isFinal: false, said: words.adapterNotPrepared({ adapter: name }), adapter: name };
    const inexact = notExact(ofAdapter, words.theAdapter({ adapter: name }));
    return inexact && { isFinal: true, said: inexact };
  }

  #waiting({ said, adapter }: Missing, running: object | undefined): Said {
    if (running === undefined) return said;
    return adapter === undefined ? words.gettingReady() : words.adapterGettingReady({ adapter });
  }

  async #prepare({ model, adapters }: Subject, options: Progress): Promise<void> {
    const key = await baseKey(model);
    try {
      await clearAbandoned(this.#setup.cacheDir);
      await this.#withHost(async (host) => this.#prepareBase(host, model, options));
      for (let next = 0; next < adapters.length; next++) await this.#prepareAdapter(model, adapters[next], options);
    } catch (thrown) {
      const error = toGraftError(thrown);
      const isCancelled = options.signal.aborted || error.code === 'cancelled';
      this.#failed.set(key, isCancelled ? words.wasCancelled() : words.couldNot({ why: saidOf(error) }));
      throw error;
    }
  }

  async #prepareBase(host: EngineHost, model: Model, options: Progress): Promise<void> {
    await this.#selfTest(host, options);
    const settings = this.#settings();
    const { cacheDir } = this.#setup;
    const before = await this.#known({ model, adapters: [] }, settings);
    if (!before.isConverted) await this.#convert(host, before, options);
    const known = await this.#known({ model, adapters: [] }, settings);
    const { base } = readRecord(cacheDir, known.place).checks;
    if (base === undefined) {
      const check = await this.#compare(host, known, { adapter: null, tokens: use.checkedTokens.base }, options);
      await addToRecord(cacheDir, known.place, { checks: { base: check } });
      if (!use.passes(check)) return;
    } else if (!use.passes(base)) return;
    const { speeds } = readRecord(cacheDir, known.place);
    if (speeds !== null && (notFaster(speeds) === undefined || this.#measured.has(known.key))) return;
    await host.stop(); // what is measured starts with a process of its own
    await addToRecord(cacheDir, known.place, { speeds: await this.#speeds(known, options) });
    this.#measured.add(known.key);
  }

  async #prepareAdapter(model: Model, adapter: Adapter, options: Progress): Promise<void> {
    const settings = this.#settings();
    const known = await this.#known({ model, adapters: [adapter] }, settings);
    const record = readRecord(this.#setup.cacheDir, known.place);
    const { base } = record.checks;
    const isSlower = record.speeds !== null && notFaster(record.speeds) !== undefined;
    if (base === undefined || !use.passes(base) || isSlower || withoutExactFactors([adapter]) !== undefined) return;
    const hash = await this.#setup.contents.hash(adapter);
    try {
      await this.#withHost(async (host) => {
        const wanted = [
          { name: methodKey(adapter.method), tokens: use.checkedTokens.base },
          { name: adapterKey(hash), tokens: use.checkedTokens.adapter },
        ].filter(({ name }) => record.checks[name] === undefined);
        for (const { name, tokens } of wanted) {
          const check = await this.#compare(host, known, { adapter, tokens }, options);
          await addToRecord(this.#setup.cacheDir, known.place, { checks: { [name]: check } });
        }
      });
    } catch (thrown) {
      const error = toGraftError(thrown);
      if (options.signal.aborted || error.code === 'cancelled') throw error;
      // The base and the other adapters stand without it.
      this.#failed.set(failureKey(known.key, adapter), words.couldNot({ why: saidOf(error) }));
    }
  }

  /** With its number of threads, where this machine has none yet. */
  async #selfTest(host: EngineHost, { signal, onProgress }: Progress): Promise<void> {
    const { modulePath, backend } = this.#settings();
    if (this.#tested === modulePath) return;
    onProgress({ label: progressWords.testing({ what: 'llama.cpp' }), done: 0, total: null, unit: 'steps' });
    const { machine, findRuntime, keptThreads } = this.#setup.world();
    const settings = { backend, modulePath, threads: machine.cores };
    const { checks, threads } = await host.request('selfTest', { settings }, { signal });
    const failed = checks.find(({ passed }) => !passed);
    if (failed !== undefined)
      throw new GraftError('backendUnavailable', words.selfTestFailed({ what: failed.name }), {
        remedy: words.useTensors(),
      });
    const version = findRuntime('llama.cpp')?.version;
    if (threads !== undefined && version !== undefined && isMeasuringDue(keptThreads?.(version)))
      await keepThreads(this.#setup.cacheDir, { threads, version, machine });
    this.#tested = modulePath;
  }

  async #convert(host: EngineHost, { model, key, storage }: Known, { signal, onProgress }: Progress): Promise<void> {
    this.#requireMemory(model, fileBytes(model, storage));
    const precision: ConvertedPrecision = storage === 'q8_0' ? 'q8_0' : 'bf16';
    const outDir = convertedModel(this.#setup.cacheDir, key, precision).dir;
    const onEvent = ({ update }: EngineRequests['convertBase'][1]): void =>
      onProgress({ ...update, label: progressWords.convertingForLlamaCpp() });
    const request = { modelDir: model.dir, outDir, precision, title: model.name };
    await host.request('convertBase', request, { signal, onEvent });
  }

  async #compare(
    host: EngineHost,
    { model, ggufFile, settings, storage }: Known,
    { adapter, tokens }: { readonly adapter: Adapter | null; readonly tokens: number },
    { signal, onProgress }: Progress,
  ): Promise<EngineCheck> {
    const { tokenizer, resourcesDir, world, contents, cacheDir } = this.#setup;
    this.#requireMemory(model, fileBytes(model, storage));
    const { maxPositions } = model.shape;
    const rows = await checkRows(resourcesDir, await tokenizer(model), { tokens, maxPositions });
    const onEvent = ({ update }: EngineRequests['compareEngines'][1]): void => onProgress(update);
    const dirs = adapter && {
      key: checkKey,
      dir: adapter.dir,
      ggufDir: convertedAdapterDir(cacheDir, { contentHash: await contents.hash(adapter) }, model),
    };
    const request = {
      ...{
        tensors: chooseBackend({ precision: 'float32' }, world()).settings,
        llamaCpp: settings,
        rows,
        adapter: dirs,
      },
      ...{ modelDir: model.dir, ...(ggufFile !== undefined && { ggufFile }) },
      everyLogits: tokens <= use.checkedTokens.adapter,
    };
    const found = await host.request('compareEngines', request, { signal, onEvent });
    return { ...found, bound: use.differenceBounds[storage] };
  }

  /** Each engine with the settings that a chat would have, in a process of its own, one after the other. */
  async #speeds({ model, ggufFile, settings }: Known, options: Progress): Promise<use.EngineSpeeds> {
    const tensors = chooseBackend({}, this.#setup.world()).settings;
    const llamaCpp = await this.#speed({ settings, modelDir: model.dir, ggufFile }, model, options);
    return { llamaCpp, tensors: await this.#speed({ settings: tensors, modelDir: model.dir }, model, options) };
  }

  async #speed(
    {
      ggufFile,
      ...load
    }: { settings: EngineRequests['loadModel'][0]['settings']; modelDir: string; ggufFile?: string | undefined },
    { shape }: Model,
    { signal, onProgress }: Progress,
  ): Promise<number> {
    onProgress({ label: progressWords.measuringEngines(), done: 0, total: null, unit: 'steps' });
    return this.#withHost(async (host) => {
      const contextLength = Math.min(shape.maxPositions, 2 * speedTokens);
      const request = { ...load, contextLength, ...(ggufFile !== undefined && { ggufFile }) };
      await host.request('loadModel', request, { signal });
      const promptIds = [0, 1, 2, 3].map((place) => (7919 * (place + 1)) % shape.vocabSize);
      const generate = { promptIds, adapter: null, sampling: greedy };
      await host.request('generate', generate, { signal }); // compiles
      const tries = [];
      for (let at = 0; at < speedTries; at++) tries.push(await host.request('generate', generate, { signal }));
      return Math.max(...tries.map(({ tokensPerSecond }) => tokensPerSecond)); // of a machine that does other work too
    });
  }

  #requireMemory(model: Model, ggufBytes: number): void {
    const needed = this.#checkMemory(model, ggufBytes);
    const free = this.#setup.world().machine.freeMemoryBytes;
    if (needed <= free) return;
    const [asked, there] = [needed, free].map((bytes) => `${(bytes / 1e9).toFixed(1)} GB`);
    throw new GraftError('outOfMemory', words.noMemoryToCheck({ needed: asked, free: there }), {
      remedy: words.noMemoryRemedy(),
    });
  }

  #settings(): LlamaCppSettings {
    const settings = llamaCppSettings({}, this.#setup.world());
    if (settings !== undefined) return settings;
    throw new GraftError('backendUnavailable', words.notInstalled(), { field: 'engine', remedy: words.install() });
  }

  async #withHost<Result>(work: (host: EngineHost) => Promise<Result>): Promise<Result> {
    const host = this.#setup.makeHost();
    try {
      return await work(host);
    } finally {
      await host.close();
    }
  }
}

interface Missing {
  /** Nothing that could be done would change it. */
  readonly isFinal: boolean;
  readonly said: Said;
  /** Whose it is. */
  readonly adapter?: string;
}

const methodKey = (method: string): string => `method:${method}`;
const adapterKey = (hash: string): string => `adapter:${hash}`;
const failureKey = (key: string, { id }: Adapter): string => `${key}/${id}`;

/** Without what is the studio's own. */
export function toReport({ ggufFile: _, because: __, ...report }: Standing): LlamaCppReport {
  return report;
}

function fileBytes(model: Model, storage: LlamaCppStorage): number {
  return storage === 'bf16' || storage === 'q8_0' ? convertedBytes(model, storage) : model.sizeBytes;
}

/** null where there is none for this platform. */
function offeredBytes(): number | null {
  const platform = `${process.platform}-${process.arch}`;
  const found = listRuntimePackages(platform).find((each) => each.id === 'llama.cpp' && each.platform === platform);
  return found?.downloadBytes ?? null;
}

function notThere({ shape }: Model): Standing {
  const isEncoder = shape.encoder !== undefined;
  const nothing = { ggufFile: undefined, because: null, taskId: null, checks: {}, speeds: null };
  const offer = isEncoder ? null : offeredBytes();
  const state = isEncoder ? 'tensors' : 'notInstalled';
  return { ...nothing, state, why: isEncoder ? null : words.notInstalledYet(), bytes: offer, storage: 'bf16' };
}
