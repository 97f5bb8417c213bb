/**
 * A fresh checkout in small: the real main/bootstrap, one local dependency, and a command line that prints what it was
 * given. Its vite copies the renderer instead of building it. Nothing of it needs the network.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { temporaryDir } from '../support/temporaryDir.ts';

const bootstrapDir = join(import.meta.dirname, '..', '..', 'main', 'bootstrap');

const commandLine = `
const [command, ...rest] = process.argv.slice(2);
if (command === 'wait') {
  process.on('SIGTERM', () => { console.log('stopping'); process.exit(130); });
  process.on('SIGINT', () => { console.log('interrupted'); setTimeout(() => process.exit(130), 300); });
  setInterval(() => undefined, 1000);
  console.log('ready');
} else {
  console.log(JSON.stringify({ command, rest, cwd: process.cwd() }));
  process.exitCode = Number(rest[0] ?? 0);
}
`;

const dependency = { name: 'some-dependency', version: '1.0.0' };

/** Says what it was asked for; a renderer with the file `broken` does not build, one with `endless` never ends. */
const vite = `
const { appendFileSync, cpSync, existsSync } = require('node:fs');
const args = process.argv.slice(2);
appendFileSync('builds.log', 'build ');
if (existsSync('renderer/broken')) { console.log('renderer/broken: 7:1 unexpected token'); process.exit(1); }
if (existsSync('renderer/endless')) setInterval(() => undefined, 1000);
cpSync('renderer', args[args.indexOf('--outDir') + 1], { recursive: true });
`;

export function makeCheckout(dir = realpathSync(temporaryDir())): string {
  cpSync(bootstrapDir, join(dir, 'main', 'bootstrap'), { recursive: true });
  mkdirSync(join(dir, 'main', 'cli'));
  const ofScreens = ['contract', 'methods', 'training', 'evaluation', 'backends'].map((folder) => join('main', folder));
  for (const folder of ['dependency', join('vite', 'bin'), 'renderer', ...ofScreens])
    mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(join(dir, 'main', 'cli', 'main.ts'), commandLine);
  writeFileSync(join(dir, 'dependency', 'package.json'), JSON.stringify(dependency));
  writeFileSync(join(dir, 'renderer', 'index.html'), 'the screens');
  writeFileSync(join(dir, 'vite', 'package.json'), JSON.stringify({ name: 'vite', version: '1.0.0' }));
  writeFileSync(join(dir, 'vite', 'bin', 'vite.js'), vite);
  const dependencies = { 'some-dependency': 'file:dependency', vite: 'file:vite' };
  const scripts = { start: 'node main/bootstrap/start.mjs' };
  const root = { name: 'checkout', version: '1.0.0', private: true, type: 'module', scripts, dependencies };
  writeFileSync(join(dir, 'package.json'), JSON.stringify(root));
  const packages = {
    '': { name: root.name, version: root.version, dependencies },
    dependency,
    'node_modules/some-dependency': { resolved: 'dependency', link: true },
    vite: { name: 'vite', version: '1.0.0' },
    'node_modules/vite': { resolved: 'vite', link: true },
  };
  writeFileSync(
    join(dir, 'package-lock.json'),
    JSON.stringify({ name: root.name, version: root.version, lockfileVersion: 3, requires: true, packages }),
  );
  return dir;
}

let installed: Promise<string> | undefined;

afterAll(async () => {
  if (installed !== undefined) rmSync(await installed, { recursive: true, force: true });
});

/** A checkout that npm has installed already: a copy of one that is installed once. */
export async function installedCheckout(): Promise<string> {
  installed ??= installOne();
  const dir = realpathSync(temporaryDir());
  cpSync(await installed, dir, { recursive: true, verbatimSymlinks: true });
  return dir;
}

async function installOne(): Promise<string> {
  const dir = makeCheckout(realpathSync(mkdtempSync(join(tmpdir(), 'graft-checkout-'))));
  await start(dir, ['doctor']);
  return dir;
}

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly onStdout?: (child: ChildProcess, soFar: string) => void;
  readonly onStderr?: (child: ChildProcess, soFar: string) => void;
}

/** Without what the npm around the tests has set, unless given. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$)/.test(name)));
}

/** Runs a program to its end. */
export function runProgram(
  command: readonly [string, ...string[]],
  { cwd, env, onStdout, onStderr }: StartOptions = {},
): Promise<Outcome> {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece: Buffer) => {
    stdout += piece.toString();
    onStdout?.(child, stdout);
  });
  child.stderr.on('data', (piece: Buffer) => {
    stderr += piece.toString();
    onStderr?.(child, stderr);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** `node main/bootstrap/start.mjs ARGS` in the checkout. */
export function start(checkout: string, args: readonly string[], options: StartOptions = {}): Promise<Outcome> {
  return runProgram([process.execPath, join(checkout, 'main', 'bootstrap', 'start.mjs'), ...args], {
    cwd: checkout,
    ...options,
  });
}
