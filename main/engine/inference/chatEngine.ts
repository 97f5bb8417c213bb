/**
 * One model on one device, adapters resident beside it, answers one after the other. An adapter swap picks other tensor
 * handles for the same compiled function: nothing is compiled, loaded or merged. Key/value caches belong to an adapter
 * at a scale, so that conversations, or the same prompt compared across adapters, only feed what is new.
 */
import type { EngineRequests, GenerateRequest, GenerateResult, LogitsRequest } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import { readPeftFolder } from '../../formats/peftFolder.ts';
import { readAdapter } from '../adapters/registry.ts';
import type { Backend, Compiled } from '../backends/backend.ts';
import { openBackend } from '../backends/registry.ts';
import type { CausalModel } from '../models/causalModel.ts';
import { loadModel } from '../models/registry.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap } from '../tf.ts';
import { CacheShelf } from './CacheShelf.ts';
import type { ChatRequests, GenerateOptions } from './chatRequests.ts';
import { checkIds } from './checkPrompt.ts';
import { compileDecode, compileLogits, compileSettle } from './decoder.ts';
import { generate } from './generate.ts';
import { modelLogits } from './modelLogits.ts';
import { ResidentAdapters } from './ResidentAdapters.ts';
import type { ResidentAdapter } from './residentAdapter.ts';
import { engineChatWords } from '../../contract/words/engineChat.ts';

type Request<Name extends keyof EngineRequests> = EngineRequests[Name][0];
type Result<Name extends keyof EngineRequests> = EngineRequests[Name][2];
type AdapterChoice = GenerateRequest['adapter'];

interface Functions {
  readonly decode: Compiled;
  readonly logits: Compiled;
  dispose(): void;
}

interface OpenModel {
  readonly model: CausalModel;
  readonly contextLength: number;
  readonly caches: CacheShelf;
  readonly adapters: ResidentAdapters<Functions>;
}

/** What a request runs with once its adapter is swapped in. */
interface Selected {
  readonly functions: Functions;
  readonly adapterInputs: NamedTensorMap;
  readonly cacheKey: string;
}

/** Requests must come one at a time. */
export class ChatEngine implements ChatRequests {
  #open: OpenModel | undefined;

  /** Replaces the model that was loaded before, its adapters and its caches. */
  async loadModel({ settings, modelDir, contextLength }: Request<'loadModel'>): Promise<Result<'loadModel'>> {
    if (settings.backend === 'llama.cpp') throw new Error('llama.cpp has an engine of its own');
    const startMs = performance.now();
    this.dispose();
    const backend = await openBackend(settings);
    const model = loadModel(backend, modelDir);
    this.#open = {
      model,
      contextLength: Math.min(contextLength, model.shape.maxPositions),
      caches: new CacheShelf(model, compileSettle(backend)),
      adapters: new ResidentAdapters({ backend, compile: (resident) => compileBoth(backend, model, resident) }),
    };
    return { device: backend.device, loadMs: performance.now() - startMs };
  }

  /** Replaces an adapter of the same key. Throws GraftError for a folder that does not fit the model. */
  async loadAdapter({ key, dir }: Request<'loadAdapter'>): Promise<Result<'loadAdapter'>> {
    const startMs = performance.now();
    const { model, adapters, caches } = this.#model();
    const weights = readAdapter(readPeftFolder(dir), model.shape);
    caches.drop(key);
    const { sizeBytes } = adapters.put(key, weights);
    return { loadMs: performance.now() - startMs, method: weights.methodId, bytes: sizeBytes };
  }

  /** Unknown keys are no error: the adapter is not there afterwards either way. */
  async unloadAdapter({ key }: Request<'unloadAdapter'>): Promise<void> {
    const { caches, adapters } = this.#model();
    caches.drop(key);
    adapters.remove(key);
  }

  /** Aborting ends the answer between two tokens: its result says `cancelled` and holds what there is. */
  async generate(request: GenerateRequest, { onEvent, signal }: GenerateOptions = {}): Promise<GenerateResult> {
    const open = this.#model();
    checkIds(request.promptIds, open.model.shape.vocabSize);
    const startMs = performance.now();
    const { functions, adapterInputs, cacheKey } = this.#select(open, request.adapter);
    const swapMs = performance.now() - startMs;
    const cache = open.caches.take(cacheKey, request.promptIds, open.contextLength);
    try {
      const { decode } = functions;
      const { promptIds, sampling } = request;
      const onToken = onEvent && ((id: number): void => onEvent({ type: 'token', id }));
      const answer = await generate({
        decode,
        adapterInputs,
        cache,
        contextLength: open.contextLength,
        promptIds,
        sampling,
        onToken,
        signal,
      });
      open.caches.trim(cache);
      return { ...answer, swapMs };
    } catch (error) {
      open.caches.forget(cache); // nobody knows how far it got
      throw error;
    } finally {
      tf.dispose(adapterInputs.scale ?? []);
    }
  }

  /** Logits of whole rows, without a cache: (rows, tokens, vocabulary), row-major. */
  async logits(request: LogitsRequest): Promise<Result<'logits'>> {
    const open = this.#model();
    for (const row of request.ids) checkRow(row, open.model.shape);
    const { functions, adapterInputs } = this.#select(open, request.adapter);
    try {
      return await modelLogits(functions.logits, adapterInputs, request);
    } finally {
      tf.dispose(adapterInputs.scale ?? []);
    }
  }

  /** Frees the device. The engine can load another model afterwards. */
  dispose(): void {
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    open.caches.dispose();
    open.adapters.dispose();
    open.model.dispose();
  }

  #model(): OpenModel {
    if (this.#open) return this.#open;
    throw new GraftError('conflict', engineChatWords.noModel(), { remedy: engineChatWords.loadModel() });
  }

  /** The swap: the adapter's handles and the function of its signature, compiled at its first call. */
  #select({ adapters }: OpenModel, choice: AdapterChoice): Selected {
    const cacheKey = cacheKeyOf(choice);
    if (choice === null) return { functions: adapters.functionsFor(undefined), adapterInputs: {}, cacheKey };
    const resident = adapters.get(choice.key);
    const adapterInputs = { ...resident.inputs, scale: tf.scalar(choice.scale) };
    return { functions: adapters.functionsFor(resident), adapterInputs, cacheKey };
  }
}

/** Positions past the model's own have no embedding, or one that it was not trained with. */
function checkRow(ids: readonly number[], { vocabSize, maxPositions }: ModelShape): void {
  checkIds(ids, vocabSize);
  if (ids.length <= maxPositions) return;
  throw new GraftError('invalid', engineChatWords.rowTooLong({ count: ids.length, maxPositions }), {
    field: 'ids',
    remedy: engineChatWords.shorterRows(),
  });
}

function cacheKeyOf(choice: AdapterChoice): string {
  return choice === null ? '' : `${choice.key}\u0000${choice.scale}`;
}

function compileBoth(backend: Backend, model: CausalModel, resident: ResidentAdapter | undefined): Functions {
  const decode = compileDecode(backend, model, resident?.binding);
  const logits = compileLogits(backend, model, resident?.binding);
  const dispose = (): void => [decode, logits].forEach((each) => each.dispose());
  return { decode, logits, dispose };
}
