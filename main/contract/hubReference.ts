/**
 * How a person names something on a model hub: `hub:owner/name`, with `/file.gguf` or a folder of it, and with
 * `@revision` (a branch, a tag, a commit). Nothing but plain segments comes through, since they end in addresses and in
 * folder names.
 */

export interface HubReference {
  /** `owner/name`. */
  readonly id: string;
  /** A file or folder in it; null for the whole. */
  readonly path: string | null;
  /** Null for the newest. */
  readonly revision: string | null;
}

export const hubPrefix = 'hub:';

const name = /[A-Za-z0-9][\w.-]{0,95}/.source;
const id = new RegExp(`^${name}/${name}$`);
const plainPath = /^[\w+()=][\w .+()=-]*(?:\/[\w+()=][\w .+()=-]*)*$/;
const plainRevision = /^\w[\w./-]{0,199}$/;

/** Undefined for anything else. A path needs the prefix, so that it is not taken for one of this machine. */
export function parseHubReference(text: string): HubReference | undefined {
  const isPrefixed = text.startsWith(hubPrefix);
  const [whole = '', revision = null] = splitAt(isPrefixed ? text.slice(hubPrefix.length) : text, '@');
  const [owner = '', repository = '', ...rest] = whole.split('/');
  const path = rest.length === 0 ? null : rest.join('/');
  if (text.includes('..') || !id.test(`${owner}/${repository}`)) return undefined;
  if (path !== null && !(isPrefixed && plainPath.test(path))) return undefined;
  if (revision !== null && !plainRevision.test(revision)) return undefined;
  return { id: `${owner}/${repository}`, path, revision };
}

/** With the prefix, as `parseHubReference` takes it. */
export function formatHubReference({ id: wholeId, path, revision }: HubReference): string {
  return `${hubPrefix}${wholeId}${path === null ? '' : `/${path}`}${revision === null ? '' : `@${revision}`}`;
}

/** As the rest of the world writes it, where that is enough to find it again. */
export function plainHubReference(reference: HubReference): string {
  const text = formatHubReference(reference);
  return reference.path === null ? text.slice(hubPrefix.length) : text;
}

function splitAt(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
