/**
 * Snapshots on this machine, in the layout of the Hugging Face cache: `models--owner--name/refs/<revision>` holds a
 * commit, `snapshots/<commit>/` its files (there links into `blobs/`, whose names are the checksums). Graft's own cache
 * has the same layout with plain files, and lies apart: what other programs have fetched is read, never written.
 */
import { readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { HubReference } from '../contract/hubReference.ts';
import { isTemporaryName, writeFileAtomic } from '../formats/atomicFile.ts';
import type { HubFile } from './hubFile.ts';

export interface Snapshot {
  readonly sha: string;
  readonly files: readonly HubFile[];
}

const commitPattern = /^[0-9a-f]{40}$/;
/** Of a file that has not come whole. */
export const partSuffix = '.part';

export function repositoryDir(cache: string, { id }: Pick<HubReference, 'id'>): string {
  return join(cache, `models--${id.replace('/', '--')}`);
}

export function snapshotDir(cache: string, reference: Pick<HubReference, 'id'>, sha: string): string {
  return join(repositoryDir(cache, reference), 'snapshots', sha);
}

/** So that the revision can be told again without a network. */
export async function rememberCommit(cache: string, reference: HubReference, sha: string): Promise<void> {
  const file = join(repositoryDir(cache, reference), 'refs', reference.revision ?? 'main');
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, sha);
}

/** What a cache has of this revision; undefined when it knows nothing of it. */
export function findSnapshot(cache: string, reference: HubReference): Snapshot | undefined {
  const sha = commitOf(cache, reference);
  if (sha === undefined) return undefined;
  const files = listedFiles(snapshotDir(cache, reference, sha));
  return files.length === 0 ? undefined : { sha, files };
}

function commitOf(cache: string, reference: HubReference): string | undefined {
  const revision = reference.revision ?? 'main';
  if (commitPattern.test(revision)) return revision;
  try {
    const sha = readFileSync(join(repositoryDir(cache, reference), 'refs', revision), 'utf8').trim();
    return commitPattern.test(sha) ? sha : undefined;
  } catch {
    return undefined; // no such revision here, which is all that is asked
  }
}

function listedFiles(dir: string): readonly HubFile[] {
  try {
    return readdirSync(dir, { recursive: true, withFileTypes: true }).flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
      return isFile && !path.endsWith(partSuffix) && !isTemporaryName(entry.name) ? [listedFile(dir, path)] : [];
    });
  } catch {
    return []; // a cache that cannot be read is as good as none
  }
}

/** A link's target in `blobs/` is named by its checksum: 64 digits are a SHA-256, 40 are git's name. */
function listedFile(dir: string, path: string): HubFile {
  const target = realpathSync(path);
  const blob = basename(dirname(target)) === 'blobs' ? basename(target) : '';
  return {
    path: relative(dir, path).split(sep).join('/'),
    sizeBytes: statSync(target).size,
    sha256: /^[0-9a-f]{64}$/.test(blob) ? blob : undefined,
    gitSha1: /^[0-9a-f]{40}$/.test(blob) ? blob : undefined,
  };
}
