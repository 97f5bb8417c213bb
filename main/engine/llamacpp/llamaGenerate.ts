/**
 * One answer by llama.cpp. Our own samplers choose, as with the tensor engine, so that settings and seeds mean the
 * same; only the likeliest token, where that is all that is asked for, llama.cpp chooses itself, which spares handing
 * over the logits of the whole vocabulary.
 */
import type { GenerateResult } from '../../contract/engine.ts';
import { checkPrompt } from '../inference/checkPrompt.ts';
import type { GenerationRequest } from '../inference/generate.ts';
import { createSampler } from '../inference/samplers/sampler.ts';
import type { GenerateNext, LlamaSequence } from './nodeLlamaCpp.ts';

export interface LlamaGeneration extends GenerationRequest {
  readonly sequence: LlamaSequence;
  readonly vocabSize: number;
}

/** A cancel is heard between these. */
const chunkTokens = 256;

type Choose = (
  seenIds: readonly number[],
  next: { readonly token?: number | null; readonly logits?: ReadonlyMap<number, number> },
) => number;

/** Figures and errors as those of the tensor engine's `generate`. */
export async function llamaGenerate(generation: LlamaGeneration): Promise<Omit<GenerateResult, 'swapMs'>> {
  const { sequence, promptIds, sampling, contextLength, signal } = generation;
  checkPrompt(promptIds, contextLength);
  const startMs = performance.now();
  const [request, choose] = chooser(generation);
  await sequence.adaptStateToTokens(promptIds.slice(0, -1), false);
  const reusedTokens = sequence.nextTokenIndex;
  let next = await feed(generation, promptIds.slice(reusedTokens), request);
  const promptMs = performance.now() - startMs;
  const stopIds = new Set(sampling.stopIds);
  const ids: number[] = [];
  let fedTokens = 0;
  let finish: GenerateResult['finish'] = 'length';
  while (next && ids.length < sampling.maxTokens) {
    const id = choose([...promptIds, ...ids], next);
    if (stopIds.has(id)) {
      finish = 'stop';
      break;
    }
    ids.push(id);
    generation.onToken?.(id);
    if (ids.length === sampling.maxTokens || promptIds.length + ids.length >= contextLength) break;
    next = await feed(generation, [id], request);
    fedTokens += 1;
  }
  if (signal?.aborted) finish = 'cancelled';
  const answerMs = performance.now() - startMs - promptMs;
  const tokensPerSecond = fedTokens > 0 ? (1000 * fedTokens) / answerMs : 0;
  return { ids, finish, promptTokens: promptIds.length, reusedTokens, promptMs, tokensPerSecond };
}

/** What llama.cpp tells of the token after the last; undefined once the signal is aborted. */
async function feed({ sequence, signal }: LlamaGeneration, ids: readonly number[], generateNext: GenerateNext) {
  const body = ids.slice(0, -1);
  for (let start = 0; start < body.length && !signal?.aborted; start += chunkTokens) {
    await sequence.evaluateWithoutGeneratingNewTokens(body.slice(start, start + chunkTokens));
  }
  if (signal?.aborted) return undefined;
  const [last] = await sequence.controlledEvaluate([[ids[ids.length - 1], { generateNext }]]);
  return last?.next;
}

function chooser({ sampling, vocabSize }: LlamaGeneration): [GenerateNext, Choose] {
  if (sampling.temperature === 0 && sampling.repetitionPenalty === 1) {
    return [{ token: true, options: { temperature: 0 } }, (_seen, { token }) => token ?? -1];
  }
  const sample = createSampler(sampling);
  return [
    { logits: true },
    (seenIds, { logits = new Map<number, number>() }) => sample(denseLogits(logits, vocabSize), seenIds),
  ];
}

/** (V), −∞ where there is none. */
export function denseLogits(logits: ReadonlyMap<number, number>, vocabSize: number): Float32Array {
  const dense = new Float32Array(vocabSize).fill(-Infinity);
  for (const [id, logit] of logits) if (id < vocabSize) dense[id] = logit;
  return dense;
}
