import { describe, expect, it } from 'vitest';
import { matchPath, Router } from '../../../renderer/lib/Router.svelte.ts';

describe('matchPath', () => {
  it.each([
    ['/', '/', {}],
    ['/runs/:id', '/runs/01ab', { id: '01ab' }],
    ['/chat/:id?', '/chat', {}],
    ['/chat/:id?', '/chat/x%2Fy', { id: 'x/y' }],
  ])('%s takes %s', (pattern, path, parameters) => {
    expect(matchPath(pattern, path)).toEqual(parameters);
  });

  it.each([
    ['/runs', '/runs/01ab'], // the list must not show in place of a run
    ['/runs/:id', '/runs'],
    ['/', '/nowhere'],
  ])('%s leaves %s to others', (pattern, path) => {
    expect(matchPath(pattern, path)).toBeUndefined();
  });
});

describe('Router', () => {
  it('changes one name of the query and keeps the rest, without a step back for it', () => {
    const router = new Router();
    router.go('/adapters?search=a&sort=name');
    const before = history.length;
    router.setQuery({ search: 'b', tag: null });
    expect(location.pathname + location.search).toBe('/adapters?search=b&sort=name');
    expect(history.length).toBe(before);
  });

  it('takes clicks on links of its own and leaves downloads and other windows to the browser', () => {
    const router = new Router();
    const stop = router.listen();
    document.body.innerHTML = '<a id="own" href="/runs/1"><b>x</b></a><a id="file" href="/downloads/1">x</a>';
    const click = (id: string): boolean =>
      document.querySelector(`#${id}`)?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true })) ??
      true;
    expect(click('own')).toBe(false);
    expect(router.path).toBe('/runs/1');
    expect(click('file')).toBe(true);
    stop();
    router.go('/');
    expect(click('own')).toBe(true);
    expect(router.path).toBe('/');
  });
});
