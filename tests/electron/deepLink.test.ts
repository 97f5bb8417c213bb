import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../support/properties.ts';
import { describe, expect, it, vi } from 'vitest';
import { addressInArguments, addressOfDeepLink, takeDeepLinks } from '../../electron/deepLink.ts';

describe('a deep link', () => {
  it.each([
    ['graft://', '/'],
    ['graft://home', '/'],
    ['graft://runs', '/runs'],
    ['graft://runs/0198a2c4-7d', '/runs/0198a2c4-7d'],
    ['graft://settings/doctor', '/settings/doctor'],
    ['GRAFT://chat/abc/', '/chat/abc'],
    ['graft://train?model=m1&method=vera', '/train?model=m1&method=vera'],
    ['graft://adapters?compare=a1,a2', '/adapters?compare=a1%2Ca2'],
  ])('%s leads to %s', (link, address) => expect(addressOfDeepLink(link)).toBe(address));

  it.each([
    'https://runs/abc',
    'javascript:graft://runs',
    'graft:runs',
    'graft://etc/passwd',
    'graft://runs/a/b',
    'graft://runs/..%2f..%2fetc',
    'graft://runs/%E0%A4%A',
    'graft://runs/a%00b',
    'graft://home/abc',
    'not a link',
  ])('%s leads nowhere', (link) => expect(addressOfDeepLink(link)).toBeUndefined());

  it('carries no path of a file (a page that makes Windows log in at a share of its own)', () => {
    expect(addressOfDeepLink('graft://datasets?import=path:%5C%5Cevil%5Cshare%5Cx.csv&model=..%5Cx')).toBe('/datasets');
  });

  it('leads to a screen or nowhere, whatever it says', () => {
    const screens = [...registryPaths().map((path) => path.split('/')[1] ?? '')];
    const link = fc.oneof(
      fc.string(),
      fc.webUrl({ validSchemes: ['graft', 'http', 'file', 'app'], withQueryParameters: true, withFragments: true }),
      fc
        .tuple(
          fc.constantFrom(...screens, '..', 'evil'),
          fc.array(fc.constantFrom('..', '%2e%2e', '%2f', 'a', '\\', '?', '#', '/', ':')),
        )
        .map(([host, parts]) => `graft://${host}/${parts.join('')}`),
    );
    fc.assert(
      fc.property(link, (text) => {
        const address = addressOfDeepLink(text);
        if (address === undefined) return;
        const url = new URL(address, 'app://graft');
        expect([url.protocol, url.host, url.pathname + url.search]).toEqual(['app:', 'graft', address]);
        expect(screens).toContain(url.pathname.split('/')[1]);
        expect(decodeURIComponent(url.pathname)).not.toMatch(/\.\.(\/|$)|\\|\/\//);
      }),
    );
  });
});

describe('what the system hands over', () => {
  it('is found among what Chromium adds to the arguments', () => {
    expect(addressInArguments(['/usr/bin/graft', '--original-process-start-time=1', 'Graft://runs/abc'])).toBe(
      '/runs/abc',
    );
    expect(addressInArguments(['/usr/bin/graft', '--home', '/data'])).toBeUndefined();
  });

  it('is asked for as the packed app, on Windows as a checkout too, and never leaves a half entry elsewhere', () => {
    const ask = (isPackaged: boolean, platform: NodeJS.Platform): readonly unknown[][] => {
      const setAsDefaultProtocolClient = vi.fn(() => true);
      takeDeepLinks({ isPackaged, setAsDefaultProtocolClient }, platform);
      return setAsDefaultProtocolClient.mock.calls;
    };
    expect(ask(true, 'linux')).toEqual([['graft']]);
    expect(ask(false, 'linux')).toEqual([]);
    expect(ask(false, 'darwin')).toEqual([]);
    expect(ask(false, 'win32')).toEqual([['graft', process.execPath, [expect.any(String)]]]);
  });
});

function registryPaths(): readonly string[] {
  const registry = readFileSync(join(import.meta.dirname, '..', '..', 'renderer', 'screens', 'registry.ts'), 'utf8');
  return [...registry.matchAll(/path: '([^']+)'/g)].map(([, path = '']) => path);
}
