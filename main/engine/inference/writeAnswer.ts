/**
 * How an answer comes to be, whatever computes it: the prompt is read, then token after token is chosen and fed. The
 * last one is not fed: the next turn's prompt brings it. A token costs what feeding it costs, however long prompt and
 * answer are.
 */
import type { GenerateResult, SamplingOptions } from '../../contract/engine.ts';
import { checkPrompt } from './checkPrompt.ts';

export interface AnswerRequest {
  /** Most tokens that prompt and answer may have together. */
  readonly contextLength: number;
  readonly promptIds: readonly number[];
  readonly sampling: SamplingOptions;
  readonly onToken?: (id: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What an engine gives for a token: `Next` is what it knows of the one to come, such as logits. */
export interface TokenSource<Next> {
  /** How much of the prompt was in the cache, and what comes after all of it; undefined once aborted. */
  read(): Promise<{ readonly reusedTokens: number; readonly next: Next | undefined }>;
  /** What comes after one more token; undefined once aborted, and then it was not fed. */
  feed(id: number): Promise<Next | undefined>;
  choose(next: Next): number;
}

/**
 * `ids` are the answer's, without the stop token; tokens per second are those of decoding. Throws GraftError('invalid')
 * for a prompt that is empty or too long.
 */
export async function writeAnswer<Next>(
  { promptIds, sampling, contextLength, onToken, signal }: AnswerRequest,
  source: TokenSource<Next>,
): Promise<Omit<GenerateResult, 'swapMs'>> {
  checkPrompt(promptIds, contextLength);
  const startMs = performance.now();
  const { reusedTokens, next: first } = await source.read();
  const promptMs = performance.now() - startMs;
  const stopIds = new Set(sampling.stopIds);
  const ids: number[] = [];
  let fedTokens = 0;
  let finish: GenerateResult['finish'] = 'length';
  let next = first;
  while (next !== undefined && ids.length < sampling.maxTokens) {
    const id = source.choose(next);
    if (stopIds.has(id)) {
      finish = 'stop';
      break;
    }
    ids.push(id);
    onToken?.(id);
    if (ids.length === sampling.maxTokens || promptIds.length + ids.length >= contextLength) break;
    next = await source.feed(id);
    if (next !== undefined) fedTokens += 1;
  }
  if (signal?.aborted) finish = 'cancelled';
  const answerMs = performance.now() - startMs - promptMs;
  const tokensPerSecond = fedTokens > 0 ? (1000 * fedTokens) / answerMs : 0;
  return { ids, finish, promptTokens: promptIds.length, reusedTokens, promptMs, tokensPerSecond };
}
