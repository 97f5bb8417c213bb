/**
 * Makes bases and adapters ready for llama.cpp: converts and checks them in engine processes of their own, which rest
 * while somebody waits for an answer. Whatever is found goes to the cache folder.
 */
import type { ConvertedPrecision, EngineRequests } from '../../../contract/engine.ts';
import type { Adapter, Model } from '../../../contract/entities.ts';
import { saidOf, toGraftError } from '../../../contract/errors.ts';
import { checkedTokens, passes } from '../../../contract/llamaCppUse.ts';
import type { ProgressUpdate } from '../../../contract/progress.ts';
import { chatEngineWords as words } from '../../../contract/words/chatEngines.ts';
import { progressWords } from '../../../contract/words/progress.ts';
import type { Said } from '../../../contract/words/words.ts';
import type { EngineHost } from '../../../engineHost/EngineHost.ts';
import { clearAbandoned, convertedModel } from './convertedModels.ts';
import { adapterKey, addToRecord, methodKey } from './engineRecords.ts';
import { checkExactness, measureSpeeds, type Progress, testLlamaCpp, type TrialsSetup } from './engineTrials.ts';
import type { Known, KnownBases } from './KnownBases.ts';
import type { Quiet } from './Quiet.ts';
import { notFaster, withoutExactFactors } from './whyTensors.ts';

export interface PreparationSetup extends TrialsSetup {
  readonly quiet: Pick<Quiet, 'undisturbed' | 'watch'>;
  /** A fresh engine for each piece of work, which closes it. */
  readonly makeHost: () => EngineHost;
}

export class Preparation {
  readonly #setup: PreparationSetup;
  readonly #bases: KnownBases;
  /** Bases whose speed this studio measured. */
  readonly #measured = new Set<string>();
  #tested: string | undefined;
  #clearedBytes = 0;

  constructor(setup: PreparationSetup, bases: KnownBases) {
    this.#setup = setup;
    this.#bases = bases;
  }

  /** Whether this studio measured how fast the base is in both engines. */
  hasMeasured(key: string): boolean {
    return this.#measured.has(key);
  }

  /** Of what killed conversions had left, removed by this studio. */
  get clearedBytes(): number {
    return this.#clearedBytes;
  }

  /** Throws GraftError, also `cancelled`. */
  async base(model: Model, options: Progress): Promise<void> {
    this.#clearedBytes += await clearAbandoned(this.#setup.cacheDir);
    await this.#withHost(options, async (host, resting) => this.#base(model, { ...resting, host }));
  }

  /**
   * Where the base is exact enough. What is wrong with the adapter alone is returned, not thrown: base and others stand
   * without it.
   */
  async adapter(model: Model, adapter: Adapter, options: Progress): Promise<Said | undefined> {
    const known = await this.#bases.of({ model, adapters: [adapter] });
    const { checks, speeds } = known.record;
    const base = checks['base'];
    const isSlower = speeds !== null && notFaster(speeds) !== undefined;
    if (base === undefined || !passes(base) || isSlower || withoutExactFactors([adapter])) return undefined;
    try {
      const wanted = [
        { name: methodKey(adapter.method), tokens: checkedTokens.base },
        { name: adapterKey(await this.#setup.contents.hash(adapter)), tokens: checkedTokens.adapter },
      ].filter(({ name }) => checks[name] === undefined);
      await this.#withHost(options, async (host, resting) => {
        for (const { name, tokens } of wanted)
          await this.#check(name, { ...known, adapter, tokens }, { ...resting, host });
      });
      return undefined;
    } catch (thrown) {
      const error = toGraftError(thrown);
      if (options.signal.aborted || error.code === 'cancelled') throw error;
      return words.couldNot({ why: saidOf(error) });
    }
  }

  async #base(model: Model, options: Progress & { readonly host: EngineHost }): Promise<void> {
    const settings = this.#bases.settings();
    if (this.#tested !== settings.modulePath) await testLlamaCpp(this.#setup, settings, options);
    this.#tested = settings.modulePath;
    const before = await this.#bases.of({ model, adapters: [] });
    if (!before.isConverted) await this.#convert(before, options);
    const known = await this.#bases.of({ model, adapters: [] });
    const { checks, speeds } = known.record;
    const base =
      checks['base'] ?? (await this.#check('base', { ...known, adapter: null, tokens: checkedTokens.base }, options));
    if (!passes(base)) return;
    if (speeds !== null && (notFaster(speeds) === undefined || this.hasMeasured(known.key))) return;
    await options.host.stop(); // what is measured starts with a process of its own
    const withHost = async <Result>(work: (host: EngineHost) => Promise<Result>): Promise<Result> =>
      this.#withHost(options, work);
    const found = await measureSpeeds(this.#setup, known, { ...options, withHost });
    await addToRecord(this.#setup.cacheDir, known.place, { speeds: found });
    this.#measured.add(known.key);
  }

  async #convert(known: Known, { host, signal, onProgress }: Progress & { readonly host: EngineHost }): Promise<void> {
    this.#bases.requireMemory(known);
    const { model, key, storage } = known;
    const precision: ConvertedPrecision = storage === 'q8_0' ? 'q8_0' : 'bf16';
    const outDir = convertedModel(this.#setup.cacheDir, key, precision).dir;
    const onEvent = ({ update }: EngineRequests['convertBase'][1]): void =>
      onProgress({ ...update, label: progressWords.convertingForLlamaCpp() });
    const request = { modelDir: model.dir, outDir, precision, title: model.name };
    await host.request('convertBase', request, { signal, onEvent });
  }

  async #check(
    name: string,
    subject: Parameters<typeof checkExactness>[1],
    options: Progress & { readonly host: EngineHost },
  ): ReturnType<typeof checkExactness> {
    this.#bases.requireMemory(subject);
    const check = await checkExactness(this.#setup, subject, options);
    await addToRecord(this.#setup.cacheDir, subject.place, { checks: { [name]: check } });
    return check;
  }

  /** An engine that rests while somebody waits for an answer, and says so. */
  async #withHost<Result>(
    { signal, onProgress }: Progress,
    work: (host: EngineHost, resting: Progress) => Promise<Result>,
  ): Promise<Result> {
    const { makeHost, quiet } = this.#setup;
    const host = makeHost();
    let last: ProgressUpdate | undefined;
    const stop = quiet.watch((isQuiet) => {
      host.setPaused(!isQuiet);
      const nothing = { done: 0, total: null, unit: 'steps' } as const;
      if (!isQuiet) onProgress({ ...nothing, ...last, label: progressWords.waitsForAnswer() });
      else if (last !== undefined) onProgress(last);
    });
    const resting = (update: ProgressUpdate): void => {
      last = update;
      onProgress(update);
    };
    try {
      return await work(host, { signal, onProgress: resting });
    } finally {
      stop();
      await host.close();
    }
  }
}
