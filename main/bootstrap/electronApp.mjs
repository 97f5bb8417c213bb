/**
 * The desktop window, where it can be had: an Electron binary (npm's package fetches one at its first use, from outside the
 * registry; ELECTRON_OVERRIDE_DIST_PATH names a folder with one) and a display to show it on.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const binaryNames = { darwin: join('Electron.app', 'Contents', 'MacOS', 'Electron'), win32: 'electron.exe' };

/** The path of the binary, or undefined. */
export function findElectron(folder, env = process.env, platform = process.platform) {
  const dist = env.ELECTRON_OVERRIDE_DIST_PATH || join(folder, 'node_modules', 'electron', 'dist');
  const binary = join(dist, binaryNames[platform] ?? 'electron');
  return existsSync(binary) ? binary : undefined;
}

export function hasDisplay(env = process.env, platform = process.platform) {
  if (platform !== 'linux') return !env.SSH_CONNECTION;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** Flags that only the browser host knows mean that one is wanted. */
export function wantsDesktop(args) {
  return args.every((arg, index) => arg === '--home' || args[index - 1] === '--home' || arg.startsWith('--home='));
}

/** Resolves with the exit status of the window's process. */
export function runElectron(binary, folder, args) {
  const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const child = spawn(binary, [join(folder, main), ...args], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
