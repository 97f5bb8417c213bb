/**
 * Makes a fresh checkout ready to run: installs the dependencies of the lock file and finds a Node that runs
 * TypeScript. Plain JavaScript that Node 20 takes, without dependencies, since it is what brings them. Says what it
 * does on stderr alone: stdout belongs to the command. A second start costs one hash of the lock file.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asHelper } from './helpers.mjs';
import { withInstallLock } from './installLock.mjs';

const oldestNodeMajor = 24;

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Installs what is missing. Returns the path of the Node to run TypeScript with. Throws an Error worded for a person.
 */
export async function prepare(folder = root) {
  if (!isInstalled(folder)) {
    await withInstallLock(folder, async (announce) => {
      if (!isInstalled(folder)) await install(folder, announce);
    });
  }
  return findNode(folder);
}

/**
 * True when node_modules holds what the lock file asks for: an interrupted or outdated installation has no such stamp.
 */
export function isInstalled(folder) {
  const hash = lockHash(folder);
  if (readOrEmpty(stampFile(folder)) === hash) return true;
  if (!agreesWithLock(folder)) return false;
  writeFileSync(stampFile(folder), hash); // installed by `npm ci` or `npm install` itself
  return true;
}

/** The first Node of version 24 or later: this one, else the one that the dependencies bring. */
export function findNode(folder) {
  if (Number(process.versions.node.split('.')[0]) >= oldestNodeMajor) return process.execPath;
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  const places = [`node-${platform}`, `node-bin-${platform}`].map((name) =>
    join(folder, 'node_modules', name, 'bin', binary),
  );
  const node = places.find((place) => existsSync(place));
  if (node !== undefined) return node;
  throw new Error(
    `Graft needs Node ${oldestNodeMajor} or later; this is ${process.versions.node}, and npm has none for ${process.platform} ${process.arch}. ` +
      `Install Node ${oldestNodeMajor} and run the same command again.`,
  );
}

async function install(folder, announce) {
  process.stderr.write('Installing the dependencies of Graft (about a minute, only the first time) …\n');
  const flags = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const status = await runNpm(folder, flags, announce);
  if (status !== 0) {
    throw new Error(
      `npm ci ended with status ${status}. Its message is above; check the network and the npm registry in use, then run the same command again.`,
    );
  }
  writeFileSync(stampFile(folder), lockHash(folder));
  process.stderr.write('Dependencies installed.\n');
}

/** npm's own output goes to stderr. */
function runNpm(folder, flags, announce) {
  const npmCli = process.env.npm_execpath;
  const throughNode = npmCli !== undefined && /npm-cli\.c?js$/.test(npmCli);
  const [command, args] = throughNode ? [process.execPath, [npmCli, ...flags]] : ['npm', flags];
  return new Promise((resolve, reject) => {
    const shell = !throughNode && process.platform === 'win32';
    const child = asHelper(spawn(command, args, { cwd: folder, stdio: ['ignore', 2, 2], shell }));
    if (child.pid !== undefined) announce(child.pid);
    child.on('error', (cause) =>
      reject(new Error('npm could not be started. Install Node with npm and run the same command again.', { cause })),
    );
    child.on('exit', (code, signal) => resolve(code ?? signal));
  });
}

/** npm lists what it has installed in node_modules/.package-lock.json, at the end of an installation. */
function agreesWithLock(folder) {
  const installedList = readOrEmpty(join(folder, 'node_modules', '.package-lock.json'));
  if (installedList === '') return false;
  const installed = JSON.parse(installedList).packages;
  const wanted = JSON.parse(readFileSync(lockFile(folder), 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    return path in installed ? installed[path].version === version : optional === true;
  });
}

function lockHash(folder) {
  return createHash('sha256')
    .update(readFileSync(lockFile(folder)))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
}

const lockFile = (folder) => join(folder, 'package-lock.json');
const stampFile = (folder) => join(folder, 'node_modules', '.graft-installed');

function readOrEmpty(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
