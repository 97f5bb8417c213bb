/**
 * What a request asks for, decoded once. A path that could mean another file than it says (`..`, an encoded slash, a
 * backslash, NUL, `//`) is nothing at all here, so that nobody after this has to think of it.
 */

export interface RequestTarget {
  /** Decoded parts of the path; empty for `/`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/** undefined for what is no plain path from `/` on. */
export function parseTarget(url: string): RequestTarget | undefined {
  if (!url.startsWith('/')) return undefined;
  const [path = '', ...rest] = url.split('?');
  const query = new URLSearchParams(rest.join('?'));
  if (path === '/') return { segments: [], query };
  const segments = path.slice(1).split('/').map(decode);
  return segments.every(isPlainSegment) ? { segments, query } : undefined;
}

const separators = process.platform === 'win32' ? /[/\\:]/ : /[/\\]/;

/** A name that stays one name in its folder. */
function isPlainSegment(segment: string | undefined): segment is string {
  if (segment === undefined || segment === '' || segment === '.' || segment === '..') return false;
  return (
    !separators.test(segment) && Array.from(segment).every((character) => character >= ' ' && character !== '\u007f')
  );
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined; // not UTF-8, or a broken escape
  }
}
