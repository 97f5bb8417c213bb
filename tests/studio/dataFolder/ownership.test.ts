import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataFolder } from '../../../main/studio/dataFolder/dataFolder.ts';
import type { DataFolder } from '../../../main/studio/dataFolder/dataFolder.ts';
import { enterDataFolder, FileLock } from '../../../main/studio/dataFolder/ownership.ts';

const mainDir = join(import.meta.dirname, '../../../main');
let home: string;
let folder: DataFolder;
let children: ChildProcess[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'graft-ownership-'));
  folder = openDataFolder(home);
  children = [];
});

afterEach(() => {
  children.forEach((child) => child.kill('SIGKILL'));
  rmSync(home, { recursive: true, force: true });
});

/** A child that runs `body` with the folder's modules and then waits to be killed; resolves with what it sent. */
async function inChild(body: string): Promise<{ readonly child: ChildProcess; readonly answer: unknown }> {
  const script = join(home, `child${children.length}.mts`);
  const source = `
    import { FileLock, enterDataFolder } from ${JSON.stringify(join(mainDir, 'studio/dataFolder/ownership.ts'))};
    import { layoutOf } from ${JSON.stringify(join(mainDir, 'studio/dataFolder/dataFolder.ts'))};
    const folder = layoutOf(${JSON.stringify(home)});
    setInterval(() => undefined, 1_000);
    ${body}`;
  writeFileSync(script, source);
  const child = fork(script, { execArgv: ['--disable-warning=ExperimentalWarning'] });
  children.push(child);
  const [answer] = (await once(child, 'message')) as [unknown];
  return { child, answer };
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('FileLock', () => {
  it('is held against other processes and dropped by kill -9 (a lock file that outlives its process)', async () => {
    const { child, answer } = await inChild(
      `const lock = new FileLock(folder.ownerLockFile); process.send(lock.tryAcquire());`,
    );
    expect(answer).toBe(true);
    const lock = new FileLock(folder.ownerLockFile);
    expect(lock.tryAcquire()).toBe(false);
    await killed(child);
    expect(lock.tryAcquire()).toBe(true);
    lock.release();
  });

  it('is held against the same process too (two studios in one process both owning the queue)', () => {
    const [first, second] = [new FileLock(folder.ownerLockFile), new FileLock(folder.ownerLockFile)];
    expect([first.tryAcquire(), second.tryAcquire()]).toEqual([true, false]);
    first.release();
    expect(second.tryAcquire()).toBe(true);
    second.release();
  });

  it('shares between readers, not with a writer', () => {
    const locks = [0, 1, 2].map(() => new FileLock(folder.presenceLockFile));
    expect(locks[0].tryAcquire('shared')).toBe(true);
    expect(locks[1].tryAcquire('shared')).toBe(true);
    expect(locks[2].tryAcquire('exclusive')).toBe(false);
    locks[0].release();
    locks[1].release();
    expect(locks[2].tryAcquire('exclusive')).toBe(true);
    locks[2].release();
  });

  it('is not dropped by a child process that ends (a lock inherited and let go by an engine)', async () => {
    const lock = new FileLock(folder.ownerLockFile);
    expect(lock.tryAcquire()).toBe(true);
    const { child } = await inChild(`process.send('here');`);
    await killed(child);
    const { answer } = await inChild(`process.send(new FileLock(folder.ownerLockFile).tryAcquire());`);
    expect(answer).toBe(false);
    lock.release();
  });
});

describe('enterDataFolder', () => {
  it('tells the first that it is alone and the second that it is not', async () => {
    const first = await enterDataFolder(folder);
    first.settle();
    const { child, answer } = await inChild(
      `const presence = await enterDataFolder(folder); presence.settle(); process.send(presence.alone);`,
    );
    expect([first.alone, answer]).toEqual([true, false]);
    expect(first.tryBecomeAlone()).toBe(false);
    await killed(child);
    expect(first.tryBecomeAlone()).toBe(true);
    first.leave();
  });

  it('keeps others out until the first has settled, and says so (a migration under another process)', async () => {
    const first = await enterDataFolder(folder);
    await expect(enterDataFolder(folder, 60)).rejects.toMatchObject({ code: 'conflict' });
    first.settle();
    const second = await enterDataFolder(folder, 60);
    expect(second.alone).toBe(false);
    second.leave();
    first.leave();
  });

  it('is open again after a process died while it entered', async () => {
    const { child } = await inChild(`globalThis.presence = await enterDataFolder(folder); process.send('in');`);
    await killed(child);
    const presence = await enterDataFolder(folder, 60);
    expect(presence.alone).toBe(true);
    presence.leave();
  });
});
