/** What a hub or the way to it answers, worded for the person. Tokens never come into a message. */
import { GraftError, toGraftError } from '../contract/errors.ts';
import type { HubPlace } from './hubPlace.ts';

type Asked = Pick<HubPlace, 'endpoint' | 'token'>;

const keptRemedy = 'Check the connection and fetch again: what is there is kept. Without a network, import a folder that you have.';

/** For a status that is no success. `code` is the hub's own word (X-Error-Code), where it gives one. */
export function refusedByHub({ status, code, id }: { status: number; code: string | null; id: string }, asked: Asked): GraftError {
  const { endpoint } = asked;
  const data = { field: 'source', status };
  if (code === 'GatedRepo' || status === 403) return closedTo(id, asked, data);
  if (code === 'RevisionNotFound') {
    const remedy = 'Check the revision. If it was there a moment ago, its owner changed it meanwhile: fetch again.';
    return new GraftError('notFound', `${id} has no such revision on ${endpoint}.`, { ...data, remedy });
  }
  if (code === 'EntryNotFound') {
    return new GraftError('notFound', `A file of ${id} is listed on ${endpoint}, but not there.`, { ...data, remedy: 'Fetch again.' });
  }
  if (status === 404) {
    return new GraftError('notFound', `There is nothing called ${id} on ${endpoint}.`, {
      ...data,
      remedy: 'Check how its name is written.',
    });
  }
  // The public hub says 401 of what does not exist as well.
  if (status === 401) return unknownOrPrivate(id, asked, data);
  const remedy = status === 429 ? 'Wait a few minutes and fetch again.' : 'Try again later; what was fetched is kept.';
  return new GraftError('network', `${endpoint} answered with status ${status} for ${id}.`, { ...data, remedy });
}

function closedTo(id: string, { endpoint, token }: Asked, data: object): GraftError {
  const login = 'then set HF_TOKEN, or log in with `hf auth login`, and fetch again';
  const remedy =
    token === undefined
      ? `Accept its terms on its page with your account, ${login}.`
      : 'Accept its terms on its page with the account that your token belongs to, or use a token that may read it.';
  return new GraftError('notFound', `${endpoint} gives ${id} only to those who were let in.`, { ...data, remedy });
}

function unknownOrPrivate(id: string, { endpoint, token }: Asked, data: object): GraftError {
  const remedy =
    token === undefined
      ? 'Check how its name is written. A private or gated one needs a token: set HF_TOKEN, or log in with `hf auth login`.'
      : 'Check how its name is written, and that your token is valid and may read it.';
  return new GraftError('notFound', `${endpoint} does not give ${id} to you.`, { ...data, remedy });
}

/** For what was thrown on the way: a cut or silent connection, an answer that no hub gives, a full disk. */
export function asHubError(error: unknown, id: string, endpoint: string, signal?: AbortSignal): GraftError {
  if (signal?.aborted === true) return new GraftError('cancelled', 'Fetching was cancelled; what is there is kept for the next time.');
  if (error instanceof GraftError) return error;
  if (isStrangeAnswer(error)) return strangeAnswer(id, endpoint, error);
  const known = toGraftError(error);
  if (known.code !== 'internal') return known;
  return new GraftError('network', `${id} could not be fetched from ${endpoint}.`, { field: 'source', remedy: keptRemedy }, error);
}

export function silentHub(endpoint: string, silenceMs: number): GraftError {
  const seconds = Math.max(1, Math.round(silenceMs / 1000));
  return new GraftError('network', `${endpoint} gave no sign for ${seconds} s.`, { field: 'source', remedy: keptRemedy });
}

export function strangeAnswer(id: string, endpoint: string, cause?: unknown): GraftError {
  const remedy = 'Check HF_ENDPOINT: it must be the address of a model hub.';
  return new GraftError('network', `${endpoint} gave no listing of ${id} that can be read.`, { field: 'source', remedy }, cause);
}

/** Connections that fail say why in their cause; what cannot be parsed, or has another form, has none. */
function isStrangeAnswer(error: unknown): boolean {
  if (!(error instanceof Error) || error.cause !== undefined) return false;
  return error instanceof SyntaxError || error instanceof TypeError || error.name === 'InvalidApiResponseFormatError';
}
