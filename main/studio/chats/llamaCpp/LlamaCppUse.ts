/**
 * Whether llama.cpp may answer for the tensors, and the tasks by which that comes to be (Preparation). Surprising:
 * nothing of it is remembered but files in the cache folder; what failed or was cancelled is tried again by the next
 * studio.
 */
import type { Adapter, Model } from '../../../contract/entities.ts';
import { saidOf, toGraftError } from '../../../contract/errors.ts';
import { asksAboveBytes, type LlamaCppReport } from '../../../contract/llamaCppUse.ts';
import type { CallOptions } from '../../../contract/progress.ts';
import type { TaskTicket } from '../../../contract/tasks.ts';
import { chatEngineWords as words } from '../../../contract/words/chatEngines.ts';
import type { Said } from '../../../contract/words/words.ts';
import { methodSpecs } from '../../../methods/registry.ts';
import { listRuntimePackages } from '../../../runtimes/catalogue.ts';
import { llamaCppSettings } from '../../machine/backendChoice.ts';
import type { Tasks } from '../../shared/Tasks.ts';
import { baseKey, convertedBytes } from './convertedModels.ts';
import { checkNames } from './checkNames.ts';
import { adapterKey, methodKey } from './engineRecords.ts';
import type { Progress } from './engineTrials.ts';
import { type Known, KnownBases, type Subject } from './KnownBases.ts';
import { Preparation, type PreparationSetup } from './Preparation.ts';
import { notExact, notFaster, whyExact, withoutExactFactors } from './whyTensors.ts';

export interface LlamaCppUseSetup extends PreparationSetup {
  readonly tasks: Pick<Tasks, 'start'>;
  /** Of what a check of the screens shows, something is different. */
  readonly onChange: () => void;
  /** Content hashes of bases whose conversion the person did not want. */
  readonly declined: () => readonly string[];
  readonly adaptersOf: (model: Model) => readonly Adapter[];
}

/** What the choice of an engine looks at. */
export interface Standing extends Omit<LlamaCppReport, 'names'> {
  /** Of a base that was converted. */
  readonly ggufFile?: string | undefined;
  /** Why llama.cpp, where it is `ready`. */
  readonly because: Said | null;
}

export class LlamaCppUse {
  readonly #setup: LlamaCppUseSetup;
  readonly #bases: KnownBases;
  readonly #preparation: Preparation;
  /** By base and adapter; of this studio alone. */
  readonly #failed = new Map<string, Said>();
  readonly #running = new Map<string, { readonly taskId: string; readonly wanted: Adapter[] }>();
  /** Bases that may take more of the disk than is not asked for. */
  readonly #agreed = new Set<string>();

  constructor(setup: LlamaCppUseSetup) {
    this.#setup = setup;
    this.#bases = new KnownBases(setup);
    this.#preparation = new Preparation(setup, this.#bases);
  }

