/** Errors as OpenAI's clients know them: a status and `{ error: { message, type, param, code } }`. */
import { z } from 'zod';
import { toGraftError } from '../../contract/errors.ts';
import type { ErrorCode } from '../../contract/errors.ts';

export interface ApiErrorDetails {
  readonly type: string;
  /** The field of the request that is wrong. */
  readonly param?: string;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly details: ApiErrorDetails;

  constructor(status: number, message: string, details: ApiErrorDetails) {
    super(message);
    this.status = status;
    this.details = details;
  }

  get body() {
    const { type, param = null, code = null } = this.details;
    return { error: { message: this.message, type, param, code } };
  }
}

export const invalidRequest = 'invalid_request_error';
const serverError = 'server_error';

/** A value that no request may have. */
export function invalidValue(message: string, param: string, code = 'invalid_value'): ApiError {
  return new ApiError(400, message, { type: invalidRequest, param, code });
}

const unavailable: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...([
    'conflict',
    'backendUnavailable',
    'outOfMemory',
    'deviceLost',
    'engineCrashed',
    'cancelled',
    'interrupted',
  ] as const),
]);

/** What the studio throws, in the client's words: remedies that speak of the studio stay with the message. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof z.ZodError) return fromSchema(thrown);
  const { code, message, data } = toGraftError(thrown);
  const text = typeof data.remedy === 'string' ? `${message} ${data.remedy}` : message;
  if (code === 'notFound' && data.field === 'model')
    return new ApiError(404, text, { type: invalidRequest, param: 'model', code: 'model_not_found' });
  if (code === 'conflict' && data.candidates !== undefined)
    return invalidValue(text, paramOf(data.field), 'ambiguous_model');
  if (data.tooLong === true) return invalidValue(text, 'prompt', 'context_length_exceeded');
  if (code === 'invalid' || code === 'unsupported' || code === 'notFound')
    return invalidValue(text, paramOf(data.field));
  return new ApiError(unavailable.has(code) ? 503 : 500, text, { type: serverError, code });
}

/** What the engine calls ids came as the prompt. */
function paramOf(field = 'model'): string {
  return field === 'ids' ? 'prompt' : field;
}

/** The first thing that is wrong. */
function fromSchema({ issues: [issue] }: z.ZodError): ApiError {
  const param = issue === undefined || issue.path.length === 0 ? 'body' : issue.path.map(String).join('.');
  return invalidValue(`${param}: ${issue?.message ?? 'not valid'}`, param);
}
