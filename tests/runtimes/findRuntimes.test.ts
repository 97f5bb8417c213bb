import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultCacheDir } from '../../main/runtimes/cacheDir.ts';
import { findRuntime, listRuntimes } from '../../main/runtimes/findRuntimes.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

describe('defaultCacheDir', () => {
  it.each([
    ['GRAFT_CACHE before all', { GRAFT_CACHE: '/own', XDG_CACHE_HOME: '/xdg' }, 'linux', '/own'],
    ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/xdg' }, 'linux', join('/xdg', 'graft')],
    ['an empty variable as none', { GRAFT_CACHE: '', XDG_CACHE_HOME: '' }, 'linux', join(homedir(), '.cache', 'graft')],
    ['the Mac folder', { XDG_CACHE_HOME: '/xdg' }, 'darwin', join(homedir(), 'Library', 'Caches', 'graft')],
    ['LOCALAPPDATA', { LOCALAPPDATA: '/local' }, 'win32', join('/local', 'graft')],
  ] as const)('takes %s', (_what, env, platform, expected) => {
    expect(defaultCacheDir(env, platform)).toBe(expected);
  });
});

describe('findRuntime', () => {
  it('takes the newest version by number, not by letter, and passes over folders that are not runtimes', () => {
    const cacheDir = temporaryDir();
    for (const version of ['2.9.1', '2.21.0']) {
      const dir = join(cacheDir, 'runtimes', `some-${version}`);
      mkdirSync(dir, { recursive: true });
      writeFileSync(
        join(dir, 'runtime.json'),
        JSON.stringify({ id: 'some', version, platform: 'any', wheels: [], files: [] }),
      );
    }
    mkdirSync(join(cacheDir, 'runtimes', 'stray'));
    expect(findRuntime('some', cacheDir)?.version).toBe('2.21.0');
    expect(listRuntimes(cacheDir)).toHaveLength(2);
  });

  it('finds nothing in a cache that is not there yet', () => {
    expect(findRuntime('some', join(tmpdir(), 'graft-no-such-cache'))).toBeUndefined();
  });
});
