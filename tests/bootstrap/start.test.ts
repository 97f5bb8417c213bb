import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installedCheckout, makeCheckout, runProgram, start } from './checkout.ts';
import { sendSignal } from '../support/sendSignal.ts';

const installing = 'Installing the dependencies';

describe('the first start', () => {
  it('installs, says so on stderr, and leaves stdout to the command', async () => {
    const checkout = makeCheckout();
    const first = await start(checkout, ['doctor', '0', '--json']);
    expect(first.stderr).toContain(installing);
    expect(JSON.parse(first.stdout)).toEqual({ command: 'doctor', rest: ['0', '--json'], cwd: checkout });
    expect(first.status).toBe(0);
    const second = await start(checkout, ['doctor']);
    expect(second.stderr).toBe('');
  });

  it('is one installation when two start at once, and both run', async () => {
    const checkout = makeCheckout();
    const both = await Promise.all([start(checkout, ['one']), start(checkout, ['two'])]);
    expect(both.map(({ stdout }) => JSON.parse(stdout).command)).toEqual(['one', 'two']);
    expect(both.filter(({ stderr }) => stderr.includes(installing))).toHaveLength(1);
    expect(readdirSync(checkout).filter((name) => name.includes('lock'))).toEqual(['package-lock.json']);
  });

  it('is done again after one that was interrupted', async () => {
    const checkout = makeCheckout();
    mkdirSync(join(checkout, 'node_modules', 'half'), { recursive: true });
    const { stderr } = await start(checkout, ['doctor']);
    expect(stderr).toContain(installing);
    expect(existsSync(join(checkout, 'node_modules', 'half'))).toBe(false);
  });

  it('takes over the lock of a killed one', async () => {
    const checkout = makeCheckout();
    const lock = join(checkout, '.graft-install.lock');
    mkdirSync(lock);
    utimesSync(lock, 1, 1);
    expect((await start(checkout, ['doctor'])).status).toBe(0);
    expect(existsSync(lock)).toBe(false);
  });

  it('installs again when the lock file asks for another version', async () => {
    const checkout = makeCheckout();
    await start(checkout, ['doctor']);
    const lockFile = join(checkout, 'package-lock.json');
    for (const file of [lockFile, join(checkout, 'dependency', 'package.json')]) {
      writeFileSync(file, readFileSync(file, 'utf8').replace(/("some-dependency","version":)"1.0.0"/, '$1"1.0.1"'));
    }
    expect((await start(checkout, ['doctor'])).stderr).toContain(installing);
  });

  it('does not install again what npm itself has installed from the lock file', async () => {
    const checkout = makeCheckout();
    await start(checkout, ['doctor']);
    rmSync(join(checkout, 'node_modules', '.graft-installed'));
    expect((await start(checkout, ['doctor'])).stderr).toBe('');
  });

  it('says that npm failed, and does not run the command', async () => {
    const checkout = makeCheckout();
    rmSync(join(checkout, 'package.json'));
    const { status, stdout, stderr } = await start(checkout, ['doctor']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('npm ci ended with status');
  });
});

describe('start', () => {
  it.each([
    [[], { command: 'studio', rest: [] }],
    [['--port', '8080', '--no-open'], { command: 'studio', rest: ['--port', '8080', '--no-open'] }],
    [['studio', '--json'], { command: 'studio', rest: ['--json'] }],
    [['--help'], { command: '--help', rest: [] }],
    [['demo'], { command: 'demo', rest: [] }],
  ])('%j runs %j', async (args, ran) => {
    expect(JSON.parse((await start(await installedCheckout(), args)).stdout)).toMatchObject(ran);
  });

  it("gives back the command's exit status", async () => {
    expect((await start(await installedCheckout(), ['doctor', '2'])).status).toBe(2);
  });

  it("through npm: runs in the caller's folder, with nothing else on stdout, also the first time", async () => {
    const checkout = await installedCheckout();
    const callersFolder = join(checkout, 'some', 'folder');
    mkdirSync(callersFolder, { recursive: true });
    const { stdout, status } = await runProgram(['npm', 'start', '--silent', '--', 'import', '3'], {
      cwd: callersFolder,
    });
    expect(JSON.parse(stdout)).toEqual({ command: 'import', rest: ['3'], cwd: callersFolder });
    expect(status).toBe(3);
  });

  it('does not take the folder of an npm further out for the caller’s', async () => {
    const checkout = await installedCheckout();
    const { stdout } = await start(checkout, ['doctor'], { env: { INIT_CWD: '/', npm_lifecycle_event: 'test' } });
    expect(JSON.parse(stdout).cwd).toBe(checkout);
  });

  it.each([
    ['SIGINT', 'interrupted'],
    ['SIGTERM', 'stopping'],
  ] as const)('passes %s on once, lets the command finish, and returns its status', async (signal, word) => {
    let sent = false;
    const onStdout: Parameters<typeof start>[2] = {
      onStdout: (child, soFar) => {
        if (sent || !soFar.includes('ready')) return;
        sent = true;
        child.kill(signal);
        child.kill(signal); // as npm does, which passes on what the terminal sent already
      },
    };
    const { stdout, status } = await start(await installedCheckout(), ['wait'], onStdout);
    expect(stdout.split('\n')).toEqual(['ready', word, '']);
    expect(status).toBe(130);
  });
});

describe('what npm start has started ends with it', () => {
  /** Once the program has printed this. */
  const killed = (word: string, signal: NodeJS.Signals): Parameters<typeof runProgram>[1] => {
    let sent = false;
    const end = (child: ChildProcess, soFar: string): void => {
      if (sent || !soFar.includes(word)) return;
      sent = true;
      child.kill(signal);
    };
    return { onStdout: end, onStderr: end };
  };
  const npmStart = (...args: readonly string[]): [string, ...string[]] => ['npm', 'start', '--silent', '--', ...args];

  // npm gives SIGTERM to the shell between us alone, and of SIGKILL nobody tells.
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'after %s to npm: the command is asked to stop, and nothing is left',
    async (signal) => {
      const checkout = await installedCheckout();
      // until all have let go of its output
      const { stdout } = await runProgram(npmStart('wait'), { cwd: checkout, ...killed('ready', signal) });
      expect(stdout.split('\n')).toEqual(['ready', 'stopping', '']);
    },
  );

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'after %s to npm while the screens are built: nothing is opened',
    async (signal) => {
      const checkout = await installedCheckout();
      writeFileSync(join(checkout, 'renderer', 'endless'), '');
      const { stdout } = await runProgram(npmStart(), { cwd: checkout, ...killed('Building', signal) });
      expect(stdout).toBe('');
      expect(existsSync(join(checkout, '.graft-install.lock'))).toBe(false);
    },
  );

  it('goes on when the shell of a program started without npm goes away, as with nohup', async () => {
    const checkout = await installedCheckout();
    let afterAWhile = '';
    const onStdout = (_: ChildProcess, soFar: string): void => {
      if (!soFar.endsWith('ready\n')) return;
      setTimeout(() => {
        afterAWhile = soFar;
        sendSignal(Number(soFar.split('\n')[0]), 'SIGTERM');
      }, 1_500);
    };
    const script = `"${process.execPath}" main/bootstrap/start.mjs wait & echo $!`;
    const { stdout } = await runProgram(['sh', '-c', script], { cwd: checkout, onStdout });
    expect(stdout).toBe(`${afterAWhile}stopping\n`);
  });
});

