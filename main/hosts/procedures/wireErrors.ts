/**
 * Errors as they cross a wire: one oRPC error whose data is the ErrorJson, so that the other side makes a GraftError of
 * it. Inputs that do not parse become `invalid` with every problem.
 */
import { ORPCError } from '@orpc/server';
import { ValidationError } from '@orpc/contract';
import { GraftError, type Problem, saidOf, toGraftError } from '../../contract/errors.ts';
import { problemsOf } from '../../contract/plainWords.ts';
import { commonWords } from '../../contract/words/common.ts';
import { validationWords } from '../../contract/words/validation.ts';
import { type Said, verbatim } from '../../contract/words/words.ts';

export const wireErrorCode = 'GRAFT';

type WireError = ORPCError<string, unknown>;

export function toWireError(thrown: unknown): WireError {
  const wireError = thrown instanceof ORPCError ? (thrown as WireError) : undefined;
  if (wireError?.code === wireErrorCode) return wireError;
  const error = wireError === undefined ? toGraftError(thrown) : fromOrpc(wireError);
  return new ORPCError(wireErrorCode, { status: 500, message: error.message, data: error.toJSON(), cause: thrown });
}

/** A stream whose errors are translated; anything else as it is. */
export function translateErrors<Output>(output: Output): Output {
  return isStream(output) ? (translated(output) as Output) : output;
}

function isStream(output: unknown): output is AsyncIterable<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

async function* translated(stream: AsyncIterable<unknown>): AsyncGenerator {
  try {
    yield* stream;
  } catch (error) {
    throw toWireError(error);
  }
}

function fromOrpc(error: WireError): GraftError {
  if (!(error.cause instanceof ValidationError)) return toGraftError(error);
  const problems = problemsOf(error.cause.issues);
  return new GraftError('invalid', wholeOf(problems[0]), { problems }, error);
}

function wholeOf(first: Problem | undefined): Said {
  if (first === undefined) return validationWords.requestDoesNotHold();
  return first.field === ''
    ? (first.reason ?? verbatim(first.message))
    : commonWords.ofField({ field: first.field, problem: saidOf(first) });
}
