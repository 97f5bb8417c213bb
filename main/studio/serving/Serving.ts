/**
 * A base model and its adapters for other programs, in an engine process of its own, so that neither a chat nor a run
 * waits for it. What is loaded belongs to one process: after a death everything is loaded again at the next request.
 */
import { createHash } from 'node:crypto';
import type { Adapter, Dataset, Model } from '../../contract/entities.ts';
import type { CompletionRequest } from '../../contract/engine.ts';
import { requireBlocks } from '../../contract/packedBase.ts';
import { GraftError } from '../../contract/errors.ts';
import { requireTensors } from '../../contract/llamaCppOnly.ts';
import { capabilitiesOf, getMethodSpec } from '../../methods/registry.ts';
import type {
  AdapterMemory,
  AnswerPiece,
  LeftAside,
  ServedAdapterChoice,
  ServedAnswer,
  ServedModel,
  ServedPrompt,
  ServedRequest,
  ServeRequest,
  ServingService,
} from '../../contract/serving.ts';
import type { ModelService } from '../../contract/services.ts';
import type { EngineHost } from '../../engineHost/EngineHost.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import { AdapterContents } from '../adapters/AdapterContents.ts';
import { type BackendWorld, chooseBackend } from '../machine/backendChoice.ts';
import { chatPrompt } from '../models/prompts/chatPrompt.ts';
import { servedBytes } from '../adapters/servedBytes.ts';
import { folderState } from '../shared/folderState.ts';
import { requireTokenizer } from '../models/requireTokenizer.ts';
import { requireWriter } from '../models/requireWriter.ts';
import { AnswerText } from './AnswerText.ts';
import { LoadedAdapters } from './LoadedAdapters.ts';
import { servingWords } from '../../contract/words/serving.ts';
import type { Said } from '../../contract/words/words.ts';
import { chatWords } from '../../contract/words/chats.ts';

export interface ServingSetup {
  readonly host: EngineHost;
  readonly models: Pick<ModelService, 'get' | 'prompt'> & {
    tokenizer(idOrName: string, adapter?: Adapter | null): Promise<Tokenizer>;
  };
  readonly adapters: { get(idOrName: string): Adapter; list(): readonly Adapter[] };
  readonly datasets: { find(id: string): Dataset | undefined };
  readonly world: () => BackendWorld;
}

interface Served {
  readonly model: Model;
  /** Ids, or every adapter of the model. */
  readonly adapters: ServedAdapterChoice;
  readonly request: ServeRequest;
  /** Ids of adapters that stay in memory. */
  readonly pins: ReadonlySet<string>;
  readonly contextLength: number;
}

interface Loaded {
  readonly generation: number;
  /** Of the model's files. */
  readonly state: string;
  readonly device: string | Said;
  readonly loadMs: number;
  readonly adapters: LoadedAdapters;
}

/** Of the memory that is free when the model is loaded. */
const adapterShare = 0.25;
const prefixShare = 0.125;
const mostPrefixBytes = 512 * 2 ** 20;

/** Keys and values of a long context take much memory, and few clients need it. */
const defaultContextLength = 4096;
const defaultMaxRows = 8;
/** A cancelled answer ends between two tokens, which take long where a prompt is being read. */
const cancelDeadlineMs = 60_000;

export class Serving implements ServingService {
  readonly #setup: ServingSetup;
  #served: Served | undefined;
  #loaded: Promise<Loaded> | undefined;
  /** Of what is loaded now. */
  #adapterMemory: LoadedAdapters | undefined;
  #prefixBytes = 0;
  readonly #contents = new AdapterContents();
  #fingerprint = '';

  constructor(setup: ServingSetup) {
    this.#setup = setup;
  }

