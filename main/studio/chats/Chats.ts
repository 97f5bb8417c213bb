/**
 * The chat service: one engine process keeps one base model and many adapters resident, so that a swap is a choice of
 * tensors. What is resident belongs to one process: after a death everything is loaded again at the next request.
 */
import type {
  ChatAnswer,
  ChatBackendRequest,
  ChatEngineState,
  ChatRequest,
  FittedContext,
} from '../../contract/conversations.ts';
import type { Adapter, ChatTurn, Dataset, Model } from '../../contract/entities.ts';
import type { ChatSettings, EngineRequests, GenerateRequest, LlamaCppSettings } from '../../contract/engine.ts';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import type { ChatService, ModelService } from '../../contract/services.ts';
import type { ChatEngineName } from '../../contract/preferences.ts';
import type { EngineHost } from '../../engineHost/EngineHost.ts';
import { StreamDecoder } from '../../tokenizers/streamDecoder.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import { AdapterContents, contentKey } from '../adapters/AdapterContents.ts';
import type { AnswerEngine } from './Answering.ts';
import type { BackendWorld } from '../machine/backendChoice.ts';
import { type ChatEngineChoice, chooseChatEngine, isLeftOpen } from './chatEngineChoice.ts';
import { keepWithinBudget } from './llamaCpp/convertedModels.ts';
import type { LlamaCppUse } from './llamaCpp/LlamaCppUse.ts';
import type { Quiet } from './llamaCpp/Quiet.ts';
import { isMeasuringDue, keepThreads } from '../machine/keptThreads.ts';
import { chatPrompt } from '../models/prompts/chatPrompt.ts';
import { fitContext } from './fitContext.ts';
import { folderState } from '../shared/folderState.ts';
import { requireScale } from './requireScale.ts';
import { requireWriter } from '../models/requireWriter.ts';
import { convertedAdapterDir } from '../adapters/convertedAdapters.ts';
import type { Said } from '../../contract/words/words.ts';
import { chatWords } from '../../contract/words/chats.ts';

export interface ChatsSetup {
  readonly host: EngineHost;
  readonly models: Pick<ModelService, 'get' | 'prompt'> & {
    tokenizer(idOrName: string, adapter?: Adapter | null): Promise<Tokenizer>;
  };
  readonly adapters: { get(idOrName: string): Adapter };
  readonly datasets: { find(id: string): Dataset | undefined };
  readonly world: () => BackendWorld;
  /** Where a request leaves it open. */
  readonly preferredEngine: () => ChatEngineName;
  /** For what is converted once and can be made again. */
  readonly cacheDir: string;
  /** Absent: the tensors answer wherever the model fits. */
  readonly llamaCpp?: Pick<LlamaCppUse, 'standing' | 'prepare' | 'fail'>;
  /** What is done behind people rests while they wait. */
  readonly quiet?: Pick<Quiet, 'disturb'>;
  /** Whether bases and adapters are made ready for llama.cpp while the tensors answer. */
  readonly preparesInBackground?: boolean;
  /** Bytes that converted adapters may take of the disk. */
  readonly adapterBudget?: () => number;
}

interface Resident {
  readonly generation: number;
  readonly modelId: string;
  /** Of the model's files. */
  readonly modelState: string;
  readonly settings: ChatSettings;
  readonly why: Said;
  readonly ggufFile: string | undefined;
  /** llama.cpp answers in the place of the tensors, because it was found exact enough. */
  readonly isExact: boolean;
  readonly loaded: EngineRequests['loadModel'][2];
  /** By id, what the engine calls them: their content's name. */
  readonly adapters: Map<string, string>;
  /** What the engine calls those (null: the base) that have answered: what is compiled at a first answer is there. */
  readonly warm: Set<string | null>;
}

type Doing = 'loading' | 'answering';

const maxResidentAdapters = 32;
/** Enough for the sizes of chunks that a first message is fed in. */
const warmUpTokens = 80;
const warmUpSampling = { maxTokens: 2, temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0, stopIds: [] };

