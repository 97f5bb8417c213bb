import { EventEmitter } from 'node:events';
import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { answerWindow } from '../../electron/appProtocol.ts';
import { isOwnPage } from '../../electron/origin.ts';
import { restrictAllContents } from '../../electron/windowPolicy.ts';
import { readRenderer } from '../../main/hosts/browserHost/rendererFiles.ts';
import { page, writeRenderer } from '../hosts/browserHost/hostFixture.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

function restricted() {
  const app = new EventEmitter();
  const outside: string[] = [];
  const asked: Record<string, unknown> = {};
  const session = {
    setPermissionRequestHandler: (handler: unknown) => (asked['request'] = handler),
    setPermissionCheckHandler: (handler: unknown) => (asked['check'] = handler),
    setDevicePermissionHandler: (handler: unknown) => (asked['device'] = handler),
  };
  const contents = Object.assign(new EventEmitter(), {
    session,
    setWindowOpenHandler: (handler: unknown) => (asked['open'] = handler),
  });
  restrictAllContents(app as unknown as Parameters<typeof restrictAllContents>[0], (url) => outside.push(url));
  app.emit('web-contents-created', {}, contents);
  const isHeldBack = (name: string, url: string): boolean => {
    let held = false;
    contents.emit(name, { url, preventDefault: () => (held = true) });
    return held;
  };
  return { outside, asked, isHeldBack };
}

describe('a window', () => {
  it.each(['https://example.org/', 'file:///etc/passwd', 'app://other/', 'data:text/html,x', 'graft://runs'])(
    'does not go to %s',
    (url) => {
      const { isHeldBack } = restricted();
      expect([isHeldBack('will-frame-navigate', url), isHeldBack('will-redirect', url)]).toEqual([true, true]);
    },
  );

  it('goes to its own pages, embeds nothing, and gets no permission', () => {
    const { isHeldBack, asked } = restricted();
    expect(isHeldBack('will-frame-navigate', 'app://graft/runs/a')).toBe(false);
    expect(isHeldBack('will-attach-webview', '')).toBe(true);
    const decided: boolean[] = [];
    (asked['request'] as (c: unknown, p: string, d: (allowed: boolean) => void) => void)({}, 'media', (allowed) =>
      decided.push(allowed),
    );
    expect([decided, (asked['check'] as () => boolean)(), (asked['device'] as () => boolean)()]).toEqual([
      [false],
      false,
      false,
    ]);
  });

  it('opens no other window; addresses of the web go to the browser, others nowhere (a link that runs a program)', () => {
    const { asked, outside } = restricted();
    const open = asked['open'] as (details: { url: string }) => unknown;
    const urls = [
      'https://example.org/a',
      'file:///bin/sh',
      'smb://evil/x',
      'javascript:alert(1)',
      'http://example.org/',
    ];
    expect(urls.map((url) => open({ url }))).toEqual(urls.map(() => ({ action: 'deny' })));
    expect(outside).toEqual(['https://example.org/a', 'http://example.org/']);
  });

  it('has one origin, whatever an address looks like', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl({ validSchemes: ['app', 'https'] }),
          fc.string().map((text) => `app://graft${text}`),
        ),
        (url) => {
          if (!isOwnPage(url) || !URL.canParse(url)) return;
          const { protocol, host, username } = new URL(url);
          expect([protocol, host, username]).toEqual(['app:', 'graft', '']);
        },
      ),
    );
  });
});

describe('the window’s own scheme', () => {
  const answer = (url: string): Response => answerWindow(readRenderer(writeRenderer(temporaryDir())), url);

  it('gives the files of the build, and the page for every address of a screen', async () => {
    const script = answer('app://graft/assets/index-Cr-hG2oQ.js');
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
    for (const address of ['/', '/runs/abc', '/chat?new=1'])
      expect(await answer(`app://graft${address}`).text()).toBe(page);
  });

  it.each([
    'app://graft/assets/missing.js',
    'app://graft/..%2f..%2fpackage.json',
    'app://graft/%2e%2e/%2e%2e/package.json',
    'app://graft/.built',
    'app://graft/%',
    'app://other/',
    'file:///etc/passwd',
  ])('has nothing at %s', (url) => expect(answer(url).status).toBe(404));

  it('puts the policy on every answer, also on a refusal', () => {
    for (const url of ['app://graft/', 'app://graft/missing.js']) {
      const policy = answer(url).headers.get('content-security-policy');
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe|\*/);
    }
  });
});