  async start(
    request: ServeRequest,
  ): Promise<{ readonly device: string | Said; readonly loadMs: number; readonly contextLength: number }> {
    const { models, adapters: library } = this.#setup;
    const model = models.get(request.model);
    requireTensors(model, 'served');
    requireWriter(model);
    requireTokenizer(model);
    const find = (names: readonly string[]): readonly Adapter[] => names.map((idOrName) => library.get(idOrName));
    const pinned = unique(find(request.pins ?? []));
    const named = request.adapters === 'all' ? pinned : unique([...find(request.adapters), ...pinned]);
    for (const adapter of named) {
      refuseOtherBase(adapter, model);
      requireServable(adapter);
    }
    const contextLength = Math.min(request.contextLength ?? defaultContextLength, model.shape.maxPositions);
    await this.stop();
    this.#served = {
      model,
      request,
      pins: new Set(pinned.map(({ id }) => id)),
      contextLength,
      adapters: request.adapters === 'all' ? 'all' : named.map(({ id }) => id),
    };
    try {
      const loaded = await this.#load();
      await loaded.adapters.pin(pinned);
      for (const adapter of named) await loaded.adapters.use(adapter, async () => undefined);
      return { device: loaded.device, loadMs: loaded.loadMs, contextLength };
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#served = undefined;
    this.#loaded = undefined;
    this.#adapterMemory = undefined;
    await this.#setup.host.stop();
    this.#setup.host.forgive();
  }

  async close(): Promise<void> {
    this.#served = undefined;
    await this.#setup.host.close();
  }

  fingerprint(): string {
    return this.#fingerprint;
  }

  get modelId(): string | undefined {
    return this.#served?.model.id;
  }

