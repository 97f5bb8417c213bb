/** What the base and the trained adapter answer to a few fixed prompts, greedily: the end of every run. */
import type { SampleAnswer, SamplingOptions, TrainJob } from '../../contract/engine.ts';
import { loadTokenizer } from '../../tokenizers/tokenizer.ts';
import type { Tokenizer } from '../../tokenizers/tokenizer.ts';
import type { AdapterWeights } from '../adapters/adapterMethod.ts';
import { getAdapterMethod } from '../adapters/registry.ts';
import { compileDecode, compileSettle } from '../inference/decoder.ts';
import { FrozenStore } from '../inference/FrozenStore.ts';
import { generate } from '../inference/generate.ts';
import { capacityFor, KeyValueCache } from '../inference/KeyValueCache.ts';
import { uploadAdapter } from '../inference/residentAdapter.ts';
import type { ResidentAdapter } from '../inference/residentAdapter.ts';
import { tf } from '../tf.ts';
import type { PreparedRun } from './prepareRun.ts';

const maxAnswerTokens = 64;

/** Base first, then the adapter, prompt by prompt. Ends early, with what is there, when aborted. */
export async function sampleAnswers(run: PreparedRun, weights: AdapterWeights, signal?: AbortSignal): Promise<SampleAnswer[]> {
  const prompts = run.job.samplePrompts.filter(({ ids }) => ids.length > 0 && ids.length < run.model.shape.maxPositions);
  if (prompts.length === 0) return [];
  const tokenizer = await loadTokenizer(run.job.modelDir);
  const resident = uploadAdapter(weights, getAdapterMethod, new FrozenStore(run.backend));
  try {
    const ofBase = await answerAll({ run, prompts, tokenizer, signal });
    const ofAdapter = await answerAll({ run, prompts, tokenizer, signal, resident });
    return ofBase.flatMap((answer, index) => [answer, ...ofAdapter.slice(index, index + 1)]);
  } finally {
    resident.dispose();
  }
}

interface AnswerRequest {
  readonly run: PreparedRun;
  readonly prompts: TrainJob['samplePrompts'];
  readonly tokenizer: Tokenizer;
  readonly resident?: ResidentAdapter;
  readonly signal: AbortSignal | undefined;
}

async function answerAll({ run, prompts, tokenizer, resident, signal }: AnswerRequest): Promise<SampleAnswer[]> {
  const { backend, model } = run;
  const decode = compileDecode(backend, model, resident?.binding);
  const settle = compileSettle(backend);
  const scale = tf.scalar(1);
  const contextLength = model.shape.maxPositions;
  const stopIds = [...new Set([...model.shape.eosTokenIds, ...tokenizer.eosTokenIds])];
  const sampling: SamplingOptions = {
    maxTokens: maxAnswerTokens,
    temperature: 0,
    topP: 1,
    topK: 0,
    repetitionPenalty: 1,
    seed: 0,
    stopIds,
  };
  const answers: SampleAnswer[] = [];
  for (const { text, ids: promptIds } of prompts) {
    const cache = new KeyValueCache(model, settle, capacityFor(promptIds.length + 1, contextLength));
    const adapterInputs = resident ? { ...resident.inputs, scale } : {};
    const { ids, finish } = await generate({ decode, adapterInputs, cache, contextLength, promptIds, sampling, signal });
    cache.dispose();
    if (finish === 'cancelled') break;
    answers.push({ prompt: text, adapter: resident !== undefined, ids, text: tokenizer.decode(ids, { skipSpecialTokens: true }) });
  }
  decode.dispose();
  settle.dispose();
  scale.dispose();
  return answers;
}
