/** What comes over the wire as an error becomes a GraftError again: one error type on every screen. */
import { ORPCError } from '@orpc/client';
import { type ErrorJson, GraftError, errorCodes } from '../../main/contract/errors.ts';
import { commonWords } from '../../main/contract/words/common.ts';
import { verbatim } from '../../main/contract/words/words.ts';

/** Anything thrown by a call, as a GraftError; lost connections are `network`, aborted calls `cancelled`. */
export function fromWire(thrown: unknown): GraftError {
  if (thrown instanceof GraftError) return thrown;
  if (thrown instanceof ORPCError && isErrorJson(thrown.data)) return GraftError.fromJson(thrown.data);
  if (thrown instanceof Error && thrown.name === 'AbortError')
    return new GraftError('cancelled', commonWords.cancelled(), {}, thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new GraftError('internal', verbatim(message), {}, thrown);
}

function isErrorJson(value: unknown): value is ErrorJson {
  if (typeof value !== 'object' || value === null || !('code' in value) || !('message' in value)) return false;
  return errorCodes.some((code) => code === value.code) && typeof value.message === 'string';
}
