/** All choices of one request, written at the same time; the format of the answer is the endpoint's. */
import { randomBytes } from 'node:crypto';
import type { AnswerPiece, AnswerToken, ServedAnswer, ServedRequest } from '../../../contract/serving.ts';
import type { Call } from '../Call.ts';

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  /** As in OpenAI's API: of the prompts, what was read for answers before. */
  readonly prompt_tokens_details: { readonly cached_tokens: number };
}

/** What begins every object of an answer. */
export interface AnswerHead {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  /** Whether a seed gives the same answer again: clients compare it. */
  readonly system_fingerprint: string;
}

export function answerHead(prefix: string, model: string, { serving }: Pick<Call, 'serving'>): AnswerHead {
  const id = `${prefix}-${randomBytes(12).toString('hex')}`;
  return { id, created: Math.floor(Date.now() / 1000), model, system_fingerprint: serving.fingerprint() };
}

/** Pieces come as they are written. A failure ends the other choices; an end from outside throws. */
export async function writeAnswers(
  call: Call,
  requests: readonly ServedRequest[],
  onPiece: (choice: number, piece: AnswerPiece) => void,
): Promise<readonly ServedAnswer[]> {
  const failed = new AbortController();
  const signal = AbortSignal.any([call.signal, failed.signal]);
  const write = async (request: ServedRequest, choice: number): Promise<ServedAnswer> => {
    try {
      return await call.serving.complete(request, (piece) => onPiece(choice, piece), signal);
    } catch (error) {
      failed.abort();
      throw error;
    }
  };
  return call.gate.pass(requests.length, async () => {
    const answers = await settled(requests.map(write));
    call.throwIfEnded();
    return answers;
  });
}

/** One choice, written to its end. */
export interface WholeAnswer {
  readonly answer: ServedAnswer;
  readonly text: string;
  readonly tokens: readonly AnswerToken[];
}

/** As `writeAnswers`, for clients that wait for the whole. */
export async function collectAnswers(call: Call, requests: readonly ServedRequest[]): Promise<readonly WholeAnswer[]> {
  const pieces = requests.map((): AnswerPiece[] => []);
  const answers = await writeAnswers(call, requests, (choice, piece) => pieces[choice]?.push(piece));
  return answers.map((answer, choice) => {
    const written = pieces[choice] ?? [];
    return { answer, text: written.map(({ text }) => text).join(''), tokens: written.flatMap(({ tokens }) => tokens) };
  });
}

/** The gate is left when the last has ended, whichever failed. */
async function settled<Result>(all: readonly Promise<Result>[]): Promise<readonly Result[]> {
  await Promise.allSettled(all);
  return Promise.all(all);
}

/** A prompt counts once however many choices it has. */
export function usageOf(answers: readonly ServedAnswer[], choicesEach: number): Usage {
  const firsts = answers.filter((_, index) => index % choicesEach === 0);
  const promptTokens = firsts.reduce((sum, answer) => sum + answer.promptTokens, 0);
  const cachedTokens = firsts.reduce((sum, answer) => sum + answer.cachedTokens, 0);
  const completionTokens = answers.reduce((sum, answer) => sum + answer.completionTokens, 0);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
  };
}

export function finishReason({ finish }: ServedAnswer): 'stop' | 'length' {
  return finish === 'length' ? 'length' : 'stop';
}
