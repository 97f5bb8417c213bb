/**
 * The chat service: one engine process keeps one base model and many adapters resident, so that a swap is a choice of
 * tensors. What is resident belongs to one process: after a death everything is loaded again at the next request.
 */
import type { Adapter, Dataset, Model } from '../contract/entities.ts';
import type { EngineRequests, GenerateRequest } from '../contract/engine.ts';
import { GraftError } from '../contract/errors.ts';
import type { BackendRequest, ChatAnswer, ChatRequest, ChatService, ModelService } from '../contract/services.ts';
import type { EngineHost } from '../engineHost/EngineHost.ts';
import { StreamDecoder } from '../tokenizers/streamDecoder.ts';
import type { Tokenizer } from '../tokenizers/tokenizer.ts';
import { type BackendWorld, chooseBackend } from './backendChoice.ts';
import { chatPrompt } from './chatPrompt.ts';

export interface ChatsSetup {
  readonly host: EngineHost;
  readonly models: Pick<ModelService, 'get' | 'prompt'> & { tokenizer(idOrName: string): Promise<Tokenizer> };
  readonly adapters: { get(idOrName: string): Adapter };
  readonly datasets: { find(id: string): Dataset | undefined };
  readonly world: () => BackendWorld;
}

interface Resident {
  readonly generation: number;
  readonly modelId: string;
  readonly settings: string;
  readonly loaded: EngineRequests['loadModel'][2];
  /** By id; a row's content never changes. */
  readonly adapters: Set<string>;
}

const maxResidentAdapters = 32;

export class Chats implements ChatService {
  readonly #setup: ChatsSetup;
  #resident: Resident | undefined;
  #backend: BackendRequest = {};

  constructor(setup: ChatsSetup) {
    this.#setup = setup;
  }

  async open(
    modelIdOrName: string,
    adapters: readonly string[],
    backend: BackendRequest = {},
  ): Promise<{ readonly device: string; readonly loadMs: number }> {
    const { models, adapters: library } = this.#setup;
    this.#backend = backend;
    const model = models.get(modelIdOrName);
    const wanted = adapters.map((idOrName) => library.get(idOrName));
    const startMs = performance.now();
    const { loaded } = await this.#loadModel(model);
    for (const adapter of wanted) await this.#loadAdapter(adapter, model);
    return { device: loaded.device, loadMs: performance.now() - startMs };
  }

  async send(request: ChatRequest, onText?: (piece: string) => void, signal?: AbortSignal): Promise<ChatAnswer> {
    const { host, models, adapters } = this.#setup;
    const model = models.get(request.model);
    const adapter = request.adapter === null ? null : adapters.get(request.adapter.idOrName);
    const tokenizer = await models.tokenizer(model.id);
    const promptIds = await chatPrompt(models, { model, tokenizer, messages: request.messages, trainedOn: this.#trainedOn(adapter) });
    await this.#loadModel(model);
    if (adapter !== null) await this.#loadAdapter(adapter, model);
    const generate: GenerateRequest = {
      promptIds,
      adapter: adapter === null ? null : { key: adapter.id, scale: request.adapter?.scale ?? 1 },
      sampling: { ...samplingOf(request), stopIds: [...new Set([...model.shape.eosTokenIds, ...tokenizer.eosTokenIds])] },
    };
    const decoder = new StreamDecoder(tokenizer, { skipSpecialTokens: true });
    const onEvent = ({ id }: { readonly id: number }): void => emit(decoder.push(id), onText);
    const result = await host.request('generate', generate, { signal, onEvent });
    emit(decoder.finish(), onText);
    return { ...result, text: tokenizer.decode(result.ids, { skipSpecialTokens: true }) };
  }

  async logits(
    modelIdOrName: string,
    adapterIdOrName: string | null,
    ids: readonly (readonly number[])[],
    attentionMask?: readonly (readonly number[])[],
    backend: BackendRequest = {},
  ): Promise<{ readonly shape: readonly number[]; readonly data: readonly number[] }> {
    const adapters = adapterIdOrName === null ? [] : [adapterIdOrName];
    await this.open(modelIdOrName, adapters, backend);
    const adapter = adapterIdOrName === null ? null : { key: this.#setup.adapters.get(adapterIdOrName).id, scale: 1 };
    return this.#setup.host.request('logits', { ids, adapter, ...(attentionMask && { attentionMask }) });
  }

  async close(): Promise<void> {
    this.#resident = undefined;
    await this.#setup.host.close();
  }

  /** Keeps what is loaded when model, settings and process are still the same. */
  async #loadModel(model: Model): Promise<Resident> {
    const { host, world } = this.#setup;
    const { settings } = chooseBackend(this.#backend, world());
    const key = JSON.stringify(settings);
    const before = this.#resident;
    const isAlive = before !== undefined && host.running && host.generation === before.generation;
    if (isAlive && before.modelId === model.id && before.settings === key) return before;
    // Another backend in the same process would keep the first one's memory.
    if (isAlive && before.settings !== key) await host.stop();
    this.#resident = undefined;
    const loaded = await host.request('loadModel', { settings, modelDir: model.dir, contextLength: model.shape.maxPositions });
    this.#resident = { generation: host.generation, modelId: model.id, settings: key, loaded, adapters: new Set() };
    return this.#resident;
  }

  async #loadAdapter(adapter: Adapter, model: Model): Promise<void> {
    const { host } = this.#setup;
    const resident = this.#resident;
    if (resident === undefined || resident.adapters.has(adapter.id)) return;
    if (adapter.modelId !== null && adapter.modelId !== model.id) {
      const message = `The adapter ${adapter.name} was trained on another base model (${adapter.modelId}), not on ${model.name}.`;
      throw new GraftError('invalid', message, { field: 'adapter', remedy: `Use --model ${adapter.modelId}.` });
    }
    const [oldest] = resident.adapters;
    if (oldest !== undefined && resident.adapters.size >= maxResidentAdapters) {
      await host.request('unloadAdapter', { key: oldest });
      resident.adapters.delete(oldest);
    }
    await host.request('loadAdapter', { key: adapter.id, dir: adapter.dir });
    resident.adapters.add(adapter.id);
  }

  #trainedOn(adapter: Adapter | null): Dataset['format'] | undefined {
    const id = adapter?.lineage.datasetId ?? null;
    return id === null ? undefined : this.#setup.datasets.find(id)?.format;
  }
}

function samplingOf({ maxTokens, temperature, topP, topK, repetitionPenalty, seed }: ChatRequest) {
  return { maxTokens, temperature, topP, topK, repetitionPenalty, seed };
}

function emit(piece: string, onText?: (piece: string) => void): void {
  if (piece !== '') onText?.(piece);
}
