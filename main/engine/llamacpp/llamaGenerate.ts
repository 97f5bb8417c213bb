/** One answer by llama.cpp: it reads and feeds, and a sampler says which token comes next (see llamaSampler). */
import type { GenerateResult } from '../../contract/engine.ts';
import { type AnswerRequest, writeAnswer } from '../inference/writeAnswer.ts';
import type { LlamaTape } from './LlamaTape.ts';
import { makeLlamaSampler, type SamplerWorld } from './llamaSampler.ts';

export interface LlamaGeneration extends AnswerRequest {
  readonly tape: LlamaTape;
  readonly world: SamplerWorld;
  readonly threads: ThreadCounts;
}

/** A prompt is arithmetic, which more threads share; a token is memory traffic, and threads mostly wait. */
export interface ThreadCounts {
  readonly prompt: number;
  readonly token: number;
}

/** Of a prompt; a cancel is heard between these. */
const chunkTokens = 256;

/** See writeAnswer. */
export async function llamaGenerate(generation: LlamaGeneration): Promise<Omit<GenerateResult, 'swapMs'>> {
  const { tape, world, threads, promptIds, sampling, signal } = generation;
  const sampler = makeLlamaSampler(sampling, promptIds, world);
  const feed = async (ids: readonly number[]): Promise<number | undefined> => {
    if (signal?.aborted) return undefined;
    const [place] = await tape.feed(ids, 'last');
    return sampler.next(place);
  };
  try {
    return await writeAnswer<number>(generation, {
      async read() {
        const reusedTokens = tape.keepShared(promptIds.slice(0, -1));
        world.context.setThreads(threads.prompt);
        const rest = promptIds.slice(reusedTokens);
        let start = 0;
        for (; rest.length - start > chunkTokens && !signal?.aborted; start += chunkTokens) {
          await tape.feed(rest.slice(start, start + chunkTokens), 'none');
        }
        const next = await feed(rest.slice(start));
        world.context.setThreads(threads.token);
        return { reusedTokens, next };
      },
      feed: async (id) => feed([id]),
      choose: (id) => id,
    });
  } finally {
    sampler.dispose();
  }
}
