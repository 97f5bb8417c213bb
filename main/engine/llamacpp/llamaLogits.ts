/** Logits of whole rows by llama.cpp, a few tokens at a time: each comes as a list of the whole vocabulary. */
import type { EngineRequests, LogitsRequest } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import type { SamplerWorld } from './llamaSampler.ts';
import type { LlamaTape } from './LlamaTape.ts';
import { llamaCppWords } from '../../contract/words/llamaCpp.ts';

const chunkTokens = 8;

/**
 * (rows, tokens, vocabulary), row-major. Throws GraftError('unsupported') for padding, which llama.cpp does not know.
 */
export async function llamaLogits(
  tape: LlamaTape,
  { context, vocabSize, makeSampler }: SamplerWorld,
  { ids, attentionMask }: LogitsRequest,
): Promise<EngineRequests['logits'][2]> {
  if (attentionMask?.some((row) => row.includes(0)) === true) {
    throw new GraftError('unsupported', llamaCppWords.noPadding(), {
      field: 'attentionMask',
      remedy: llamaCppWords.eachAlone(),
    });
  }
  const data: number[] = [];
  const sampler = makeSampler();
  sampler.applyConfig({});
  try {
    for (const row of ids) {
      tape.clear();
      for (let start = 0; start < row.length; start += chunkTokens) {
        for (const place of await tape.feed(row.slice(start, start + chunkTokens), 'all')) {
          const [, , , logits = []] = await context.sampleToken(place, sampler, false, false, true, false);
          denseLogits(logits, vocabSize).forEach((logit) => data.push(logit));
        }
      }
    }
  } finally {
    sampler.dispose();
  }
  return { shape: [ids.length, ids[0]?.length ?? 0, vocabSize], data };
}

const probedTokens = 64;

export interface ProbedToken {
  /** The likeliest after it. */
  readonly top: number;
  /** (vocabulary); of every so many tokens alone, since handing them over costs more than computing them. */
  readonly logits: Float32Array | undefined;
}

/** Of each token of one row the likeliest after it, and at every `logitsEvery`-th all logits. */
export async function probeRow(
  tape: LlamaTape,
  { context, vocabSize, makeSampler }: SamplerWorld,
  { row, logitsEvery }: { readonly row: readonly number[]; readonly logitsEvery: number },
): Promise<readonly ProbedToken[]> {
  const probed: ProbedToken[] = [];
  const sampler = makeSampler();
  sampler.applyConfig({});
  try {
    tape.clear();
    for (let start = 0; start < row.length; start += probedTokens) {
      for (const place of await tape.feed(row.slice(start, start + probedTokens), 'all')) {
        if (probed.length % logitsEvery > 0) {
          probed.push({ top: await context.sampleToken(place, sampler), logits: undefined });
          continue;
        }
        const [top, , , logits = []] = await context.sampleToken(place, sampler, false, false, true, false);
        probed.push({ top, logits: denseLogits(logits, vocabSize) });
      }
    }
  } finally {
    sampler.dispose();
  }
  return probed;
}

/** (V) from token and logit in turn; −∞ where there is none. */
function denseLogits(pairs: readonly number[], vocabSize: number): Float32Array {
  const dense = new Float32Array(vocabSize).fill(-Infinity);
  for (let at = 0; at < pairs.length; at += 2) if (pairs[at] < vocabSize) dense[pairs[at]] = pairs[at + 1];
  return dense;
}
