/**
 * Answers that files give as lists, as SQuAD does for readers who may mark other words: `["a", "b"]` or `{ "text":
 * ["a", "b"] }`.
 */
import { isRecord } from '../formats/text/rows.ts';

/** The first answer of a list of texts, '' of an empty one; everything else as it is. */
export function answerOf(value: unknown): unknown {
  const answers = answersOf(value);
  return answers === undefined ? value : (answers[0] ?? '');
}

/** Whether others than the first one are among them. */
export function hasFurtherAnswers(value: unknown): boolean {
  return new Set(answersOf(value)).size > 1;
}

function answersOf(value: unknown): readonly string[] | undefined {
  const list = isRecord(value) ? value['text'] : value;
  return Array.isArray(list) && list.every((answer) => typeof answer === 'string') ? list : undefined;
}
