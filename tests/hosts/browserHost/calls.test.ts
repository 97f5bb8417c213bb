import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Change } from '../../../main/contract/changes.ts';
import { dressPage } from '../../../main/hosts/browserHost/BrowserHost.ts';
import { openStudio } from '../../../main/studio/openStudio.ts';
import { enginesHere } from '../../support/enginesHere.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { ask, originOf, openSocket, openWindow, startHost, wireErrorOf } from './hostFixture.ts';

enginesHere();

describe('calls over the socket', () => {
  it('are typed calls of the studio', async () => {
    const dir = temporaryDir();
    const { client } = await openWindow(await startHost(dir));
    expect(await client.app.info()).toMatchObject({
      host: 'browser',
      dataFolder: join(dir, 'home'),
      ownsQueue: true,
      threads: expect.any(Number),
    });
    const machine = await client.app.watchMachine();
    expect((await machine.next()).value).toMatchObject({
      backend: 'wasm',
      device: 'cpu',
      usedMemoryBytes: expect.any(Number),
    });
    await machine.return?.();
    expect((await client.preferences.update({ theme: 'dark' })).theme).toBe('dark');
  });

  it('that change theme or language show in the next page before its first paint', () => {
    const page = Buffer.from('<!doctype html><html lang="en"><body></body></html>');
    expect(dressPage(page, { theme: 'dark', language: 'ja' }).toString()).toContain(
      '<html lang="ja" data-theme="dark">',
    );
    expect(dressPage(page, { theme: 'system', language: 'system' })).toEqual(page);
  });

  it('fail with the GraftError itself; an input that does not hold names its fields', async () => {
    const { client } = await openWindow(await startHost(temporaryDir()));
    expect(await wireErrorOf(client.tasks.get({ id: 'none' }))).toMatchObject({
      code: 'notFound',
      data: { remedy: expect.any(String) },
    });
    expect(await wireErrorOf(client.preferences.update({ smoothing: 7 }))).toMatchObject({
      code: 'invalid',
      data: { problems: [{ field: 'smoothing' }] },
    });
  });

  it('of two windows meet: what one writes the other hears', async () => {
    const host = await startHost(temporaryDir());
    const [one, other] = [await openWindow(host), await openWindow(host)];
    const changes = await other.client.changes.watch();
    const heard = changes.next();
    await vi.waitFor(async () => {
      await one.client.preferences.update({ language: 'ja' });
      const told = await Promise.race([
        heard,
        new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 200)),
      ]);
      expect((told?.value as Change | undefined)?.topics).toContain('preferences');
    });
  });

  it('a stream ends in the studio when its window goes away', async () => {
    const host = await startHost(temporaryDir());
    const { client, socket } = await openWindow(host);
    const begun = vi.spyOn(globalThis, 'setInterval');
    const ended = vi.spyOn(globalThis, 'clearInterval');
    void (await client.changes.watch()).next().catch(() => undefined);
    await client.app.info();
    const looking = begun.mock.results.at(-1)?.value; // the feed looks for changes as long as somebody watches
    expect(ended).not.toHaveBeenCalledWith(looking);
    socket.terminate();
    await vi.waitFor(() => expect(ended).toHaveBeenCalledWith(looking));
    vi.restoreAllMocks();
  });

  it('a message that is no call, or too large a one, ends at most its own socket', async () => {
    const host = await startHost(temporaryDir());
    const { client, cookie } = await openWindow(host);
    const rude = await openSocket(host.port, { cookie, origin: originOf(host) });
    rude.send('no call at all');
    rude.send(Buffer.alloc(17 * 2 ** 20));
    await once(rude, 'close');
    expect((await client.app.info()).host).toBe('browser');
  });
});

describe('another studio in the place of this one', () => {
  async function makeBackup(dir: string): Promise<string> {
    const studio = await openStudio({ home: join(dir, 'home') });
    studio.preferences.update({ theme: 'dark' });
    await studio.dataFolder.backup(join(dir, 'backup.tar'));
    studio.preferences.update({ theme: 'light' });
    await studio.close();
    return join(dir, 'backup.tar');
  }

  it('after a restore every window is told to come again, and finds what was restored', async () => {
    const dir = temporaryDir();
    const path = await makeBackup(dir);
    const host = await startHost(dir);
    const [asking, watching] = [await openWindow(host), await openWindow(host)];
    const closed = Promise.all([once(asking.socket, 'close'), once(watching.socket, 'close')]);
    expect((await watching.client.preferences.get()).theme).toBe('light');
    expect(await asking.client.disk.restore({ from: { path } })).toBeNull();
    expect((await closed).map(([code]) => code)).toEqual([1012, 1012]);
    const { client } = await openWindow(host);
    expect((await client.preferences.get()).theme).toBe('dark');
  });

  it('a backup that does not hold is refused, and neither studio nor windows notice', async () => {
    const dir = temporaryDir();
    const host = await startHost(dir);
    const { client, socket } = await openWindow(host);
    const path = join(dir, 'bad.tar');
    writeFileSync(path, 'no archive');
    expect((await wireErrorOf(client.disk.restore({ from: { path } }))).code).toBe('integrity');
    expect((await wireErrorOf(client.disk.restore({ from: { path: join(dir, 'gone.tar') } }))).code).toBe('notFound');
    expect((await wireErrorOf(client.disk.restore({ from: { path: 'backup.tar' } }))).code).toBe('invalid');
    expect(socket.readyState).toBe(socket.OPEN);
    expect((await client.app.info()).ownsQueue).toBe(true);
  });

  it('after a move the host goes on in the new place, with its cookie, its lock and its uploads there', async () => {
    const dir = temporaryDir();
    const host = await startHost(dir);
    const { client, cookie } = await openWindow(host);
    const path = join(dir, 'moved', 'here');
    await client.disk.move({ path });
    const headers = { cookie, origin: originOf(host) };
    expect(host.dataFolder).toBe(path);
    expect((await ask(host.port, { method: 'POST', path: '/uploads', headers })).status).toBe(201);
    expect(readdirSync(join(path, 'browser-host', 'transfers'))).toEqual(['uploads']);
    expect(existsSync(join(path, 'browser-host', 'running.json'))).toBe(true);
    const window = await openWindow(host);
    expect(window.cookie).toBe(cookie);
    expect((await window.client.app.info()).dataFolder).toBe(path);
  });

  it('a move to a place that is taken changes nothing', async () => {
    const dir = temporaryDir();
    const host = await startHost(dir);
    const { client } = await openWindow(host);
    writeFileSync(join(dir, 'taken'), '');
    expect((await wireErrorOf(client.disk.move({ path: dir }))).code).toBe('invalid');
    expect((await client.app.info()).dataFolder).toBe(join(dir, 'home'));
  });

  it('while another Graft uses the folder is refused', async () => {
    const dir = temporaryDir();
    const path = await makeBackup(dir);
    const host = await startHost(dir);
    const other = await openStudio({ home: join(dir, 'home') });
    const { client } = await openWindow(host);
    expect((await wireErrorOf(client.disk.restore({ from: { path } }))).code).toBe('conflict');
    await other.close();
    expect(await client.disk.restore({ from: { path } })).toBeNull();
  });
});
