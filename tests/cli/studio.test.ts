/** The command `studio` as `npm start` runs it: the real build of the renderer, a real process, until Ctrl-C. */
import { once } from 'node:events';
import { join } from 'node:path';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildRenderer } from '../../main/bootstrap/build.mjs';
import { hasDisplay } from '../../main/cli/openBrowser.ts';
import { ask } from '../hosts/browserHost/hostFixture.ts';
import { enginesHere } from '../support/enginesHere.ts';
import { fixturePath } from '../support/fixtures.ts';
import { waitForState, waitForStep } from '../support/runProgress.ts';
import { temporaryDir } from '../support/temporaryDir.ts';
import { runCli, startCli } from './runCli.ts';

enginesHere();

const root = join(import.meta.dirname, '..', '..');

beforeAll(async () => {
  await buildRenderer(root, process.execPath);
}, 120_000);

interface Started {
  readonly child: ChildProcess;
  readonly told: { readonly address: string; readonly home: string; readonly running: boolean };
}

async function startStudio(home: string): Promise<Started> {
  const child = startCli(['studio', '--no-open', '--json'], { home });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  for await (const piece of child.stdout ?? []) {
    text += String(piece);
    if (text.endsWith('\n')) break;
  }
  return { child, told: JSON.parse(text) };
}

describe('studio', () => {
  it('serves the screens at the printed address; a second one finds it; Ctrl-C ends it in peace', async () => {
    const home = join(temporaryDir(), 'home');
    const { child, told } = await startStudio(home);
    expect(told).toMatchObject({ home, running: false });
    const { port, search } = new URL(told.address);
    const entered = await ask(Number(port), { path: `/${search}` });
    const cookie = entered.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const page = await ask(Number(port), { path: '/runs/some-run', headers: { cookie } });
    expect(page.text).toContain('<script type="module"');
    const second = await runCli(['studio', '--no-open'], { home });
    expect(second.status).toBe(0);
    expect(second.stdout).toContain('running already');
    expect(second.stdout).toContain(told.address);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await expect(ask(Number(port))).rejects.toThrow();
  });

  it('loads nothing that the page’s policy forbids: no inline script or style', async () => {
    const { told } = await startStudio(join(temporaryDir(), 'home'));
    const { port, search } = new URL(told.address);
    const entered = await ask(Number(port), { path: `/${search}` });
    const cookie = entered.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const { text } = await ask(Number(port), { headers: { cookie } });
    expect(text).not.toMatch(/<style|<script(?![^>]*\ssrc=)|\son\w+=|https?:\/\//);
  });
});

it.skipIf(!existsSync('/proc/self/stat'))(
  'a command ends, stopped and saved, when the program that started it is killed',
  async () => {
    const home = join(temporaryDir(), 'home');
    const dir = temporaryDir();
    const rows = join(dir, 'rows.jsonl');
    writeFileSync(rows, '{"input_ids": [1, 2, 3, 4]}\n{"input_ids": [4, 3, 2, 1]}\n');
    await runCli(['model', 'import', fixturePath('tiny_llama_base'), '--name', 'tiny', '--json'], { home });
    await runCli(['dataset', 'import', rows, '--json'], { home });
    const training = [
      '--model',
      'tiny',
      '--dataset',
      'rows',
      '--method',
      'lora',
      '--backend',
      'wasm',
      '--steps',
      '100000',
      '--name',
      'long',
    ];
    const starter = spawn(process.execPath, [join(root, 'main', 'bootstrap', 'start.mjs'), 'train', ...training], {
      env: { ...process.env, GRAFT_HOME: home },
      stdio: 'ignore',
    });
    await waitForStep(home, 'long', 2);
    const pids = descendantsOf(starter.pid ?? -1);
    expect(pids.length).toBeGreaterThanOrEqual(2); // the command and its engine
    starter.kill('SIGKILL');
    // stopped and saved, not interrupted
    expect(await waitForState(home, 'long', 'cancelled')).toMatchObject({ state: 'cancelled' });
    await expect.poll(() => pids.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 120_000 }).toEqual([]);
  },
  120_000,
);

/** Children, their children and so on. */
function descendantsOf(pid: number): readonly number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const children = listed === '' ? [] : listed.split(' ').map(Number);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

describe('a browser is opened', () => {
  it.each([
    [{}, 'darwin', true],
    [{}, 'win32', true],
    [{}, 'linux', false],
    [{ DISPLAY: '' }, 'linux', false],
    [{ DISPLAY: ':0' }, 'linux', true],
    [{ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true],
    [{ WSL_DISTRO_NAME: 'Ubuntu' }, 'linux', true],
    [{ SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, 'darwin', false],
    [{ SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22', DISPLAY: 'localhost:10.0' }, 'linux', true],
  ] as const)('with %j on %s: %s', (env, platform, opened) => expect(hasDisplay(env, platform)).toBe(opened));
});
