/**
 * The user's own npm, as a way to fetch packages: its configured registry, proxies and certificates apply, and no
 * address is written here. `npm ci` takes exactly what a lock file says, checks each package's integrity and runs no
 * scripts; `npm install` does where there is no lock.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GraftError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/progress.ts';
import { fetchWithChild, fileSizes } from './childOutcome.ts';
import type { NpmContents } from './runtimePackage.ts';
import { runtimeFetchWords } from '../contract/words/runtimeFetches.ts';
import { fileWords } from '../contract/words/files.ts';

export interface PackagesRequest extends CallOptions, Pick<NpmContents, 'dependencies' | 'lock'> {
  readonly id: string;
  readonly version: string;
  /** About, of the files; for progress. */
  readonly unpackedBytes: number;
  /** An empty folder: packages come into its `node_modules`. A failure leaves files behind. */
  readonly intoDir: string;
}

export interface Npm {
  readonly command: string;
  readonly args: readonly string[];
  readonly shell: boolean;
}

const pollMs = 500;
const flags = [
  '--omit=optional',
  '--legacy-peer-deps', // a peer is what Graft has loaded itself
  '--ignore-scripts',
  '--no-bin-links',
  '--no-audit',
  '--no-fund',
  '--no-progress',
  '--loglevel=error',
];

/**
 * Throws GraftError: `notFound` (no npm), `integrity` (the registry served another package), `diskFull`, `cancelled`,
 * or `network` with npm's last words in `data.output`.
 */
export async function installPackages(request: PackagesRequest): Promise<void> {
  await writeProject(request);
  const output = await runNpm(findNpm(), request);
  if (output !== undefined) throw npmFailed(request, output);
  for (const name of ['package.json', 'package-lock.json']) await rm(join(request.intoDir, name));
}

async function writeProject({ id, version, dependencies, lock, intoDir }: PackagesRequest): Promise<void> {
  const project = { name: id, version, dependencies };
  await writeFile(join(intoDir, 'package.json'), JSON.stringify({ ...project, private: true }));
  if (lock === null) return;
  // What is asked for by name is no longer optional.
  const asked = Object.keys(dependencies).map((name): [string, object] => {
    const path = `node_modules/${name}`;
    return [path, { ...lock[path], optional: undefined }];
  });
  const packages = { '': project, ...lock, ...Object.fromEntries(asked) };
  await writeFile(
    join(intoDir, 'package-lock.json'),
    JSON.stringify({ name: id, version, lockfileVersion: 3, requires: true, packages }),
  );
}

/** The npm that started this process, where it did; else the one on the path. Not looked for: starting it tells. */
export function findNpm(env: NodeJS.ProcessEnv = process.env): Npm {
  const script = env.npm_execpath;
  const startedUs = script !== undefined && basename(script) === 'npm-cli.js' && existsSync(script);
  if (startedUs && process.versions.electron === undefined)
    return { command: process.execPath, args: [script], shell: false };
  const isWindows = process.platform === 'win32'; // where npm is a batch file, which only a shell starts
  return { command: 'npm', args: [], shell: isWindows };
}

/** undefined: done; else what npm said. */
async function runNpm({ command, args, shell }: Npm, request: PackagesRequest): Promise<string | undefined> {
  const { id, version, lock, unpackedBytes, intoDir, signal, onProgress } = request;
  const wholeArgs = [...args, lock === null ? 'install' : 'ci', ...flags];
  try {
    const { status, output } = await fetchWithChild({
      start: () => spawn(command, wholeArgs, { cwd: intoDir, shell, stdio: ['ignore', 'pipe', 'pipe'] }),
      // npm puts SIGTERM off until the package that it fetches has come, which may be never; the folder goes anyway.
      kill: 'SIGKILL',
      cancelled: () => cancelled(request),
      what: `${id} ${version}`,
      total: unpackedBytes,
      pollMs,
      measure: async () =>
        Math.min(
          unpackedBytes,
          (await fileSizes(intoDir)).reduce((sum, size) => sum + size, 0),
        ),
      signal,
      onProgress,
    });
    return status === 0 ? undefined : output;
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'ENOENT' ? noNpm() : error;
  }
}

function noNpm(): GraftError {
  return new GraftError('notFound', runtimeFetchWords.noNpm(), {
    field: 'PATH',
    remedy: runtimeFetchWords.installNpm(),
  });
}

/** npm names what went wrong by a code: `npm error code EINTEGRITY`. */
function npmFailed({ id, version, intoDir }: PackagesRequest, output: string): GraftError {
  const code = /npm (?:error|ERR!) code (\w+)/.exec(output)?.[1];
  const lastWords = output
    .split('\n')
    .filter((line) => !line.includes('complete log'))
    .slice(-4)
    .join('\n')
    .trim();
  if (code === 'ENOSPC') {
    return new GraftError('diskFull', runtimeFetchWords.diskFullFetching({ id, version }), {
      file: intoDir,
      remedy: fileWords.freeSpace(),
    });
  }
  if (code === 'EINTEGRITY') {
    return new GraftError('integrity', runtimeFetchWords.otherPackage({ lastWords }), {
      output,
      remedy: runtimeFetchWords.checkNpmRegistry(),
    });
  }
  return new GraftError('network', runtimeFetchWords.npmFailed({ id, version, lastWords }), {
    output,
    remedy: runtimeFetchWords.checkNpm(),
  });
}

function cancelled({ id }: PackagesRequest): GraftError {
  return new GraftError('cancelled', runtimeFetchWords.cancelledFetching({ id }));
}
