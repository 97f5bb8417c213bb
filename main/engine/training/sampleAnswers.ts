/**
 * What the base and the adapter answer to a few prompts, greedily: at each evaluation to the person's own, at the end
 * of every run. The compiled functions of the adapter are made once and take its present weights as inputs. Nothing
 * here has a random state, and nothing touches the training's: losses are the same with and without.
 */
import type { SampleAnswer, SamplingOptions, TrainJob } from '../../contract/engine.ts';
import { getMethodSpec } from '../../methods/registry.ts';
import { loadTokenizer } from '../../tokenizers/loadTokenizer.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import type { AdapterWeights } from '../adapters/adapterMethod.ts';
import type { Compiled } from '../backends/backend.ts';
import { findStrangeId } from '../inference/checkPrompt.ts';
import { compileDecode, compileSettle } from '../inference/decoder.ts';
import type { CausalModel } from '../models/causalModel.ts';
import { generate } from '../inference/generate.ts';
import { capacityFor, KeyValueCache } from '../inference/KeyValueCache.ts';
import { ResidentAdapters } from '../inference/ResidentAdapters.ts';
import { tf } from '../tf.ts';
import type { PreparedRun } from './prepareRun.ts';

/** Where `sampleTokens` does not say. */
const usualTokens = { evaluation: 48, end: 64 };

/** The one adapter that is resident. */
const sampled = 'sampled';

/** Holds its functions and one adapter on the device until `dispose`. */
export class Sampler {
  readonly #run: PreparedRun;
  readonly #adapters: ResidentAdapters<Compiled>;
  readonly #prompts: TrainJob['samplePrompts'];
  readonly #mostTokens: Readonly<typeof usualTokens>;
  #tokenizer: Tokenizer | undefined;

  constructor(run: PreparedRun) {
    this.#run = run;
    this.#adapters = new ResidentAdapters({
      backend: run.backend,
      compile: (resident) => compileDecode(run.backend, this.#decoderModel, resident?.binding),
    });
    const { maxPositions, vocabSize } = run.shape;
    const isAnswerable = ({ ids }: TrainJob['samplePrompts'][number]): boolean =>
      ids.length > 0 && ids.length < maxPositions && findStrangeId(ids, vocabSize) === undefined;
    const { sampleTokens } = run.job.training;
    const asksNone = run.decoder === null || sampleTokens === 0;
    this.#prompts = asksNone ? [] : run.job.samplePrompts.filter(isAnswerable);
    this.#mostTokens = sampleTokens === undefined ? usualTokens : { evaluation: sampleTokens, end: sampleTokens };
  }

  /**
   * Whether evaluations are accompanied by answers: not without a person's own prompts, nor where the adapter is a
   * whole model, which would stand in memory a second time.
   */
  get isWanted(): boolean {
    const { training, method } = this.#run.job;
    const isWholeModel = getMethodSpec(method.id).capabilities.trains === 'model';
    return training.samplePrompts.length > 0 && this.#prompts.length > 0 && !isWholeModel;
  }

  get #decoderModel(): CausalModel {
    if (this.#run.decoder === null) throw new Error('an encoder answers no prompts');
    return this.#run.decoder;
  }

  /** Undefined when aborted. */
  async answerBase(signal?: AbortSignal, maxTokens = this.#mostTokens.evaluation): Promise<SampleAnswer[] | undefined> {
    const decode = compileDecode(this.#run.backend, this.#decoderModel);
    try {
      return await this.#answer({ decode, inputs: {}, isAdapter: false, maxTokens, signal });
    } finally {
      decode.dispose();
    }
  }

  /** With these weights. Undefined when aborted. */
  async answerAdapter(
    weights: AdapterWeights,
    signal?: AbortSignal,
    maxTokens = this.#mostTokens.evaluation,
  ): Promise<SampleAnswer[] | undefined> {
    const resident = this.#adapters.put(sampled, weights);
    const decode = this.#adapters.functionsFor(resident);
    const scale = tf.scalar(1);
    try {
      return await this.#answer({ decode, inputs: { ...resident.inputs, scale }, isAdapter: true, maxTokens, signal });
    } finally {
      scale.dispose();
    }
  }

  /** Base and adapter, prompt by prompt. Empty when aborted. */
  async answerBoth(weights: AdapterWeights, signal?: AbortSignal): Promise<SampleAnswer[]> {
    if (this.#prompts.length === 0) return [];
    const ofBase = await this.answerBase(signal, this.#mostTokens.end);
    const ofAdapter = await this.answerAdapter(weights, signal, this.#mostTokens.end);
    return ofBase === undefined || ofAdapter === undefined ? [] : inPairs(ofBase, ofAdapter);
  }

  dispose(): void {
    this.#adapters.dispose();
  }

  async #answer({ decode, inputs, isAdapter, maxTokens, signal }: AnswerRequest): Promise<SampleAnswer[] | undefined> {
    const { backend, job } = this.#run;
    const model = this.#decoderModel;
    const tokenizer = (this.#tokenizer ??= await loadTokenizer(job.modelDir));
    const contextLength = model.shape.maxPositions;
    const stopIds = [...new Set([...model.shape.eosTokenIds, ...tokenizer.eosTokenIds])];
    const sampling: SamplingOptions = { ...greedy, maxTokens, stopIds };
    const settle = compileSettle(backend);
    const answers: SampleAnswer[] = [];
    try {
      for (const { text, ids: promptIds } of this.#prompts) {
        const cache = new KeyValueCache(model, settle, capacityFor(promptIds.length + 1, contextLength));
        const { ids, finish } = await generate({
          decode,
          adapterInputs: inputs,
          cache,
          contextLength,
          promptIds,
          sampling,
          signal,
        });
        cache.dispose();
        if (finish === 'cancelled') return undefined;
        answers.push({
          prompt: text,
          adapter: isAdapter,
          ids,
          text: tokenizer.decode(ids, { skipSpecialTokens: true }),
        });
      }
      return answers;
    } finally {
      settle.dispose();
    }
  }
}

interface AnswerRequest {
  readonly decode: Compiled;
  readonly inputs: Parameters<typeof generate>[0]['adapterInputs'];
  readonly isAdapter: boolean;
  readonly maxTokens: number;
  readonly signal: AbortSignal | undefined;
}

const greedy = { temperature: 0, topP: 1, topK: 0, repetitionPenalty: 1, seed: 0 } as const;

/** Base first, then the adapter, prompt by prompt. */
export function inPairs(ofBase: readonly SampleAnswer[], ofAdapter: readonly SampleAnswer[]): SampleAnswer[] {
  return ofBase.flatMap((answer, index) => [answer, ...ofAdapter.slice(index, index + 1)]);
}
