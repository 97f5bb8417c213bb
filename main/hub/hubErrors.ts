/** What a hub or the way to it answers, worded for the person. Tokens never come into a message. */
import { GraftError, toGraftError } from '../contract/errors.ts';
import type { HubPlace } from './hubPlace.ts';
import { hubWords as words } from '../contract/words/hub.ts';

type Asked = Pick<HubPlace, 'endpoint' | 'token'>;

const keptRemedy = words.checkConnection();

/** For a status that is no success. `code` is the hub's own word (X-Error-Code), where it gives one. */
export function refusedByHub(
  { status, code, id }: { status: number; code: string | null; id: string },
  asked: Asked,
): GraftError {
  const { endpoint } = asked;
  const data = { field: 'source', status };
  if (code === 'GatedRepo' || status === 403) return closedTo(id, asked, data);
  if (code === 'RevisionNotFound') {
    return new GraftError('notFound', words.noRevision({ id, endpoint }), { ...data, remedy: words.checkRevision() });
  }
  if (code === 'EntryNotFound') {
    return new GraftError('notFound', words.listedNotThere({ id, endpoint }), { ...data, remedy: words.fetchAgain() });
  }
  if (status === 404) {
    return new GraftError('notFound', words.nothingCalled({ id, endpoint }), {
      ...data,
      remedy: words.checkName(),
    });
  }
  // The public hub says 401 of what does not exist as well.
  if (status === 401) return unknownOrPrivate(id, asked, data);
  const remedy = status === 429 ? words.waitMinutes() : words.tryLater();
  return new GraftError('network', words.status({ id, endpoint, status }), { ...data, remedy });
}

function closedTo(id: string, { endpoint, token }: Asked, data: object): GraftError {
  const remedy = token === undefined ? words.acceptAndLogIn() : words.acceptTerms();
  return new GraftError('notFound', words.closed({ id, endpoint }), { ...data, remedy });
}

function unknownOrPrivate(id: string, { endpoint, token }: Asked, data: object): GraftError {
  const remedy = token === undefined ? words.nameOrToken() : words.nameAndToken();
  return new GraftError('notFound', words.notGiven({ id, endpoint }), { ...data, remedy });
}

/** For what was thrown on the way: a cut or silent connection, an answer that no hub gives, a full disk. */
export function asHubError(error: unknown, id: string, endpoint: string, signal?: AbortSignal): GraftError {
  if (signal?.aborted === true) return new GraftError('cancelled', words.cancelled());
  if (error instanceof GraftError) return error;
  if (isStrangeAnswer(error)) return strangeAnswer(id, endpoint, error);
  const known = toGraftError(error);
  if (known.code !== 'internal') return known;
  return new GraftError('network', words.notFetched({ id, endpoint }), { field: 'source', remedy: keptRemedy }, error);
}

export function silentHub(endpoint: string, silenceMs: number): GraftError {
  const seconds = Math.max(1, Math.round(silenceMs / 1000));
  return new GraftError('network', words.silent({ endpoint, seconds }), { field: 'source', remedy: keptRemedy });
}

export function strangeAnswer(id: string, endpoint: string, cause?: unknown): GraftError {
  return new GraftError(
    'network',
    words.noListing({ id, endpoint }),
    { field: 'source', remedy: words.checkEndpoint() },
    cause,
  );
}

/** Connections that fail say why in their cause; what cannot be parsed, or has another form, has none. */
function isStrangeAnswer(error: unknown): boolean {
  if (!(error instanceof Error) || error.cause !== undefined) return false;
  return error instanceof SyntaxError || error instanceof TypeError || error.name === 'InvalidApiResponseFormatError';
}
