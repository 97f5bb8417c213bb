/** `graft://runs/<id>` and the like: the address of a screen, and of nothing else. */
const screenNames = ['datasets', 'models', 'train', 'runs', 'adapters', 'chat', 'settings'] as const;

/** The address inside the studio, or undefined for a link that names no screen. */
export function addressOfDeepLink(link: string): string | undefined {
  if (!URL.canParse(link)) return undefined;
  const { protocol, host, pathname, search } = new URL(link);
  if (protocol !== 'graft:') return undefined;
  if (host === '' || host === 'home') return '/';
  if (!screenNames.some((name) => name === host)) return undefined;
  const segments = pathname.split('/').filter((part) => part !== '');
  if (segments.length > 1 || !segments.every((part) => /^[\w%.-]+$/.test(part))) return undefined;
  return `/${[host, ...segments].join('/')}${search}`;
}

/** The first deep link among a process' arguments: how Windows and Linux hand one over. */
export function deepLinkIn(args: readonly string[]): string | undefined {
  return args.find((arg) => arg.startsWith('graft://'));
}
