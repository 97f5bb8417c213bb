/**
 * The desktop window, where it can be had: an Electron binary (npm's package fetches one at its first use, from outside
 * the registry; ELECTRON_OVERRIDE_DIST_PATH names a folder with one) and a display to show it on.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
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

/** The window's process. A relative path among the arguments means the folder `cwd`. */
export function startElectron(binary, folder, { args, cwd, env = process.env }) {
  const ownEnv = { ...env };
  delete ownEnv.ELECTRON_RUN_AS_NODE; // the terminals of editors made with Electron have it
  return spawn(binary, [folder, ...args], { cwd, env: ownEnv, stdio: 'inherit' });
}
