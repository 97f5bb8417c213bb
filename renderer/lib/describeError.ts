/**
 * An error as a person reads it, in the window's language: what happened, all problems, what to do; the rest is
 * details.
 */
import { type ErrorJson, type GraftError, saidOf } from '../../main/contract/errors.ts';
import type { Said } from '../../main/contract/words/words.ts';
import type { I18n } from '../i18n/I18n.svelte.ts';
import { fromWire } from './wireErrors.ts';

export interface ShownError {
  readonly message: string;
  readonly problems: readonly ShownProblem[];
  readonly remedy: string | null;
  /** A bug of ours rather than something a person can change. */
  readonly isUnexpected: boolean;
  readonly details: string;
}

interface ShownProblem {
  readonly field: string;
  readonly message: string;
}

type Speech = Pick<I18n, 'say'>;

/** Anything thrown. */
export function describeError(thrown: unknown, i18n: Speech): ShownError {
  const error = fromWire(thrown);
  const { problems = [], remedy: _said, ...data } = error.data;
  const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : '';
  return {
    message: messageOf(error, i18n),
    problems:
      problems.length > 1
        ? problems.map((problem) => ({ field: problem.field, message: messageOf(problem, i18n) }))
        : [],
    remedy: remedyOf(error, i18n) ?? null,
    isUnexpected: error.code === 'internal',
    details: [error.code, JSON.stringify(data, null, 1), cause]
      .filter((part) => part !== '' && part !== '{}')
      .join('\n'),
  };
}

/** Of an error, thrown or kept, or of one of its problems. */
export function messageOf(
  failed: { readonly message: string; readonly reason?: Said | undefined },
  i18n: Speech,
): string {
  return i18n.say(saidOf(failed));
}

export function remedyOf({ data, remedyReason }: GraftError | ErrorJson, i18n: Speech): string | undefined {
  const remedy = remedyReason ?? data.remedy;
  return remedy === undefined ? undefined : i18n.say(remedy);
}
