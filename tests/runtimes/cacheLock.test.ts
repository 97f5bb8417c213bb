import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withCacheLock } from '../../main/runtimes/cacheLock.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

describe('withCacheLock', () => {
  it('waits while another process holds the lock, and has it as soon as that one is killed', async () => {
    const lockFile = join(temporaryDir(), '.lock');
    const holder = spawn(process.execPath, [fileURLToPath(new URL('lockHolder.ts', import.meta.url)), lockFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    const onWait = (): void => void holder.kill('SIGKILL');
    expect(await withCacheLock(lockFile, async () => holder.killed, { onWait })).toBe(true);
  });

  it('can be given up while waiting', async () => {
    const lockFile = join(temporaryDir(), '.lock');
    const cancel = new AbortController();
    await withCacheLock(lockFile, async () => {
      const second = withCacheLock(lockFile, async () => 'had it', {
        signal: cancel.signal,
        onWait: () => cancel.abort(),
      });
      await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    });
  });

  it('gives the lock back when the work fails', async () => {
    const lockFile = join(temporaryDir(), '.lock');
    await expect(withCacheLock(lockFile, () => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
    expect(await withCacheLock(lockFile, async () => 'free')).toBe('free');
  });
});
