/**
 * Folders inside the data folder are stored relative to it, with forward slashes, so that the data folder can move and
 * be restored elsewhere; what lies outside stays absolute.
 */
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/** `path`: absolute, or relative to `home`. */
export function toStoredPath(home: string, path: string): string {
  const absolute = resolve(home, path);
  const inside = relative(home, absolute);
  const leadsOut = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return leadsOut ? absolute : inside.split(sep).join('/');
}

/** Absolute, as this platform writes it. */
export function fromStoredPath(home: string, stored: string): string {
  return isAbsolute(stored) ? stored : join(home, ...stored.split('/'));
}
