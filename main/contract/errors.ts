/**
 * The one error type that crosses boundaries: what happened (message), why (data), what to do (remedy). Anything else
 * that is thrown is a bug and is shown as `internal`. Message and remedy are sentences of `words/`, so that a window
 * can say them in its language; `message` and `data.remedy` are their English.
 */
import { fileWords } from './words/files.ts';
import { type Said, englishOf, isVerbatim, verbatim } from './words/words.ts';

export const errorCodes = [
  'usage', // the command line or a call was wrong: exit status 2
  'invalid', // a value, file or row does not hold
  'notFound',
  'conflict', // a name is taken, a lock is held, a state does not allow it
  'unsupported', // known, but not by this build (method, family, format, option)
  'backendUnavailable', // the asked device or runtime is not here
  'outOfMemory',
  'diskFull',
  'nonFinite', // NaN or infinite loss or gradient
  'deviceLost',
  'engineCrashed',
  'network',
  'integrity', // checksum or signature differs
  'cancelled', // its own outcome: exit status 130
  'interrupted',
  'newerVersion', // data written by a newer Graft
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Where and what, for the person and for scripts. All optional; never secret. */
export interface ErrorData {
  readonly file?: string;
  readonly field?: string;
  readonly line?: number;
  readonly remedy?: string;
  readonly step?: number;
  readonly checkpoint?: string;
  readonly problems?: readonly Problem[];
  readonly [key: string]: unknown;
}

/** One of several things wrong at once; `field` is a path such as `training.learningRate`. */
export interface Problem {
  readonly field: string;
  readonly message: string;
  /** What `message` is the English of. */
  readonly reason?: Said;
  /** `unsupported`: what model or method cannot carry, whatever value is given; absent: `invalid`. */
  readonly code?: ErrorCode;
}

/** What no other value of the field would mend with the rest as it is. */
export function unsupportedProblem(field: string, said: Said): Problem {
  return { ...problemOf(field, said), code: 'unsupported' };
}

/** `field`, and what is wrong with it. */
export function problemOf(field: string, said: string | Said): Problem {
  if (typeof said === 'string' || isVerbatim(said)) return { field, message: englishOf(said) };
  return { field, message: said.text, reason: said };
}

/** What was said, to say it again: the sentence, or the English of what was kept before there were words. */
export function saidOf({
  reason,
  message,
}: {
  readonly message: string;
  readonly reason?: Said | undefined;
}): string | Said {
  return reason ?? message;
}

export interface ErrorJson {
  readonly code: ErrorCode;
  readonly message: string;
  readonly data: ErrorData;
  /** What `message` is the English of; absent of errors that were kept before there were words for them. */
  readonly reason?: Said;
  /** What `data.remedy` is the English of. */
  readonly remedyReason?: Said;
}

/** As the code that throws gives them. */
type GivenData = Omit<ErrorData, 'remedy'> & { readonly remedy?: Said | undefined };

export class GraftError extends Error {
  override readonly name = 'GraftError';
  readonly code: ErrorCode;
  readonly data: ErrorData;
  readonly reason: Said | undefined;
  readonly remedyReason: Said | undefined;

  constructor(code: ErrorCode, message: Said, data: GivenData = {}, cause?: unknown) {
    super(message.text, cause === undefined ? undefined : { cause });
    const { remedy } = data;
    this.code = code;
    this.data = remedy === undefined ? (data as ErrorData) : { ...data, remedy: remedy.text };
    this.reason = isVerbatim(message) ? undefined : message;
    this.remedyReason = remedy === undefined || isVerbatim(remedy) ? undefined : remedy;
  }

  toJSON(): ErrorJson {
    const { code, message, data, reason, remedyReason } = this;
    return {
      code,
      message,
      data,
      ...(reason === undefined ? {} : { reason }),
      ...(remedyReason === undefined ? {} : { remedyReason }),
    };
  }

  static fromJson({ code, message, data, reason, remedyReason }: ErrorJson, cause?: unknown): GraftError {
    const { remedy, ...rest } = data;
    const said = remedyReason ?? (remedy === undefined ? undefined : verbatim(remedy));
    return new GraftError(
      code,
      reason ?? verbatim(message),
      said === undefined ? rest : { ...rest, remedy: said },
      cause,
    );
  }
}

/** Wraps anything thrown: a GraftError passes, a full disk gets its code, the rest is `internal`. */
export function toGraftError(thrown: unknown): GraftError {
  if (thrown instanceof GraftError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const systemCode = 'code' in error ? String(error.code) : '';
  const file = 'path' in error ? String(error.path) : undefined;
  if (systemCode === 'ENOSPC' || systemCode === 'EDQUOT' || systemCode === 'SQLITE_FULL') {
    return new GraftError('diskFull', fileWords.diskFull(), { file, remedy: fileWords.freeSpace() }, error);
  }
  if (systemCode === 'ENOENT') {
    return new GraftError(
      'notFound',
      fileWords.noFile({ file: file ?? '' }),
      { file, remedy: fileWords.checkPath() },
      error,
    );
  }
  if (systemCode === 'EACCES' || systemCode === 'EPERM' || systemCode === 'EROFS') {
    return new GraftError(
      'invalid',
      fileWords.noPermission({ file: file ?? fileWords.aFile() }),
      { file, remedy: fileWords.changePermissions() },
      error,
    );
  }
  return new GraftError('internal', verbatim(error.message), {}, error);
}
