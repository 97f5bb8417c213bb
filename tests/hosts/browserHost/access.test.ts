import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '../../support/properties.ts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ticketOf } from '../../../main/hosts/browserHost/access.ts';
import type { BrowserHost } from '../../../main/hosts/browserHost/BrowserHost.ts';
import { addressOf } from '../../../main/hosts/browserHost/runningHost.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { ask, enter, openSocket, originOf, page, script, startHost } from './hostFixture.ts';

let host: BrowserHost;
let dir: string;

beforeEach(async () => {
  dir = temporaryDir();
  host = await startHost(dir);
});

describe('the token', () => {
  it('is exchanged for a cookie that scripts, other sites and other paths do not get', async () => {
    const { pathname, search } = new URL(addressOf(host.running));
    const { status, headers } = await ask(host.port, { path: pathname + search });
    expect({ status, location: headers.location }).toEqual({ status: 302, location: '/' });
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^graft-[0-9a-f]{12}=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/;/),
    ]);
    expect(headers['cache-control']).toBe('no-store');
  });

  it('is the only one that gives a cookie, and the page says what to do in both languages', async () => {
    for (const token of ['', 'x', `${new URL(addressOf(host.running)).searchParams.get('token') ?? ''}x`]) {
      const { status, headers, text } = await ask(host.port, { path: `/?token=${token}` });
      expect({ status, cookie: headers['set-cookie'] }).toEqual({ status: 401, cookie: undefined });
      expect(text).toContain('Open Graft by its printed address');
      expect(text).toContain('lang="ja"');
      expect(text).not.toContain('<script');
      expect(text).not.toContain('<style');
    }
  });

  it('in a link on another site leads on through a page, since a browser keeps the cookie back on a redirect', async () => {
    const path = `/${new URL(addressOf(host.running)).search}`;
    const { status, headers, text } = await ask(host.port, { path, headers: { 'sec-fetch-site': 'cross-site' } });
    expect({ status, cookies: headers['set-cookie']?.length }).toEqual({ status: 200, cookies: 1 });
    expect(text).toContain('http-equiv="refresh" content="0;url=/"');
  });

  it('has tickets for the command line of a browser: each opens once, and only for two minutes', async () => {
    const open = async (ticket: string): Promise<number> =>
      (await ask(host.port, { path: `/?token=${ticket}` })).status;
    const ticket = ticketOf(host.running.token);
    expect([await open(ticket), await open(ticket)]).toEqual([302, 401]);
    expect(await open(ticketOf('another token'))).toBe(401);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 121_000 });
    const old = ticketOf(host.running.token);
    vi.useRealTimers();
    expect(await open(old)).toBe(401);
  });

  it('is not told by the proof for a second start, and a proof makes no ticket', async () => {
    const stamp = `${Date.now()}.x`;
    for (const challenge of [stamp, `ticket ${stamp}`]) {
      const { text: proof } = await ask(host.port, { path: `/identity?challenge=${encodeURIComponent(challenge)}` });
      expect(proof).not.toContain(host.running.token);
      expect((await ask(host.port, { path: `/?token=${stamp}.${proof}` })).status).toBe(401);
    }
  });

  it('of yesterday leads on where the browser has today’s cookie (a bookmark of the printed address)', async () => {
    const cookie = await enter(host);
    expect(await ask(host.port, { path: '/?token=old', headers: { cookie } })).toMatchObject({ status: 302 });
  });

  it.skipIf(process.platform === 'win32')('and the cookie’s secret lie in files that only their owner reads', () => {
    for (const name of ['session.json', 'running.json']) {
      expect(statSync(join(dir, 'home', 'browser-host', name)).mode & 0o777).toBe(0o600);
    }
  });
});

describe('without the cookie', () => {
  it.each(['/', '/runs/abc', '/assets/index-Cr-hG2oQ.js', '/downloads/x', '/nothing.js'])(
    '%s tells nothing',
    async (path) => {
      for (const cookie of [
        '',
        'graft-000000000000=x',
        (await enter(host)).replace(/=.*/, '=wrong'),
        `x${await enter(host)}`,
      ]) {
        const { status, text } = await ask(host.port, { path, headers: { cookie } });
        expect(status).toBe(401);
        expect(text).not.toContain(page);
      }
    },
  );
});