  /** Of the base with all these adapters. */
  async standing(model: Model, adapters: readonly Adapter[]): Promise<Standing> {
    const world = this.#setup.world();
    const settings = llamaCppSettings({}, world);
    if (settings === undefined || model.shape.encoder !== undefined) return notThere(model);
    const known = await this.#bases.of({ model, adapters }, settings);
    const running = this.#running.get(known.key);
    const { storage, ggufFile, record } = known;
    const { clearedBytes } = this.#preparation;
    const found = {
      storage,
      ggufFile,
      ...record,
      bytes: null,
      because: null,
      taskId: running?.taskId ?? null,
      clearedBytes,
    };
    const never =
      this.#bases.facts(known.key, model).unlike ?? withoutExactFactors(adapters) ?? this.#failedBefore(known);
    if (never !== undefined) return { ...found, state: 'tensors', why: never };
    const asking = running === undefined ? this.#asking(known) : undefined;
    if (asking !== undefined) return { ...found, ...asking };
    const why = await this.#missingOrWrong(known);
    if (why === undefined) return { ...found, state: 'ready', why: null, because: whyExact(record.checks['base']) };
    if (why.isFinal) return { ...found, state: 'tensors', why: why.said };
    return { ...found, state: running === undefined ? 'unprepared' : 'preparing', why: this.#waiting(why, running) };
  }

  /** The same for clients. */
  async report(model: Model, adapters: readonly Adapter[]): Promise<LlamaCppReport> {
    const { ggufFile: _, because: __, ...standing } = await this.standing(model, adapters);
    const { adaptersOf, contents } = this.#setup;
    return { ...standing, names: await checkNames(Object.keys(standing.checks), adaptersOf(model), contents) };
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
      return this.report(model, adapters);
    });
    this.#running.set(key, { taskId: ticket.taskId, wanted });
    this.#setup.onChange();
    return ticket;
  }

  /** The same while somebody waits, who has agreed to the disk. Throws what stands in the way. */
  async makeReady(model: Model, adapters: readonly Adapter[], options: CallOptions): Promise<LlamaCppReport> {
    this.#bases.settings(); // or it says that it is not installed
    await this.#agree(model);
    const { state } = await this.standing(model, adapters);
    const { signal = new AbortController().signal, onProgress = () => undefined } = options;
    if (state === 'unprepared') await this.#prepare({ model, adapters }, { signal, onProgress });
    return this.report(model, adapters);
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

  #failedBefore({ key, adapters }: Known): Said | undefined {
    const keys = [key, ...adapters.map((adapter) => failureKey(key, adapter))];
    return keys.map((each) => this.#failed.get(each)).find((said) => said !== undefined);
  }

  /** What is to be asked before a large conversion; undefined where nothing is. */
  #asking({ model, key, isConverted, storage }: Known): Pick<Standing, 'state' | 'why' | 'bytes'> | undefined {
    if (isConverted || storage === 'whole' || storage === 'quantised') return undefined;
    if (this.#agreed.has(key)) return undefined;
    const bytes = convertedBytes(model, storage);
    const size = `${(bytes / 1e9).toFixed(1)} GB`;
    if (this.#setup.declined().includes(model.contentHash))
      return { state: 'tensors', why: words.wasDeclined({ size }), bytes };
    if (bytes <= asksAboveBytes) return undefined;
    return { state: 'asks', why: words.asksForDisk({ size }), bytes };
  }

  /** The first thing that is missing, or final. */
  async #missingOrWrong(known: Known): Promise<Missing | undefined> {
    const { adapters, isConverted, record } = known;
    const base = record.checks['base'];
    const { speeds } = record;
    const inexact = base && notExact(base, words.theBase());
    if (inexact !== undefined) return { isFinal: true, said: inexact };
    const noMemory = base === undefined && !this.#running.has(known.key) ? this.#bases.noMemory(known) : undefined;
    if (noMemory !== undefined) return { isFinal: true, said: noMemory };
    if (!isConverted || base === undefined || speeds === null) return { isFinal: false, said: words.notPrepared() };
    const slower = notFaster(speeds);
    // A machine that was busy as it was measured is measured again, once a studio.
    if (slower !== undefined) return { isFinal: this.#preparation.hasMeasured(known.key), said: slower };
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
      await this.#preparation.base(model, options);
      for (let next = 0; next < adapters.length; next++) {
        const wrong = await this.#preparation.adapter(model, adapters[next], options);
        if (wrong !== undefined) this.#failed.set(failureKey(key, adapters[next]), wrong);
      }
    } catch (thrown) {
      const error = toGraftError(thrown);
      const isCancelled = options.signal.aborted || error.code === 'cancelled';
      this.#failed.set(key, isCancelled ? words.wasCancelled() : words.couldNot({ why: saidOf(error) }));
      throw error;
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

const failureKey = (key: string, { id }: Adapter): string => `${key}/${id}`;

/** null where there is none for this platform. */
function offeredBytes(): number | null {
  const platform = `${process.platform}-${process.arch}`;
  const found = listRuntimePackages(platform).find((each) => each.id === 'llama.cpp' && each.platform === platform);
  return found?.downloadBytes ?? null;
}

function notThere({ shape }: Model): Standing {
  const isEncoder = shape.encoder !== undefined;
  const nothing = { ggufFile: undefined, because: null, taskId: null, checks: {}, speeds: null, clearedBytes: 0 };
  const offer = isEncoder ? null : offeredBytes();
  const state = isEncoder ? 'tensors' : 'notInstalled';
  return { ...nothing, state, why: isEncoder ? null : words.notInstalledYet(), bytes: offer, storage: 'bf16' };
}
