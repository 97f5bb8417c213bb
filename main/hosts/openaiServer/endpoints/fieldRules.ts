/**
 * No field of a request is left aside in silence: it is honoured, it changes nothing about an answer, it asks for what
 * is done anyway, or the request is refused with its name.
 */
import { ApiError, invalidRequest, invalidValue } from '../apiError.ts';

/** Field to what it would be. */
export type Refusals = Readonly<Record<string, string>>;

/** For OpenAI's own books and caches, or for tools, which are refused where there are any. */
const withoutEffect: ReadonlySet<string> = new Set([
  ...[
    'user',
    'safety_identifier',
    'metadata',
    'service_tier',
    'prompt_cache_key',
    'prompt_cache_retention',
    'parallel_tool_calls',
  ],
]);

/** Of fields that other servers know too: the value that asks for what is done here anyway. */
const usual: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ...([['min_tokens', 0], ['length_penalty', 1], ['typical_p', 1], ['tfs_z', 1], ['mirostat', 0], ['repeat_penalty', 1]] as const),
  ...([['skip_special_tokens', true], ['spaces_between_special_tokens', true], ['add_special_tokens', true]] as const),
  ...([['verbosity', 'medium'], ['truncation', 'disabled']] as const),
]); // oxfmt-ignore

const refusedEverywhere: Refusals = {
  store: 'stored completions',
  reasoning_effort: 'reasoning efforts',
  verbosity: 'verbosity',
};

interface Rules {
  readonly honoured: readonly string[];
  readonly refusals: Refusals;
  /** Path of the object in the request, with a dot at its end; '' for the request itself. */
  readonly at?: string;
}

/** Throws ApiError 400 for the first field that would be left aside. */
export function checkFields(body: unknown, { honoured, refusals, at = '' }: Rules): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return;
  for (const [field, value] of Object.entries(body)) {
    if (honoured.includes(field) || withoutEffect.has(field) || asksForNothing(field, value)) continue;
    const what = refusals[field] ?? refusedEverywhere[field];
    if (what !== undefined)
      throw invalidValue(`This server does not do ${what} (${at}${field}).`, `${at}${field}`, 'unsupported_parameter');
    throw unknownField(`${at}${field}`);
  }
}

function unknownField(path: string): ApiError {
  const message = `Unrecognized request argument supplied: ${path}. This server would leave it aside; leave it out.`;
  return new ApiError(400, message, { type: invalidRequest, param: path, code: 'unknown_parameter' });
}

function asksForNothing(field: string, value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 'none' || value === 'auto') return true;
  if (usual.has(field)) return usual.get(field) === value;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
