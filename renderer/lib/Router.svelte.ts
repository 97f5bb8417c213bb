/**
 * Addresses of a window: path and query, nothing else decides what is shown, so that a reload, a second window and a
 * deep link show the same. Links are plain <a href>; clicks on them are taken here.
 */
export class Router {
  path = $state(location.pathname);
  query: URLSearchParams = $state.raw(new URLSearchParams(location.search));

  /** Begins to listen; returns how to stop. */
  listen(): () => void {
    const onPop = (): void => this.#read();
    const onClick = (event: MouseEvent): void => this.#takeClick(event);
    addEventListener('popstate', onPop);
    document.addEventListener('click', onClick);
    return () => {
      removeEventListener('popstate', onPop);
      document.removeEventListener('click', onClick);
    };
  }

  /** `replace` for what the back button should not come back to, such as a filter being typed. */
  go(address: string, { replace = false }: { readonly replace?: boolean } = {}): void {
    if (replace) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
    this.#read();
  }

  /** Changes some of the query of the present address; null takes a name out. */
  setQuery(
    changes: Readonly<Record<string, string | null>>,
    options: { readonly replace?: boolean } = { replace: true },
  ): void {
    const query = new URLSearchParams(this.query);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === '') query.delete(name);
      else query.set(name, value);
    }
    const text = query.toString();
    this.go(text === '' ? this.path : `${this.path}?${text}`, options);
  }

  #read(): void {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
  }

  #takeClick(event: MouseEvent): void {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!isPlain || event.defaultPrevented || link === null || link.target !== '' || link.hasAttribute('download'))
      return;
    if (link.origin !== location.origin || /^\/(downloads|uploads)\//.test(link.pathname)) return;
    event.preventDefault();
    this.go(link.pathname + link.search + link.hash);
  }
}

/** Parameters of `path` in a pattern such as `/runs/:id`, or undefined. A trailing `?` makes a part optional. */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/').filter((part) => part !== '');
  const given = path.split('/').filter((part) => part !== '');
  if (given.length > wanted.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index];
    if (value === undefined) {
      if (!part.endsWith('?')) return undefined;
    } else if (part.startsWith(':')) parameters[part.replace(/^:|\?$/g, '')] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return parameters;
}
