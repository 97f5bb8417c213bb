import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findElectron, hasDisplay, startElectron, wantsDesktop } from '../../main/bootstrap/electronApp.mjs';
import { temporaryDir } from '../support/temporaryDir.ts';

const root = join(import.meta.dirname, '..', '..');

describe('the desktop window', () => {
  it('is there where its binary is: in its package, or in the folder that the environment names', () => {
    const folder = temporaryDir();
    const place = (...parts: string[]): string => {
      const file = join(folder, ...parts);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, '');
      return file;
    };
    expect(findElectron(folder, {}, 'linux')).toBeUndefined();
    const own = place('node_modules', 'electron', 'dist', 'electron');
    const other = place('elsewhere', 'electron.exe');
    expect(findElectron(folder, {}, 'linux')).toBe(own);
    expect(findElectron(folder, {}, 'darwin')).toBeUndefined();
    expect(findElectron(folder, { ELECTRON_OVERRIDE_DIST_PATH: dirname(other) }, 'win32')).toBe(other);
  });

  it('is shown on a display, and not where somebody is logged in from afar', () => {
    expect(hasDisplay({}, 'linux')).toBe(false);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({}, 'darwin')).toBe(true);
    expect(hasDisplay({ SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, 'darwin')).toBe(false);
  });

  it.each([
    [[], true],
    [['--home', '/data'], true],
    [['--home=/data'], true],
    [['--no-open'], false],
    [['--home', '/data', '--port', '8080'], false],
  ])('for the arguments %j: %s', (args, wanted) => expect(wantsDesktop(args)).toBe(wanted));

  it.skipIf(process.platform === 'win32')(
    'is started as a window in the caller’s folder, whatever terminal that is',
    async () => {
      const dir = temporaryDir();
      const binary = join(dir, 'electron');
      writeFileSync(
        binary,
        `#!/bin/sh\nprintf '%s\\n' "$PWD" "$@" "as node: $ELECTRON_RUN_AS_NODE" > "${dir}/told"\nexit 3\n`,
      );
      chmodSync(binary, 0o755);
      const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
      const [code] = (await once(startElectron(binary, root, { args: ['--home', 'here'], cwd: dir, env }), 'exit')) as [
        number,
      ];
      const told = readFileSync(join(dir, 'told'), 'utf8').trim().split('\n');
      expect([code, told.map((line) => line.trim())]).toEqual([3, [dir, root, '--home', 'here', 'as node:']]);
    },
  );
});
