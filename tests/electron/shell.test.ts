/**
 * The compiled app from its entry on: only Electron itself is a stand-in; studio, engine, ports and processes are real.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { shellChannels } from '../../main/contract/shell.ts';
import type { Task, TaskTicket } from '../../main/contract/tasks.ts';
import { openStudio } from '../../main/studio/openStudio.ts';
import { type Client, page } from '../hosts/browserHost/hostFixture.ts';
import { compileApp } from './compiledApp.ts';
import { ownFrame, ShellProcess } from './ShellProcess.ts';
import type { Said } from './standIn/protocol.ts';

const dir = mkdtempSync(join(tmpdir(), 'graft-shell-'));
let entry: string;

beforeAll(async () => {
  entry = await compileApp(join(dir, 'app'));
}, 240_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const isLoad = (said: Said): said is Extract<Said, { said: 'load' }> => said.said === 'load';

async function openShell(name: string, args: readonly string[] = []): Promise<ShellProcess> {
  const shell = new ShellProcess({ entry, dir: join(dir, name), args });
  await shell.heard(isLoad);
  return shell;
}

async function resultOf<Result>(api: Client, { taskId }: TaskTicket<Result>): Promise<Result> {
  let last: Task | undefined;
  for await (const task of await api.tasks.watch({ id: taskId })) last = task;
  expect(last).toMatchObject({ state: 'succeeded', error: null });
  return last?.result as Result;
}

const soon = { timeout: 120_000, interval: 50 };

describe('the window', () => {
  it('is sandboxed, on our own scheme, and gets the page under the policy of the browser host and nothing outside it', async () => {
    const shell = await openShell('window');
    const { windowOptions, schemes, isSandboxed, userData } = await shell.look();
    expect(windowOptions).toMatchObject({
      webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false },
    });
    const { preload } = windowOptions?.['webPreferences'] as { preload: string };
    expect([existsSync(preload), isSandboxed]).toEqual([true, true]);
    expect(schemes).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
    // a move of the data folder would take Chromium's files along
    expect(userData).not.toContain(join(dir, 'window', 'home'));
    const answered = await shell.ask({ do: 'fetch', url: 'app://graft/runs/abc?tab=log' });
    expect(answered).toMatchObject({ status: 200, text: page });
    expect((answered as { headers: object }).headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/default-src 'none'.*script-src 'self'.*connect-src 'self'/),
      'x-content-type-options': 'nosniff',
    });
    expect(await shell.ask({ do: 'fetch', url: 'app://other/index.html' })).toMatchObject({ status: 404 });
    await shell.ask({ do: 'emit', on: 'window', event: 'close' });
    expect(await shell.exited).toBe(0);
    expect(JSON.parse(readFileSync(join(userData, 'window.json'), 'utf8'))).toMatchObject({
      x: 10,
      y: 20,
      width: 1000,
      isMaximized: false,
    });
  });

  it('gets a port only as the main frame of our own page, and its requests are parsed', async () => {
    const shell = await openShell('frames');
    for (const frame of [
      { url: 'https://example.org/' },
      { url: 'app://graft.example.org/' },
      { ...ownFrame, isSubframe: true },
    ]) {
      expect(await shell.ask({ do: 'connect', frame })).toBeNull();
      await expect(shell.ask({ do: 'invoke', channel: shellChannels.pickFolder, args: [], frame })).rejects.toThrow(
        'Only the window',
      );
    }
    await expect(
      shell.ask({ do: 'invoke', channel: shellChannels.saveText, args: ['../../x', 'y'], frame: ownFrame }),
    ).rejects.toThrow();
    const { api } = await shell.connect();
    expect(await api.app.info()).toMatchObject({
      host: 'electron',
      dataFolder: join(dir, 'frames', 'home'),
      ownsQueue: true,
    });
    await expect(api.runs.get({ id: 'nothing' })).rejects.toMatchObject({ data: { code: 'notFound' } });
  });

  it('follows a deep link at the start, from a second instance and from the menu', async () => {
    const shell = await openShell('links', ['graft://adapters']);
    expect(await shell.heard(isLoad)).toEqual({ said: 'load', url: 'app://graft/adapters' });
    await shell.ask({
      do: 'emit',
      on: 'app',
      event: 'second-instance',
      args: [['graft', '--flag', 'graft://runs/abc']],
    });
    await shell.ask({ do: 'emit', on: 'app', event: 'second-instance', args: [['graft']] }); // only to the front
    await shell.ask({ do: 'emit', on: 'app', event: 'open-url', args: ['graft://elsewhere/abc'] });
    await shell.ask({ do: 'clickMenu', label: 'Doctor' });
    await shell.ask({ do: 'answer', paths: ['/data/my rows.csv'] });
    await shell.ask({ do: 'clickMenu', label: 'Import a dataset…' });
    await shell.look();
    const addresses = shell.said.flatMap((said) => (said.said === 'page' ? said.args : []));
    expect(addresses).toEqual(['/runs/abc', '/settings/doctor', '/datasets?import=path%3A%2Fdata%2Fmy+rows.csv']);
  });

  it('is one for each data folder: a second instance leaves the folder alone', async () => {
    const shell = new ShellProcess({ entry, dir: join(dir, 'second'), isSecond: true });
    expect(await shell.exited).toBe(0);
    expect(existsSync(join(dir, 'second', 'home'))).toBe(false);
  });

  it('that cannot open its data folder says why and ends (a process without a window for ever)', async () => {
    const shell = new ShellProcess({ entry, dir: join(dir, 'broken'), args: ['--home', join(entry, 'inside-a-file')] });
    expect(await shell.exited).toBe(1);
    expect(shell.said).toMatchObject([{ said: 'error', title: 'Graft', message: expect.any(String) }]);
  });
});

describe('the studio behind the window', () => {
  it('is exchanged by a move: the answer still comes, the ports end, and the next one has the other folder', async () => {
    const shell = await openShell('move');
    const { api, port } = await shell.connect();
    const changes = await api.changes.watch();
    await api.disk.move({ path: join(dir, 'move', 'elsewhere') });
    await shell.heard(
      (said): said is Extract<Said, { said: 'portClosed' }> => said.said === 'portClosed' && said.port === port,
    );
    await changes.return?.();
    const next = (await shell.connect()).api;
    expect(await next.app.info()).toMatchObject({ dataFolder: join(dir, 'move', 'elsewhere'), ownsQueue: true });
    await next.preferences.update({ language: 'ja', theme: 'dark' });
    await vi.waitFor(async () => expect((await shell.look()).menu).toContain('ファイル'), soon);
    expect((await shell.look()).theme).toBe('dark');
    expect(shell.output).toBe('');
  });

  it('trains in a utility process: shown, paused on battery, asked before a quit, and resumable after it', async () => {
    const shell = await openShell('train');
    const { api } = await shell.connect();
    await api.preferences.update({ pauseOnBattery: true });
    const { request } = await resultOf(api, await api.app.prepareFirstRun());
    const quick = { batchSize: 2, maxLength: 32, evaluationSplit: 0, evaluateEvery: 0, sampleTokens: 0 };
    const asked = { ...request, training: { ...(request.training as object), ...quick, steps: 20_000 } };
    const { id } = await api.runs.start(asked as unknown as Parameters<typeof api.runs.start>[0]);
    const stepOf = async (): Promise<number> => (await api.runs.get({ id })).step;
    const untilStep = async (least: number): Promise<void> =>
      vi.waitFor(async () => expect(await stepOf()).toBeGreaterThan(least), soon);
    await untilStep(0);
    await vi.waitFor(async () => expect((await shell.look()).progress).toBeGreaterThanOrEqual(0), soon);
    const { isAwake, utilities } = await shell.look();
    expect([isAwake, utilities.some((file) => file.endsWith(join('main', 'engine', 'process.js')))]).toEqual([
      true,
      true,
    ]);

    await shell.ask({ do: 'answer', onBattery: true });
    await shell.ask({ do: 'emit', on: 'power', event: 'on-battery' });
    await vi.waitFor(async () => expect((await api.runs.get({ id })).state).toBe('interrupted'), soon);
    await vi.waitFor(async () => expect((await shell.look()).isAwake).toBe(false), soon);
    expect((await shell.look()).notifications).toMatchObject([{ body: expect.stringContaining('battery') }]);
    const atPause = await stepOf();
    await shell.ask({ do: 'answer', onBattery: false });
    await shell.ask({ do: 'emit', on: 'power', event: 'on-ac' });
    await untilStep(atPause);

    expect(await shell.ask({ do: 'emit', on: 'window', event: 'close' })).toBe(true);
    await vi.waitFor(async () => expect((await shell.look()).questions).toHaveLength(1), soon);
    expect((await api.runs.get({ id })).state).toBe('running'); // kept open
    await shell.ask({ do: 'answer', button: 0 });
    await shell.ask({ do: 'emit', on: 'app', event: 'before-quit' });
    expect(await shell.exited).toBe(0);

    const studio = await openStudio({ home: join(dir, 'train', 'home'), cacheDir: join(dir, 'train', 'cache') });
    try {
      const run = studio.runHistory.get(id);
      expect(run).toMatchObject({ state: 'interrupted', resumable: true, adapterId: null });
      expect(run.step).toBeGreaterThan(atPause);
      expect(studio.adapters.list()).toEqual([]);
    } finally {
      await studio.close();
    }
    expect(shell.output).toBe('');
  });
});