  models(): readonly ServedModel[] {
    const { model } = this.#get();
    const base: ServedModel = {
      name: model.name,
      ownName: model.name,
      base: null,
      adapterId: null,
      createdAt: model.createdAt,
    };
    return [base, ...servedAdapters(this.#adapters(), model)];
  }

  leftAside(): readonly LeftAside[] {
    const { model, adapters } = this.#get();
    const own = adapters === 'all' ? this.#setup.adapters.list().filter(({ modelId }) => modelId === model.id) : [];
    return own.flatMap(({ name, method }) => {
      const why = whyNotServed({ name, method });
      return why === undefined ? [] : [{ name, why }];
    });
  }

  memory(): AdapterMemory | null {
    return this.#adapterMemory?.memory ?? null;
  }

  prefixBytes(): number | null {
    return this.#adapterMemory === undefined ? null : this.#prefixBytes;
  }

  model(name: string): ServedModel {
    const { model } = this.#get();
    const found = findServed(name, model, this.models());
    if (found !== undefined) return found;
    throw new GraftError('notFound', servingWords.modelNotServed({ name }), {
      field: 'model',
      remedy: servingWords.listServed(),
    });
  }

  async complete(
    request: ServedRequest,
    onPiece: (piece: AnswerPiece) => void,
    signal: AbortSignal,
  ): Promise<ServedAnswer> {
    const { model: served, contextLength } = this.#get();
    const { adapterId } = this.model(request.model);
    const model = this.#setup.models.get(served.id); // its files may have been corrected meanwhile
    const adapter = adapterId === null ? null : this.#setup.adapters.get(adapterId);
    const tokenizer = await this.#setup.models.tokenizer(model.id, adapter);
    const promptIds = await this.#promptIds(request.prompt, { tokenizer, adapter });
    checkLength(promptIds.length, contextLength);
    const room = contextLength - promptIds.length;
    const completion: Omit<CompletionRequest, 'adapter'> = {
      promptIds,
      sampling: {
        ...request.sampling,
        maxTokens: Math.min(request.maxTokens ?? room, room),
        stopIds: [...new Set([...model.shape.eosTokenIds, ...tokenizer.eosTokenIds])],
      },
      topLogprobs: request.topLogprobs,
    };
    if (request.echo)
      onPiece({ text: 'text' in request.prompt ? request.prompt.text : tokenizer.decode(promptIds), tokens: [] });
    const before = goesOn(request.prompt) ? promptIds : [];
    const text = new AnswerText(tokenizer, { stop: request.stop, before, onPiece });
    const answer = async (key: string | null): Promise<ServedAnswer> =>
      this.#answer({ ...completion, adapter: key === null ? null : { key, scale: 1 } }, text, signal);
    while (!signal.aborted) {
      const { adapters } = await this.#load();
      const answered = await adapters.use(adapter, answer, signal);
      if (answered !== undefined) return answered; // else its process ended before its turn came
    }
    return { finish: 'cancelled', promptTokens: promptIds.length, cachedTokens: 0, completionTokens: 0 };
  }

  /** A stop text ends the row in the engine as a cancel does. */
  async #answer(request: CompletionRequest, text: AnswerText, signal: AbortSignal): Promise<ServedAnswer> {
    const met = new AbortController();
    const { finish, cachedTokens } = await this.#setup.host.request('complete', request, {
      signal: AbortSignal.any([signal, met.signal]),
      cancelDeadlineMs,
      onEvent: ({ token }) => {
        text.push(token);
        if (text.stopped) met.abort();
      },
    });
    text.finish();
    const promptTokens = request.promptIds.length;
    return { finish: text.stopped ? 'stop' : finish, promptTokens, cachedTokens, completionTokens: text.tokens };
  }

  async #promptIds(
    prompt: ServedPrompt,
    { tokenizer, adapter }: { readonly tokenizer: Tokenizer; readonly adapter: Adapter | null },
  ): Promise<readonly number[]> {
    if ('ids' in prompt) return prompt.ids;
    if ('text' in prompt) return tokenizer.encode(prompt.text);
    const datasetId = adapter?.lineage.datasetId ?? null;
    const trainedOn = datasetId === null ? undefined : this.#setup.datasets.find(datasetId)?.format;
    const prompts = { hasChatTemplate: tokenizer.chatTemplate !== null }; // the adapter may bring one
    return chatPrompt({ model: prompts, tokenizer, ...prompt, trainedOn });
  }

  #get(): Served {
    if (this.#served !== undefined) return this.#served;
    throw new GraftError('conflict', servingWords.noModel(), { remedy: servingWords.startServer() });
  }

  /** Those that are in the library now. */
  #adapters(): readonly Adapter[] {
    const { model, adapters } = this.#get();
    return this.#setup.adapters.list().filter(({ id, modelId, method }) => {
      return adapters === 'all' ? modelId === model.id && isServable(method) : adapters.includes(id);
    });
  }

  /** Of the process that runs and of the model's files as they are, once. */
  async #load(): Promise<Loaded> {
    const { host } = this.#setup;
    const state = await folderState(this.#get().model.dir);
    const before = this.#loaded;
    const loaded = await before?.catch(() => undefined); // whoever asked for it has the error
    const isAlive = loaded?.state === state && host.running && host.generation === loaded.generation;
    if (isAlive) return loaded;
    if (this.#loaded === before) this.#loaded = this.#start(state); // else another request did meanwhile
    return this.#loaded ?? this.#start(state);
  }

  async #start(state: string): Promise<Loaded> {
    const { host, world } = this.#setup;
    const { model, contextLength, request, pins } = this.#get();
    const { settings } = chooseBackend(request.backend ?? {}, world());
    requireBlocks(model, settings.precision);
    const maxRows = request.maxRows ?? defaultMaxRows;
    const deterministic = request.deterministic === true;
    const { freeMemoryBytes } = world().machine;
    const { prefixBytes = Math.min(mostPrefixBytes, Math.floor(prefixShare * freeMemoryBytes)) } = request;
    this.#prefixBytes = deterministic ? 0 : prefixBytes;
    const serve = { settings, modelDir: model.dir, contextLength, maxRows, deterministic, prefixBytes };
    const { device, loadMs } = await host.request('startServing', serve);
    this.#fingerprint = fingerprintOf([model.contentHash, state, device, settings], deterministic);
    const { adapterBytes: budgetBytes = adapterShare * freeMemoryBytes, prefetch: prefetches = true } = request;
    const { generation } = host;
    const adapters = new LoadedAdapters({
      ...{ host, contents: this.#contents, budgetBytes, rows: maxRows, pins, prefetches },
      bytesOf: ({ dir }) => servedBytes(dir, model.shape),
      isAlive: () => host.running && host.generation === generation,
    });
    this.#adapterMemory = adapters;
    return { generation, state, device, loadMs, adapters };
  }
}

