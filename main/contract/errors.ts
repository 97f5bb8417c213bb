/**
 * The one error type that crosses boundaries: what happened (message), why (data), what to do (remedy).
 * Anything else that is thrown is a bug and is shown as `internal`.
 */

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
}

export interface ErrorJson {
  readonly code: ErrorCode;
  readonly message: string;
  readonly data: ErrorData;
}

export class GraftError extends Error {
  override readonly name = 'GraftError';
  readonly code: ErrorCode;
  readonly data: ErrorData;

  constructor(code: ErrorCode, message: string, data: ErrorData = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.data = data;
  }

  toJSON(): ErrorJson {
    return { code: this.code, message: this.message, data: this.data };
  }

  static fromJson(json: ErrorJson): GraftError {
    return new GraftError(json.code, json.message, json.data);
  }
}

/** Wraps anything thrown: a GraftError passes, a full disk gets its code, the rest is `internal`. */
export function toGraftError(thrown: unknown): GraftError {
  if (thrown instanceof GraftError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const systemCode = 'code' in error ? String(error.code) : '';
  const file = 'path' in error ? String(error.path) : undefined;
  if (systemCode === 'ENOSPC' || systemCode === 'EDQUOT' || systemCode === 'SQLITE_FULL') {
    return new GraftError('diskFull', 'The disk is full.', { file, remedy: 'Free some space and run the same command again.' }, error);
  }
  if (systemCode === 'ENOENT') {
    return new GraftError('notFound', `There is no file ${file ?? ''}.`, { file, remedy: 'Check the path.' }, error);
  }
  if (systemCode === 'EACCES' || systemCode === 'EPERM' || systemCode === 'EROFS') {
    return new GraftError(
      'invalid',
      `No permission to use ${file ?? 'a file'}.`,
      { file, remedy: 'Change its permissions or choose another place.' },
      error,
    );
  }
  return new GraftError('internal', error.message, {}, error);
}
