/** What a person types or pastes to name something on a hub, as the studio takes it. */
import { parseHubReference, plainHubReference } from '../../main/contract/hubReference.ts';

/**
 * `owner/name`, with `@revision`, a file or a prefix; addresses of pages and files are taken too. Undefined for
 * anything else.
 */
export function readHubText(text: string): string | undefined {
  const reference = parseHubReference(fromAddress(text.trim()));
  return reference && plainHubReference(reference);
}

/** Pages of a revision or a file have it after the name: `/tree/<revision>/<folder>`, `/blob/<revision>/<file>`. */
function fromAddress(text: string): string {
  const [, id, kind, revision, path] =
    /^https?:\/\/[^/]+\/([^/?#]+\/[^/?#]+)(?:\/(tree|blob|resolve)\/([^/?#]+)(?:\/([^?#]+?))?)?\/?(?:[?#].*)?$/.exec(
      text,
    ) ?? [];
  if (id === undefined) return text;
  const place = kind === undefined || path === undefined ? '' : `/${decoded(path)}`;
  return `hub:${id}${place}${revision === undefined || revision === 'main' ? '' : `@${decoded(revision)}`}`;
}

/** A broken escape stays as it is, and then names nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