describe('a page elsewhere', () => {
  const foreignHosts = ['evil.example', 'evil.example:80', '127.0.0.1', 'localhost:1', '127.0.0.1.evil.example'];

  it.each(foreignHosts)('whose name %s was bound to this machine gets nothing, cookie or not', async (name) => {
    const cookie = await enter(host);
    expect(await ask(host.port, { headers: { host: name, cookie } })).toMatchObject({ status: 403 });
    await expect(openSocket(host.port, { host: name, origin: `http://${name}`, cookie })).rejects.toThrow('403');
  });

  it.each(['http://evil.example', 'null', 'http://127.0.0.1', 'http://127.0.0.1:1', undefined])(
    'with the origin %s writes nothing and opens no socket, cookie or not',
    async (origin) => {
      const headers: Record<string, string> = { cookie: await enter(host), ...(origin !== undefined && { origin }) };
      for (const [method, path] of [
        ['POST', '/uploads'],
        ['PUT', '/uploads/x/y'],
        ['DELETE', '/uploads/x'],
        ['POST', '/'],
      ]) {
        expect(
          await ask(host.port, {
            ...(method !== undefined && { method }),
            ...(path !== undefined && { path }),
            headers,
          }),
        ).toMatchObject({ status: 403 });
      }
      await expect(openSocket(host.port, headers)).rejects.toThrow('403');
    },
  );

  it('opens no socket without the cookie, even from the right origin', async () => {
    await expect(openSocket(host.port, { origin: originOf(host) })).rejects.toThrow('403');
    await expect(openSocket(host.port, { origin: originOf(host), cookie: 'graft-000000000000=x' })).rejects.toThrow(
      '403',
    );
  });
});

it('answers to localhost too, with an origin of the same name', async () => {
  const cookie = await enter(host);
  const name = `localhost:${host.port}`;
  expect(await ask(host.port, { headers: { host: name, cookie } })).toMatchObject({ status: 200, text: page });
  await openSocket(host.port, { host: name, origin: `http://${name}`, cookie });
  await expect(openSocket(host.port, { host: name, origin: originOf(host), cookie })).rejects.toThrow('403');
});

it('every answer has the strict policy: pages, files, refusals, redirects, errors', async () => {
  const cookie = await enter(host);
  const asked = [
    { headers: { cookie } },
    { path: '/assets/index-Cr-hG2oQ.js', headers: { cookie } },
    {},
    { headers: { host: 'evil.example' } },
    { path: `/${new URL(addressOf(host.running)).search}` },
    { path: '/downloads/none', headers: { cookie } },
    { path: '/%00', headers: { cookie } },
    { path: '/gone.js', headers: { cookie } },
  ];
  for (const one of asked) {
    const { headers } = await ask(host.port, one);
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; ` +
        `connect-src 'self' ws://127.0.0.1:${host.port} ws://localhost:${host.port}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
  }
});

describe('files', () => {
  it('are those of the build: the page for every screen, hashed files for ever, nothing else', async () => {
    const headers = { cookie: await enter(host) };
    const cache = async (path: string) => (await ask(host.port, { path, headers })).headers['cache-control'];
    for (const path of ['/', '/index.html', '/runs/abc', '/%E8%A8%98%E9%8C%B2']) {
      expect(await ask(host.port, { path, headers })).toMatchObject({ status: 200, text: page });
      expect(await cache(path)).toBe('no-cache');
    }
    expect(await ask(host.port, { path: '/assets/index-Cr-hG2oQ.js', headers })).toMatchObject({ text: script });
    expect(await cache('/assets/index-Cr-hG2oQ.js')).toContain('immutable');
    expect(await cache('/icon.svg')).toBe('no-cache');
    for (const path of ['/.built', '/assets/gone-Cr-hG2oQ.js', '/rpc']) {
      expect(await ask(host.port, { path, headers })).toMatchObject({ status: 404 });
    }
  });

  it('outside the build cannot be reached, however the path is written', async () => {
    const secret = 'the secret of a neighbour';
    writeFileSync(join(dir, 'secret.txt'), secret);
    const headers = { cookie: await enter(host) };
    const steps = [
      '..',
      '.',
      '%2e%2e',
      '%2E.',
      '..%2f',
      '..%5c',
      '\\..',
      '%00',
      '%c0%ae%c0%ae',
      '....',
      'assets',
      '',
      '%252e%252e',
    ];
    const ends = [
      'secret.txt',
      'secret%2etxt',
      'secret.txt%00.js',
      'home/graft.db',
      'home/browser-host/session.json',
      'etc/passwd',
    ];
    const path = fc.tuple(fc.array(fc.constantFrom(...steps), { maxLength: 6 }), fc.constantFrom(...ends));
    await fc.assert(
      fc.asyncProperty(
        path,
        fc.constantFrom('/', '//', '/assets/', `${join(dir, 'renderer')}/`, 'http://x/'),
        async ([middle, end], start) => {
          const { status, text } = await ask(host.port, { path: start + [...middle, end].join('/'), headers });
          expect([400, 404, 200]).toContain(status);
          if (status === 200) expect(text).toBe(page);
        },
      ),
      { numRuns: 150 },
    );
  });
});
