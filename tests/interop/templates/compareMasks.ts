/**
 * What of a conversation is trained, ours against the rule worked out in Python: an answer stands behind the ids of
 * exactly the prompt that transformers makes for it, and is what transformers writes there. Where the template drops a
 * part of the answer or does not go on from its own prompt, the words are ours to choose: then the prompt alone is
 * compared.
 */
import type { Example } from '../../../main/datasets/example.ts';
import { renderExamples, type TextExample } from '../../../main/datasets/render.ts';
import { tokenisePieces, type TokenRow } from '../../../main/datasets/tokenise.ts';
import type { Conversation } from '../../support/conversations.ts';
import { type Bench, idsOf } from './compareIds.ts';

/** An answer as Python sees it; null: refused, or not written so that it could be compared. */
export interface ExpectedAnswer {
  readonly prompt: string | null;
  readonly written: string | null;
}

export interface MaskFigures {
  readonly answers: number;
  /** Of these. */
  readonly inOwnWords: number;
  readonly differing: number;
}

interface Asked {
  readonly conversation: Conversation;
  readonly answers: readonly ExpectedAnswer[];
}

/** `asked`: only those that a row of training can hold are looked at. */
export async function compareMasks(template: string, asked: readonly Asked[], bench: Bench): Promise<MaskFigures> {
  const usable = asked.filter(
    ({ conversation, answers }) => isComparable(conversation, template) && answers.length > 0,
  );
  const examples = usable.map(({ conversation }) => exampleOf(conversation));
  const context = { chatTemplate: template, bosToken: '<s>', eosToken: '</s>', trainOn: 'answers' } as const;
  let figures: MaskFigures = { answers: 0, inOwnWords: 0, differing: 0 };
  for (const [at, rendered] of (await renderExamples(examples, context)).entries()) {
    if ('reason' in rendered) continue;
    const trained = tokenisePieces(rendered, bench.tokenizer).flatMap(trainedRuns);
    figures = add(figures, await compareRow(trained, usable[at].answers, bench));
  }
  return figures;
}

/**
 * Thoughts in a field of their own, for a template that knows none, are ours to place; so is what a template writes for
 * a content that is none. Variables and parts of content are no part of a row.
 */
function isComparable({ messages, variables }: Conversation, template: string): boolean {
  const hasThoughts = messages.some(({ reasoning_content: thoughts }) => thoughts !== undefined);
  if (variables !== undefined || !messages.every(({ content }) => typeof content === 'string')) return false;
  return !hasThoughts || /reasoning_content|thinking/.test(template);
}

function exampleOf({ messages, tools }: Conversation): TextExample {
  const turns = messages.map(({ role, content, name, tool_calls, tool_call_id, reasoning_content: reasoning }) => {
    const fields = Object.entries({ name, tool_calls, tool_call_id, reasoning });
    return { role, content, ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)) };
  });
  return { kind: 'chat', messages: turns, ...(tools !== undefined && { tools }) } as Extract<
    Example,
    { readonly kind: 'chat' }
  >;
}

interface TrainedRun {
  readonly before: readonly number[];
  readonly ids: readonly number[];
}

/** Each stretch of trained ids, with all that stands before it in its piece. */
function trainedRuns({ ids, trained }: TokenRow): readonly TrainedRun[] {
  const starts = trained.flatMap((isTrained, at) => (isTrained && trained[at - 1] !== true ? [at] : []));
  return starts.map((start) => {
    const end = trained.indexOf(false, start);
    return { before: ids.slice(0, start), ids: ids.slice(start, end < 0 ? ids.length : end) };
  });
}

async function compareRow(
  trained: readonly TrainedRun[],
  answers: readonly ExpectedAnswer[],
  bench: Bench,
): Promise<MaskFigures> {
  const prompts = await idsOf(
    answers.map(({ prompt }) => prompt ?? ''),
    bench,
  );
  const wholes = await idsOf(
    answers.map(({ prompt, written }) => (prompt ?? '') + (written ?? '')),
    bench,
  );
  const alone = await idsOf(
    answers.map(({ written }) => written ?? ''),
    bench,
  );
  const isSame = ({ prompt, written }: ExpectedAnswer, at: number): boolean => {
    const run = trained.at(at);
    if (run === undefined || prompt === null || run.before.join() !== prompts[at].join()) return false;
    if (written === null) return run.ids.length > 0;
    const straddles = wholes[at].slice(0, prompts[at].length).join() !== prompts[at].join();
    const expected = straddles ? alone[at] : wholes[at].slice(prompts[at].length);
    // A template without an end of turn gets one.
    const more = run.ids.slice(expected.length);
    return (
      run.ids.slice(0, expected.length).join() === expected.join() &&
      more.every((id) => bench.tokenizer.eosTokenIds.includes(id))
    );
  };
  const differing =
    trained.length === answers.length ? answers.filter((answer, at) => !isSame(answer, at)).length : answers.length;
  return { answers: answers.length, inOwnWords: answers.filter(({ written }) => written === null).length, differing };
}

function add(a: MaskFigures, b: MaskFigures): MaskFigures {
  return {
    answers: a.answers + b.answers,
    inOwnWords: a.inOwnWords + b.inOwnWords,
    differing: a.differing + b.differing,
  };
}
