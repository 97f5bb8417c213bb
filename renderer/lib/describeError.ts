/** An error as a person reads it: what happened, all problems, what to do; the rest is details. */
import type { Problem } from '../../main/contract/errors.ts';
import { fromWire } from './wireErrors.ts';

export interface ShownError {
  readonly message: string;
  readonly problems: readonly Problem[];
  readonly remedy: string | null;
  /** A bug of ours rather than something a person can change. */
  readonly isUnexpected: boolean;
  readonly details: string;
}

export function describeError(thrown: unknown): ShownError {
  const error = fromWire(thrown);
  const { problems = [], remedy, ...data } = error.data;
  const cause = error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : '';
  return {
    message: error.message,
    problems: problems.length > 1 ? problems : [],
    remedy: remedy ?? null,
    isUnexpected: error.code === 'internal',
    details: [error.code, JSON.stringify(data, null, 1), cause].filter((part) => part !== '' && part !== '{}').join('\n'),
  };
}
