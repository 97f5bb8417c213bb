/**
 * One answer by llama.cpp. Our own samplers choose, as with the tensor engine, so that settings and seeds mean the
 * same; only the likeliest token, where that is all that is asked for, llama.cpp chooses itself, which spares handing
 * over the logits of the whole vocabulary.
 */
import type { GenerateResult } from '../../contract/engine.ts';
import { createSampler } from '../inference/samplers/sampler.ts';
import { type AnswerRequest, writeAnswer } from '../inference/writeAnswer.ts';
import type { GenerateNext, LlamaSequence, NextToken } from './nodeLlamaCpp.ts';

export interface LlamaGeneration extends AnswerRequest {
  readonly sequence: LlamaSequence;
  readonly vocabSize: number;
}

/** A cancel is heard between these. */
const chunkTokens = 256;

/** See writeAnswer. */
export async function llamaGenerate(generation: LlamaGeneration): Promise<Omit<GenerateResult, 'swapMs'>> {
  const { sequence, promptIds } = generation;
  const [request, choose] = chooser(generation);
  return writeAnswer<NextToken>(generation, {
    async read() {
      await sequence.adaptStateToTokens(promptIds.slice(0, -1), false);
      const reusedTokens = sequence.nextTokenIndex;
      return { reusedTokens, next: await feed(generation, promptIds.slice(reusedTokens), request) };
    },
    feed: async (id) => feed(generation, [id], request),
    choose,
  });
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

function chooser({ sampling, promptIds, vocabSize }: LlamaGeneration): [GenerateNext, (next: NextToken) => number] {
  if (sampling.temperature === 0 && sampling.repetitionPenalty === 1) {
    return [{ token: true, options: { temperature: 0 } }, ({ token }) => token ?? -1];
  }
  const sample = createSampler(sampling, promptIds);
  return [{ logits: true }, ({ logits = new Map<number, number>() }) => sample(denseLogits(logits, vocabSize))];
}

/** (V), −∞ where there is none. */
export function denseLogits(logits: ReadonlyMap<number, number>, vocabSize: number): Float32Array {
  const dense = new Float32Array(vocabSize).fill(-Infinity);
  for (const [id, logit] of logits) if (id < vocabSize) dense[id] = logit;
  return dense;
}
