/** Logits of whole rows by llama.cpp, a few tokens at a time: each comes as a map of the whole vocabulary. */
import type { EngineRequests, LogitsRequest } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import { denseLogits } from './llamaGenerate.ts';
import type { LlamaSequence } from './nodeLlamaCpp.ts';
import { llamaCppWords } from '../../contract/words/llamaCpp.ts';

const chunkTokens = 8;

/**
 * (rows, tokens, vocabulary), row-major. Throws GraftError('unsupported') for padding, which llama.cpp does not know.
 */
export async function llamaLogits(
  sequence: LlamaSequence,
  vocabSize: number,
  { ids, attentionMask }: LogitsRequest,
): Promise<EngineRequests['logits'][2]> {
  if (attentionMask?.some((row) => row.includes(0)) === true) {
    throw new GraftError('unsupported', llamaCppWords.noPadding(), {
      field: 'attentionMask',
      remedy: llamaCppWords.eachAlone(),
    });
  }
  const data: number[] = [];
  for (const row of ids) {
    await sequence.clearHistory();
    for (let start = 0; start < row.length; start += chunkTokens) {
      const chunk = row
        .slice(start, start + chunkTokens)
        .map((id) => [id, { generateNext: { logits: true } }] as const);
      for (const output of await sequence.controlledEvaluate(chunk)) {
        for (const logit of denseLogits(output?.next.logits ?? new Map<number, number>(), vocabSize)) data.push(logit);
      }
    }
  }
  return { shape: [ids.length, ids[0]?.length ?? 0, vocabSize], data };
}