export class Chats implements ChatService, AnswerEngine {
  readonly #setup: ChatsSetup;
  readonly #contents = new AdapterContents();
  readonly #listeners = new Set<(state: ChatEngineState) => void>();
  #resident: Resident | undefined;
  /** Adapters of the present model that were asked for: an engine must have them all, or a swap would be a load. */
  #used: { readonly modelId: string; readonly adapters: Map<string, Adapter> } | undefined;
  #backend: ChatBackendRequest = {};
  #doing: Doing | undefined;
  #error: GraftError | undefined;

  constructor(setup: ChatsSetup) {
    this.#setup = setup;
  }

  async open(
    modelIdOrName: string,
    adapters: readonly string[],
    backend: ChatBackendRequest = {},
  ): Promise<{ readonly device: string | Said; readonly loadMs: number; readonly why: Said }> {
    const { models, adapters: library } = this.#setup;
    this.#backend = backend;
    const model = models.get(modelIdOrName);
    requireWriter(model);
    const wanted = adapters.map((idOrName) => library.get(idOrName));
    const startMs = performance.now();
    const { loaded, why } = await this.#loadModel(model, wanted);
    for (const adapter of wanted) await this.#loadAdapter(adapter, model);
    return { device: loaded.device, loadMs: performance.now() - startMs, why };
  }

