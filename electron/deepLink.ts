/**
 * `graft://runs/<id>` and the like: the address of a screen, and of nothing else. Any web page can offer such a link,
 * so that it carries neither paths nor anything that does something by being opened.
 */
import { resolve } from 'node:path';
import type { App } from 'electron';

const linkScheme = 'graft';
const screenNames = ['datasets', 'models', 'train', 'runs', 'adapters', 'chat', 'settings'] as const;
/** Ids and names that choose what a screen shows. */
const queryNames = ['model', 'dataset', 'adapter', 'compare', 'method', 'tab'] as const;

/** The address inside the studio, or undefined for a link that names no screen. */
export function addressOfDeepLink(link: string): string | undefined {
  if (!URL.canParse(link)) return undefined;
  const { protocol, host, pathname, searchParams } = new URL(link);
  if (protocol !== `${linkScheme}:`) return undefined;
  const segments = pathname.split('/').filter((part) => part !== '');
  if (host === '' || host === 'home') return segments.length === 0 ? '/' : undefined;
  if (!screenNames.some((name) => name === host) || segments.length > 1 || !segments.every(isPlain)) return undefined;
  const query = new URLSearchParams(queryNames.flatMap((name) => plainValue(name, searchParams)));
  return `/${[host, ...segments].join('/')}${query.size === 0 ? '' : `?${query.toString()}`}`;
}

/** The address of the first deep link among a process' arguments, which is how Windows and Linux hand one over. */
export function addressInArguments(args: readonly string[]): string | undefined {
  const link = args.find((arg) => arg.toLowerCase().startsWith(`${linkScheme}://`));
  return link === undefined ? undefined : addressOfDeepLink(link);
}

/**
 * Makes the system hand links to this app. Of what is not packed only Windows can take note: a Mac reads it in the
 * bundle, Linux in a desktop file.
 */
export function takeDeepLinks(
  app: Pick<App, 'isPackaged' | 'setAsDefaultProtocolClient'>,
  platform: NodeJS.Platform,
): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme);
  else if (platform === 'win32')
    app.setAsDefaultProtocolClient(linkScheme, process.execPath, [resolve(process.argv[1] ?? '')]);
}

/** An id or a name as it stands: nothing that would read differently once decoded. */
function isPlain(text: string): boolean {
  return /^[\w.~-]{1,200}$/.test(text) && !/^\.+$/.test(text);
}

function plainValue(name: string, query: URLSearchParams): [string, string][] {
  const value = query.get(name);
  return value !== null && value.split(',').every(isPlain) ? [[name, value]] : [];
}