function unique(adapters: readonly Adapter[]): readonly Adapter[] {
  return [...new Map(adapters.map((adapter) => [adapter.id, adapter])).values()];
}

function fingerprintOf(parts: readonly unknown[], deterministic: boolean): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 10);
  return `graft_${hash}_${deterministic ? 'alone' : 'batched'}`;
}

/** Whether the answer begins in the middle of a text, so that a space at its beginning is one. */
function goesOn(prompt: ServedPrompt): boolean {
  return !('messages' in prompt) || prompt.ending === 'continue';
}

/** Of several with one name each is listed by its id. */
function servedAdapters(adapters: readonly Adapter[], model: Model): readonly ServedModel[] {
  const named = adapters.map(({ name, id, createdAt }) => ({
    ...{ base: model.name, adapterId: id, createdAt, ownName: name },
    name: name === model.name ? `${model.name}:${name}` : name,
  }));
  const isShared = (name: string): boolean => named.filter((each) => each.name === name).length > 1;
  return named.map((each) => (isShared(each.name) ? { ...each, name: each.adapterId } : each));
}

/** Throws GraftError('conflict') with the ids where several adapters have the name. */
function findServed(name: string, model: Model, all: readonly ServedModel[]): ServedModel | undefined {
  const exact = all.find((each) => each.name === name || each.adapterId === name);
  if (exact !== undefined) return exact;
  const own = name.startsWith(`${model.name}:`) ? name.slice(model.name.length + 1) : name;
  const found = all.filter(({ adapterId, ownName }) => adapterId !== null && (ownName === own || adapterId === own));
  if (found.length < 2) return found[0] ?? (name === model.id ? all[0] : undefined);
  const ids = found.flatMap(({ adapterId }) => adapterId ?? []);
  throw new GraftError('conflict', servingWords.ambiguous({ name, count: found.length, ids }), {
    field: 'model',
    candidates: found.map(({ adapterId }) => ({ id: adapterId, name: own })),
    remedy: servingWords.giveId(),
  });
}

function refuseOtherBase(adapter: Adapter, model: Model): void {
  if (adapter.modelId === null || adapter.modelId === model.id) return;
  const message = chatWords.otherBase({ adapter: adapter.name, base: adapter.modelId, model: model.name });
  throw new GraftError('invalid', message, {
    field: 'adapter',
    remedy: servingWords.serveOther({ modelId: adapter.modelId }),
  });
}

function isServable(method: string): boolean {
  return capabilitiesOf(method)?.servable !== 'none';
}

/** Answers of several adapters are computed in one batch over one base, which not every method can share. */
function whyNotServed({ name, method }: Pick<Adapter, 'name' | 'method'>): Said | undefined {
  if (isServable(method)) return undefined;
  const { title, capabilities } = getMethodSpec(method);
  return capabilities.trains === 'model'
    ? servingWords.fullNotBeside({ name })
    : servingWords.methodNotBeside({ name, method: title });
}

function requireServable(adapter: Adapter): void {
  const why = whyNotServed(adapter);
  if (why === undefined) return;
  const remedy = capabilitiesOf(adapter.method)?.mergeable ? servingWords.mergeAndServe() : servingWords.chatWithIt();
  throw new GraftError('unsupported', why, { field: 'adapter', remedy });
}

function checkLength(promptTokens: number, contextLength: number): void {
  if (promptTokens === 0)
    throw new GraftError('invalid', servingWords.noTokens(), { field: 'prompt', remedy: chatWords.writeSomething() });
  if (promptTokens < contextLength) return;
  const message = servingWords.promptTooLong({ promptTokens, contextLength });
  throw new GraftError('invalid', message, { field: 'prompt', tooLong: true, remedy: servingWords.shortenPrompt() });
}