const building = "Building Graft's screens";
const builds = (checkout: string): number => readFileSync(join(checkout, 'builds.log'), 'utf8').split(' ').length - 1;
const built = (checkout: string): string => readFileSync(join(checkout, 'dist', 'renderer', 'index.html'), 'utf8');

describe('the screens', () => {
  it('are built by the first start of the studio, and again only when what they are made from changed', async () => {
    const checkout = await installedCheckout();
    expect((await start(checkout, [])).stderr).toContain(building);
    expect((await start(checkout, [])).stderr).toBe('');
    utimesSync(join(checkout, 'renderer', 'index.html'), 1, 1);
    expect((await start(checkout, [])).stderr).toBe('');
    writeFileSync(join(checkout, 'renderer', 'index.html'), 'better screens');
    expect((await start(checkout, [])).stderr).toContain(building);
    writeFileSync(join(checkout, 'main', 'contract', 'errors.ts'), '// new');
    expect((await start(checkout, [])).stderr).toContain(building);
    expect({ built: built(checkout), builds: builds(checkout) }).toEqual({ built: 'better screens', builds: 3 });
  });

  it('are not built for another command, nor for help', async () => {
    const checkout = await installedCheckout();
    for (const args of [['doctor'], ['--help'], ['studio', '--help']]) await start(checkout, args);
    expect(existsSync(join(checkout, 'dist'))).toBe(false);
  });

  it('are built once when two start at once', async () => {
    const checkout = await installedCheckout();
    await start(checkout, ['doctor']);
    const both = await Promise.all([start(checkout, []), start(checkout, [])]);
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    expect(builds(checkout)).toBe(1);
  });

  it('that do not build are told with what the build says, and what was built before stays', async () => {
    const checkout = await installedCheckout();
    await start(checkout, []);
    writeFileSync(join(checkout, 'renderer', 'broken'), '');
    const { status, stdout, stderr } = await start(checkout, []);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('7:1 unexpected token');
    expect(built(checkout)).toBe('the screens');
    rmSync(join(checkout, 'renderer', 'broken'));
    expect((await start(checkout, [])).status).toBe(0);
  });
});
