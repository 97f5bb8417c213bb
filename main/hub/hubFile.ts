/**
 * A file as a hub lists it, and whether what lies on the disk is that file. Large files are listed with their SHA-256;
 * small ones with the name that git gives them, which is a SHA-1 over their length and content, so those are checked as
 * well.
 */
import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { GraftError, toGraftError } from '../contract/errors.ts';
import { hashFile } from '../runtimes/wheel.ts';
import { hubWords } from '../contract/words/hub.ts';
import type { Said } from '../contract/words/words.ts';

export interface HubFile {
  /** In the repository, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string | undefined;
  readonly gitSha1: string | undefined;
}

/**
 * Above this git's name is not worth reading the file whole for; the public hub keeps no such file without its SHA-256.
 */
const mostGitBytes = 64 * 2 ** 20;

/**
 * In what the file at `path` differs from the listed one; undefined when it is that file. Throws
 * GraftError('cancelled').
 */
export async function differenceFrom(file: HubFile, path: string, signal?: AbortSignal): Promise<Said | undefined> {
  const size = await sizeOfFile(path);
  if (size !== file.sizeBytes) return hubWords.otherSize({ bytes: size, expected: file.sizeBytes });
  const same =
    file.sha256 === undefined ? await isGitBlob(file, path) : (await hashFile(path, { signal })) === file.sha256;
  return same ? undefined : hubWords.otherChecksum();
}

/** Removes what is not the listed file, and says so. */
export async function requireWhole(
  file: HubFile,
  path: string,
  context: { id: string; signal: AbortSignal | undefined },
): Promise<void> {
  const difference = await differenceFrom(file, path, context.signal);
  if (difference === undefined) return;
  await rm(path, { force: true });
  const { path: name } = file;
  const reason = hubWords.differs({ path: name, id: context.id, difference });
  throw new GraftError('integrity', reason, { file: name, remedy: hubWords.fetchItAgain() });
}

/** 0 for a file that is not there. */
export async function sizeOfFile(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (toGraftError(error).code === 'notFound') return 0;
    throw error;
  }
}

async function isGitBlob({ gitSha1, sizeBytes }: HubFile, path: string): Promise<boolean> {
  if (gitSha1 === undefined || sizeBytes > mostGitBytes) return true;
  const content = await readFile(path);
  return createHash('sha1').update(`blob ${content.byteLength}\0`).update(content).digest('hex') === gitSha1;
}