  async send(request: ChatRequest, onText?: (piece: string) => void, signal?: AbortSignal): Promise<ChatAnswer> {
    const { host } = this.#setup;
    const { model, adapter, tokenizer, promptIds } = await this.#prompt(request);
    if (adapter !== null) requireScale(adapter, request.adapter?.scale ?? 1);
    const resident = await this.#loadModel(model, adapter === null ? [] : [adapter]);
    const startMs = performance.now();
    const key = adapter === null ? null : await this.#loadAdapter(adapter, model);
    const adapterLoadMs = adapter === null ? 0 : performance.now() - startMs;
    const generate: GenerateRequest = {
      promptIds,
      adapter: key === null ? null : { key, scale: request.adapter?.scale ?? 1 },
      sampling: {
        ...samplingOf(request),
        stopIds: [...new Set([...model.shape.eosTokenIds, ...tokenizer.eosTokenIds])],
      },
    };
    const decoder = new StreamDecoder(tokenizer, { skipSpecialTokens: true });
    const onEvent = ({ id }: { readonly id: number }): void => emit(decoder.push(id), onText);
    const result = await this.#while('answering', () => host.request('generate', generate, { signal, onEvent })).catch(
      async (thrown: unknown) => this.#giveUpOn(resident, model, thrown),
    );
    this.#prepareBehind(model);
    resident.warm.add(key);
    emit(decoder.finish(), onText);
    const text = tokenizer.decode(result.ids, { skipSpecialTokens: true });
    return { ...result, swapMs: result.swapMs + adapterLoadMs, text };
  }

  /** Of the prompt that `send` would make. */
  async countTokens(request: Pick<ChatRequest, 'model' | 'adapter' | 'messages'>): Promise<number> {
    return (await this.#prompt(request)).promptIds.length;
  }

  async fit({
    model,
    adapter,
    messages,
    maxTokens,
  }: Pick<ChatRequest, 'model' | 'adapter' | 'messages' | 'maxTokens'>): Promise<FittedContext> {
    const [first] = messages;
    const hasSystem = first?.role === 'system';
    return fitContext({
      path: messages.slice(hasSystem ? 1 : 0) as readonly Pick<ChatTurn, 'role' | 'content'>[],
      systemPrompt: hasSystem ? first.content : '',
      contextLength: this.#setup.models.get(model).shape.maxPositions,
      answerTokens: maxTokens,
      count: async (kept) => this.countTokens({ model, adapter, messages: kept }),
    });
  }

  /**
   * Loads the model and the adapters and lets each say a few tokens into the void, so that a first answer has nothing
   * to compile.
   */
  async warmUp(modelId: string, adapterIds: readonly string[]): Promise<void> {
    const { host, adapters } = this.#setup;
    // The chat template has a process of its own, which a first answer would wait for as well.
    const hello = { model: modelId, adapter: null, messages: [{ role: 'user', content: 'Hello' }] };
    const { model, promptIds: words } = await this.#prompt(hello);
    const wanted = adapterIds.map((id) => adapters.get(id));
    const resident = await this.#loadModel(model, wanted);
    const length = Math.min(warmUpTokens, model.shape.maxPositions - warmUpSampling.maxTokens);
    const promptIds = Array.from({ length }, (_, place) => words[place % words.length]);
    for (const id of [null, ...adapterIds]) {
      const key = id === null ? null : await this.#loadAdapter(adapters.get(id), model);
      if (resident.warm.has(key)) continue;
      const adapter = key === null ? null : { key, scale: 1 };
      await this.#while('loading', () => host.request('generate', { promptIds, adapter, sampling: warmUpSampling }));
      resident.warm.add(key);
    }
    this.#prepareBehind(model);
  }

  /** Ends the process. Afterwards it is started again even if it had died too often. */
  async unload(): Promise<void> {
    this.#resident = undefined;
    this.#used = undefined;
    this.#error = undefined;
    await this.#setup.host.stop();
    this.#setup.host.forgive();
    this.#tell();
  }

  state(): ChatEngineState {
    const resident = this.#living();
    const idle = resident === undefined ? 'off' : 'ready';
    return {
      state: this.#doing ?? (this.#error === undefined ? idle : 'failed'),
      modelId: resident?.modelId ?? null,
      device: resident?.loaded.device ?? null,
      why: resident?.why ?? null,
      loadMs: resident?.loaded.loadMs ?? null,
      residentAdapterIds: [...(resident?.adapters.keys() ?? [])],
      error: this.#error?.toJSON() ?? null,
    };
  }

  onState(listener: (state: ChatEngineState) => void): void {
    this.#listeners.add(listener);
  }

  async logits(
    modelIdOrName: string,
    adapterIdOrName: string | null,
    ids: readonly (readonly number[])[],
    attentionMask?: readonly (readonly number[])[],
    backend: ChatBackendRequest = {},
  ): Promise<{ readonly shape: readonly number[]; readonly data: readonly number[] }> {
    await this.open(modelIdOrName, [], backend);
    const { models, adapters } = this.#setup;
    const key =
      adapterIdOrName === null
        ? null
        : await this.#loadAdapter(adapters.get(adapterIdOrName), models.get(modelIdOrName));
    const adapter = key === null ? null : { key, scale: 1 };
    return this.#setup.host.request('logits', { ids, adapter, ...(attentionMask && { attentionMask }) });
  }

  async close(): Promise<void> {
    this.#resident = undefined;
    await this.#setup.host.close();
  }

  async #prompt(request: Pick<ChatRequest, 'model' | 'adapter' | 'messages'>) {
    const { models, adapters } = this.#setup;
    const model = models.get(request.model);
    requireWriter(model);
    const adapter = request.adapter === null ? null : adapters.get(request.adapter.idOrName);
    const tokenizer = await models.tokenizer(model.id, adapter);
    const prompts = { hasChatTemplate: tokenizer.chatTemplate !== null }; // the adapter may bring one
    const promptIds = await chatPrompt({
      model: prompts,
      tokenizer,
      messages: request.messages,
      trainedOn: this.#trainedOn(adapter),
    });
    return { model, adapter, tokenizer, promptIds };
  }

  /**
   * Tells listeners what the engine does; an error that leaves it without a model stays until something is loaded
   * again.
   */
  async #while<Result>(doing: Doing, work: () => Promise<Result>): Promise<Result> {
    this.#doing = doing;
    this.#tell();
    const calm = this.#setup.quiet?.disturb();
    try {
      const result = await work();
      this.#error = undefined;
      return result;
    } catch (thrown) {
      const error = toGraftError(thrown);
      this.#error = this.#living() === undefined && error.code !== 'cancelled' ? error : undefined;
      throw error;
    } finally {
      calm?.();
      this.#doing = undefined;
      this.#tell();
    }
  }

  #tell(): void {
    const state = this.state();
    for (const listener of this.#listeners) listener(state);
  }

  #living(): Resident | undefined {
    const { host } = this.#setup;
    const isAlive = this.#resident !== undefined && host.running && host.generation === this.#resident.generation;
    return isAlive ? this.#resident : undefined;
  }

  /** An engine that died as it answered for the tensors is not asked again. */
  async #giveUpOn({ isExact }: Resident, model: Model, thrown: unknown): Promise<never> {
    const { code } = toGraftError(thrown);
    if (isExact && (code === 'engineCrashed' || code === 'outOfMemory'))
      await this.#setup.llamaCpp?.fail(model, thrown);
    throw thrown;
  }

  /** What the next answer could be given by llama.cpp for. Nobody waits for it. */
  #prepareBehind(model: Model): void {
    const { llamaCpp, preparesInBackground = false, preferredEngine } = this.#setup;
    if (!preparesInBackground || !isLeftOpen(this.#backend, preferredEngine()) || this.#used?.modelId !== model.id)
      return;
    llamaCpp?.prepare(model, [...this.#used.adapters.values()]).catch(() => undefined); // its task says what failed
  }

  #adaptersOf(model: Model, wanted: readonly Adapter[]): readonly Adapter[] {
    if (this.#used?.modelId !== model.id) this.#used = { modelId: model.id, adapters: new Map() };
    for (const adapter of wanted) this.#used.adapters.set(adapter.id, adapter);
    return [...this.#used.adapters.values()];
  }

  /** Keeps what is loaded when model, settings and process are still the same. */
  async #loadModel(model: Model, wanted: readonly Adapter[]): Promise<Resident> {
    const choice = await this.#choose(model, wanted);
    try {
      return await this.#load(model, choice);
    } catch (thrown) {
      if (!choice.isExact || toGraftError(thrown).code === 'cancelled') throw thrown;
      await this.#setup.llamaCpp?.fail(model, thrown);
      return this.#load(model, await this.#choose(model, wanted));
    }
  }

  async #choose(model: Model, wanted: readonly Adapter[]): Promise<ChatEngineChoice & { readonly isExact: boolean }> {
    const { world, preferredEngine, llamaCpp } = this.#setup;
    const before = this.#living();
    const loaded = before?.modelId === model.id ? before : undefined;
    const adapters = this.#adaptersOf(model, wanted);
    const preferred = preferredEngine();
    const mayMove = isLeftOpen(this.#backend, preferred) || (this.#backend.engine ?? preferred) === 'llama.cpp';
    const standing = mayMove ? await llamaCpp?.standing(model, adapters) : undefined;
    const wish = {
      ...{ model, request: this.#backend, preferred, llamaCpp: standing },
      // What moved there because it may, comes back where it may not; everything else stays where it fitted.
      staysOn: loaded && !loaded.isExact ? engineOf(loaded.settings) : undefined,
      storedAs: loaded && 'precision' in loaded.settings ? loaded.settings.precision : undefined,
    };
    await this.#measureThreads(chooseChatEngine(wish, world()).settings);
    const choice = chooseChatEngine(wish, world());
    return { ...choice, isExact: standing?.because === choice.why };
  }

  async #load(
    model: Model,
    { settings, why, ggufFile, isExact }: ChatEngineChoice & { readonly isExact: boolean },
  ): Promise<Resident> {
    const { host } = this.#setup;
    const modelState = await folderState(model.dir);
    const before = this.#living();
    const isSame =
      before !== undefined &&
      before.ggufFile === ggufFile &&
      JSON.stringify(before.settings) === JSON.stringify(settings);
    if (isSame && before.modelId === model.id && before.modelState === modelState) {
      this.#resident = { ...before, why, isExact };
      return this.#resident;
    }
    // Another backend in the same process would keep the first one's memory.
    if (before !== undefined && !isSame) await host.stop();
    this.#resident = undefined;
    const { dir: modelDir, shape } = model;
    return this.#while('loading', async () => {
      const given = { settings, modelDir, contextLength: shape.maxPositions };
      const loaded = await host.request('loadModel', { ...given, ...(ggufFile !== undefined && { ggufFile }) });
      const nothing = { adapters: new Map<string, string>(), warm: new Set<string | null>() };
      const { generation } = host;
      this.#resident = {
        generation,
        modelId: model.id,
        modelState,
        settings,
        why,
        ggufFile,
        isExact,
        loaded,
        ...nothing,
      };
      return this.#resident;
    });
  }

  /** Once a machine, before llama.cpp is first used. What fails there is told by the load that follows. */
  async #measureThreads({ backend, ...settings }: ChatSettings): Promise<void> {
    const { host, world, cacheDir } = this.#setup;
    const { machine, findRuntime, keptThreads } = world();
    const version = findRuntime('llama.cpp')?.version;
    const isAsked = this.#backend.threads !== undefined;
    if (backend !== 'llama.cpp' || isAsked || version === undefined || this.#living() !== undefined) return;
    if (!isMeasuringDue(keptThreads?.(version))) return;
    try {
      const about = { settings: { ...settings, backend, threads: machine.cores } as LlamaCppSettings };
      const { threads } = await this.#while('loading', () => host.request('selfTest', about));
      if (threads !== undefined) await keepThreads(cacheDir, { threads, version, machine });
    } catch (thrown) {
      if (toGraftError(thrown).code === 'cancelled') throw thrown;
    }
  }

  /**
   * What the engine calls it. Where its content is another than the one that is resident, that one and its caches go.
   */
  async #loadAdapter(adapter: Adapter, model: Model): Promise<string> {
    const { cacheDir } = this.#setup;
    refuseOtherBase(adapter, model);
    const contentHash = await this.#contents.hash(adapter);
    const key = contentKey(adapter, contentHash);
    const resident = this.#resident;
    if (resident === undefined || resident.adapters.get(adapter.id) === key) return key;
    await this.#makeRoom(resident, adapter.id);
    const converted =
      resident.settings.backend === 'llama.cpp'
        ? { ggufDir: convertedAdapterDir(cacheDir, { contentHash }, model) }
        : { ggufDir: undefined };
    await this.#while('loading', () =>
      this.#setup.host.request('loadAdapter', {
        key,
        dir: adapter.dir,
        ...(converted.ggufDir !== undefined && { ggufDir: converted.ggufDir }),
      }),
    );
    resident.adapters.set(adapter.id, key);
    const { ggufDir: used } = converted;
    const budget = this.#setup.adapterBudget?.();
    if (used !== undefined && budget !== undefined) await keepWithinBudget(cacheDir, { budget, used });
    return key;
  }

  async #makeRoom(resident: Resident, id: string): Promise<void> {
    const [oldest] = resident.adapters.keys();
    const leaving = resident.adapters.has(id) ? id : resident.adapters.size >= maxResidentAdapters ? oldest : undefined;
    const key = leaving === undefined ? undefined : resident.adapters.get(leaving);
    if (leaving === undefined || key === undefined) return;
    await this.#setup.host.request('unloadAdapter', { key });
    resident.adapters.delete(leaving);
    resident.warm.delete(key);
  }

  #trainedOn(adapter: Adapter | null): Dataset['format'] | undefined {
    const id = adapter?.lineage.datasetId ?? null;
    return id === null ? undefined : this.#setup.datasets.find(id)?.format;
  }
}

function refuseOtherBase({ name, modelId }: Adapter, model: Model): void {
  if (modelId === null || modelId === model.id) return;
  const message = chatWords.otherBase({ adapter: name, base: modelId, model: model.name });
  throw new GraftError('invalid', message, { field: 'adapter', remedy: chatWords.chooseModel({ modelId }) });
}

function engineOf({ backend }: ChatSettings): 'tensor' | 'llama.cpp' {
  return backend === 'llama.cpp' ? 'llama.cpp' : 'tensor';
}

function samplingOf({ maxTokens, temperature, topP, topK, repetitionPenalty, seed }: ChatRequest) {
  return { maxTokens, temperature, topP, topK, repetitionPenalty, seed };
}

function emit(piece: string, onText?: (piece: string) => void): void {
  if (piece !== '') onText?.(piece);
}
