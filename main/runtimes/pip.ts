/**
 * The user's own pip, as a way to fetch wheels: its configured index, proxies and certificates apply, and no index
 * address is written here. pip downloads into its temporary folder and copies at the end, so that folder is ours for
 * the time: its growth is the progress, and removing it leaves nothing of a cancelled download.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GraftError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/progress.ts';
import { fetchWithChild, fileSizes } from './childOutcome.ts';
import { isIntactFile } from './wheel.ts';
import { runtimeFetchWords } from '../contract/words/runtimeFetches.ts';
import { fileWords } from '../contract/words/files.ts';
import type { Said } from '../contract/words/words.ts';

export interface Pip {
  readonly command: string;
  readonly args: readonly string[];
  /** First line of `pip --version`. */
  readonly version: string;
}

export interface WheelRequest extends CallOptions {
  /** As pip takes it, with the exact version: `tensorflow-cpu==2.21.0`. */
  readonly requirement: string;
  /** Name the wheel has, where it is pinned: a file of this name and hash in `intoDir` is taken without asking pip. */
  readonly fileName?: string;
  readonly sha256?: string;
  /** For progress and the check of free space. */
  readonly sizeBytes?: number;
  /** Both only for a wheel of another Python or platform than pip's own. */
  readonly pythonVersion?: string;
  readonly platforms?: readonly string[];
  readonly intoDir: string;
  /** What the person can do without pip, for error messages. */
  readonly alternative?: Said;
}

const run = promisify(execFile);
const pollMs = 250;
/** The system's error number, as pip passes it on; by the time it has ended it has freed the space again. */
const noSpaceLeft = /\[Errno 28\]/;

/**
 * The first pip that answers: GRAFT_PYTHON, then python3, python, py (Windows) and pip itself. Throws
 * GraftError('notFound').
 */
export async function findPip(alternative?: Said, env: NodeJS.ProcessEnv = process.env): Promise<Pip> {
  for (const [command, ...args] of pipCandidates(env)) {
    const version = await askVersion(command, args, env);
    if (version !== undefined) return { command, args, version };
  }
  throw new GraftError('notFound', runtimeFetchWords.noPython(), {
    field: 'GRAFT_PYTHON',
    remedy:
      alternative === undefined
        ? runtimeFetchWords.installPython()
        : runtimeFetchWords.installPythonOr({ alternative }),
  });
}

/**
 * Fetches one wheel into `intoDir` and returns its path. Nothing but the finished, checked wheel is ever there.
 * Throws GraftError: `notFound` (no pip), `network` (pip failed; its last words are in `data.output`), `integrity`,
 * `diskFull`, `cancelled`.
 */
export async function downloadWheel(request: WheelRequest): Promise<string> {
  const kept = await findKeptWheel(request);
  if (kept !== undefined) return kept;
  const pip = await findPip(request.alternative);
  await mkdir(request.intoDir, { recursive: true });
  const temporary = await mkdtemp(join(request.intoDir, '.download-'));
  try {
    const output = await runPip(pip, request, temporary);
    return await takeWheel(request, temporary, output);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function pipCandidates(env: NodeJS.ProcessEnv): [string, ...string[]][] {
  const chosen = env.GRAFT_PYTHON;
  if (chosen !== undefined && chosen !== '') return [[chosen, '-m', 'pip']];
  const windows: [string, ...string[]][] = process.platform === 'win32' ? [['py', '-m', 'pip']] : [];
  return [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ...windows, ['pip'], ['pip3']];
}

async function askVersion(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  try {
    const { stdout } = await run(command, [...args, '--version'], { env });
    return stdout.split('\n')[0];
  } catch {
    return undefined; // not there, or a Python without pip: the next candidate answers
  }
}

async function findKeptWheel({ intoDir, fileName, sha256 }: WheelRequest): Promise<string | undefined> {
  if (fileName === undefined || sha256 === undefined) return undefined;
  const path = join(intoDir, fileName);
  return (await isIntactFile(path, sha256)) ? path : undefined;
}

function pipArguments(request: WheelRequest, outDir: string): string[] {
  const { pythonVersion, platforms = [] } = request;
  return [
    ...[
      'download',
      '--no-deps',
      '--only-binary',
      ':all:',
      '--no-input',
      '--disable-pip-version-check',
      '--progress-bar',
      'off',
    ],
    ...(pythonVersion === undefined ? [] : ['--implementation', 'cp', '--python-version', pythonVersion]),
    ...platforms.flatMap((platform) => ['--platform', platform]),
    ...['--dest', outDir, request.requirement],
  ];
}

/** Returns what pip said, for messages. */
async function runPip(pip: Pip, request: WheelRequest, temporary: string): Promise<string> {
  const { requirement, sizeBytes, signal, onProgress } = request;
  const args = [...pip.args, ...pipArguments(request, join(temporary, 'done'))];
  const env = { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  const { status, output } = await fetchWithChild({
    start: () => spawn(pip.command, args, { stdio: ['ignore', 'pipe', 'pipe'], env }),
    cancelled: () => cancelled(requirement),
    what: requirement,
    total: sizeBytes ?? null,
    pollMs,
    // The growing wheel is by far the largest; it is briefly there twice when pip copies it.
    measure: async () => Math.max(0, ...(await fileSizes(temporary))),
    signal,
    onProgress,
  });
  if (status === 0) return output;
  throw noSpaceLeft.test(output) ? diskFull(request) : pipFailed(request, output);
}

function pipFailed(request: WheelRequest, output: string): GraftError {
  const lastWords = output.trim().split('\n').slice(-3).join('\n');
  const { alternative } = request;
  return new GraftError('network', runtimeFetchWords.pipFailed({ requirement: request.requirement, lastWords }), {
    field: 'requirement',
    output,
    remedy: alternative === undefined ? runtimeFetchWords.checkPip() : runtimeFetchWords.checkPipOr({ alternative }),
  });
}

async function takeWheel(request: WheelRequest, temporary: string, output: string): Promise<string> {
  const names = (await readdir(join(temporary, 'done'))).filter((name) => name.endsWith('.whl'));
  const [name] = names;
  if (name === undefined || names.length > 1) throw pipFailed(request, output);
  const fetched = join(temporary, 'done', name);
  if (request.sha256 !== undefined && !(await isIntactFile(fetched, request.sha256))) {
    throw new GraftError('integrity', runtimeFetchWords.otherWheel({ name, sha256: request.sha256 }), {
      file: name,
      remedy: runtimeFetchWords.checkPipIndex(),
    });
  }
  const path = join(request.intoDir, name);
  await rename(fetched, path);
  return path;
}

function diskFull({ requirement, intoDir }: WheelRequest): GraftError {
  return new GraftError('diskFull', runtimeFetchWords.diskFullFetchingWheel({ requirement }), {
    file: intoDir,
    remedy: fileWords.freeSpace(),
  });
}

function cancelled(requirement: string): GraftError {
  return new GraftError('cancelled', runtimeFetchWords.cancelledFetchingWheel({ requirement }));
}
