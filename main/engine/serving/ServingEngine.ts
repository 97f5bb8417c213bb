/**
 * One model that answers many requests at once, each with an adapter of its own. Adapters are packed on the host and
 * cost the device nothing until a row uses them.
 */
import os from 'node:os';
import type { CompletionRequest, CompletionResult, EngineRequests } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import { readPeftFolder } from '../../formats/peftFolder.ts';
import { readAdapter } from '../adapters/registry.ts';
import { requireFinite } from '../adapters/requireFinite.ts';
import { openBackend } from '../backends/registry.ts';
import { checkIds, checkPrompt } from '../inference/checkPrompt.ts';
import { loadModel } from '../models/registry.ts';
import type { HandlerContext } from '../serveRequests.ts';
import { BatchModel } from './BatchModel.ts';
import { BatchScheduler } from './BatchScheduler.ts';
import { engineServingWords } from '../../contract/words/engineServing.ts';
import { engineChatWords } from '../../contract/words/engineChat.ts';

type Request<Name extends keyof EngineRequests> = EngineRequests[Name][0];
type Event<Name extends keyof EngineRequests> = EngineRequests[Name][1];
type Result<Name extends keyof EngineRequests> = EngineRequests[Name][2];

interface Serving {
  readonly shared: BatchModel;
  readonly scheduler: BatchScheduler;
}

/** Of the machine's memory, for keys and values. */
const cacheShare = 0.25;

export class ServingEngine {
  #serving: Serving | undefined;

  /** Requests to the model that was served before end with GraftError('interrupted'). */
  async start({
    settings,
    modelDir,
    contextLength,
    maxRows,
    deterministic,
    prefixBytes = 0,
  }: Request<'startServing'>): Promise<Result<'startServing'>> {
    const startMs = performance.now();
    const backend = await openBackend(settings);
    this.dispose(); // nothing is awaited from here on, so that of two starts the later one disposes the other's model
    const model = loadModel(backend, modelDir);
    const shared = new BatchModel(backend, model, Math.min(contextLength, model.shape.maxPositions), {
      exactJoins: deterministic,
      prefixBytes: deterministic ? 0 : prefixBytes, // what was read in other chunks differs in its last bits
    });
    const scheduler = new BatchScheduler(shared, {
      maxRows,
      maxCacheBytes: cacheShare * os.totalmem(),
      alone: deterministic,
    });
    this.#serving = { shared, scheduler };
    return { device: backend.device, loadMs: performance.now() - startMs };
  }

  /**
   * Throws GraftError for a folder that does not fit the model, 'unsupported' for a method that cannot share a base.
   */
  async addAdapter({ key, dir }: Request<'serveAdapter'>): Promise<Result<'serveAdapter'>> {
    const startMs = performance.now();
    const { shared } = this.#get();
    const weights = readAdapter(readPeftFolder(dir), shared.model.shape);
    requireFinite(weights, dir);
    this.dropAdapter(key);
    const bytes = shared.adapters.add(key, weights);
    return { loadMs: performance.now() - startMs, method: weights.methodId, bytes };
  }

  /** Unknown keys are no error. Throws GraftError('conflict') while an answer is written with it. */
  dropAdapter(key: string): void {
    const { shared, scheduler } = this.#get();
    if (scheduler.isUsing(key)) {
      throw new GraftError('conflict', engineServingWords.adapterAnswers({ key }), {
        field: 'key',
        remedy: engineServingWords.tryLater(),
      });
    }
    shared.adapters.remove(key);
    shared.prefixes.dropAdapter(key);
  }

  /** Aborting ends the answer between two tokens: its result says `cancelled`. */
  async complete(
    request: CompletionRequest,
    { onEvent, signal }: HandlerContext<Event<'complete'>>,
  ): Promise<CompletionResult> {
    const { shared, scheduler } = this.#get();
    const { adapter, promptIds, sampling } = request;
    const { vocabSize } = shared.model.shape;
    checkIds(promptIds, vocabSize);
    const biased = sampling.logitBias.map(([id]) => id);
    checkIds(biased, vocabSize, 'logit_bias');
    checkPrompt(promptIds, shared.contextLength);
    if (adapter !== null && !shared.adapters.has(adapter.key))
      throw new GraftError('notFound', engineServingWords.notServed({ key: adapter.key }), {
        field: 'adapter',
        remedy: engineChatWords.loadFirst(),
      });
    return scheduler.complete(request, { signal, onToken: (token) => onEvent({ type: 'token', token }) });
  }

  dispose(): void {
    this.#serving?.scheduler.dispose(new GraftError('interrupted', engineServingWords.ended()));
    this.#serving?.shared.dispose();
    this.#serving = undefined;
  }

  #get(): Serving {
    if (this.#serving !== undefined) return this.#serving;
    throw new GraftError('conflict', engineServingWords.noModel(), { remedy: engineServingWords.startFirst() });
  }
}
