/**
 * Chosen files of one commit, whole and checked, in a folder of Graft's cache: out of what other Hugging Face programs
 * have fetched, else from the hub. A file has its name only once it is whole; what is half fetched is gone on with next
 * time. Without a network (or where none is wanted) what a cache holds of the revision is used.
 */
import { constants, existsSync } from 'node:fs';
import { copyFile, link, mkdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GraftError, toGraftError } from '../contract/errors.ts';
import type { HubReference } from '../contract/hubReference.ts';
import { formatHubReference } from '../contract/hubReference.ts';
import type { CallOptions } from '../contract/progress.ts';
import { requireSpace } from '../formats/diskSpace.ts';
import { withCacheLock } from '../runtimes/cacheLock.ts';
import { HubClient } from './HubClient.ts';
import type { ChosenFiles } from './chooseModelFiles.ts';
import { differenceFrom, requireWhole, sizeOfFile } from './hubFile.ts';
import type { HubFile } from './hubFile.ts';
import { hubPlaceOf } from './hubPlace.ts';
import type { Environment, HubPlace } from './hubPlace.ts';
import { findSnapshot, partSuffix, rememberCommit, snapshotDir } from './snapshots.ts';
import type { Snapshot } from './snapshots.ts';
import { progressWords } from '../contract/words/progress.ts';
import { hubWords } from '../contract/words/hub.ts';

export interface HubOptions extends CallOptions {
  /** Shared by all data folders; the hub's part lies in `hub/`. */
  readonly cacheDir: string;
  readonly env?: Environment;
  /** Without a byte for this long a connection is taken for dead. */
  readonly silenceMs?: number;
}

export interface SnapshotRequest {
  readonly reference: HubReference;
  /** Throws GraftError where the repository has not what is wanted. */
  readonly choose: (files: readonly HubFile[], reference: HubReference) => ChosenFiles;
  /** Told of each file that is there, in their order; may throw to stop before the next. */
  readonly onFile?: (path: string) => void;
}

/**
 * The path of what was asked for, in the cache. Throws GraftError('network' | 'notFound' | 'unsupported' | 'invalid' |
 * 'integrity' | 'diskFull' | 'cancelled').
 */
export async function fetchSnapshot(request: SnapshotRequest, options: HubOptions): Promise<string> {
  const cache = join(options.cacheDir, 'hub');
  const onWait = (): void =>
    options.onProgress?.({ label: progressWords.waitingForFetch(), done: 0, total: null, unit: 'bytes' });
  const fetch = async (): Promise<string> => new SnapshotFetch(request, options, cache).run();
  return withCacheLock(join(cache, '.lock'), fetch, { ...(options.signal && { signal: options.signal }), onWait });
}

class SnapshotFetch {
  readonly #request: SnapshotRequest;
  readonly #options: HubOptions;
  readonly #cache: string;
  readonly #place: HubPlace;
  readonly #client: HubClient;

  constructor(request: SnapshotRequest, options: HubOptions, cache: string) {
    const { reference } = request;
    this.#request = request;
    this.#options = options;
    this.#cache = cache;
    this.#place = hubPlaceOf(options.env ?? process.env);
    this.#client = new HubClient({
      place: this.#place,
      reference,
      signal: options.signal,
      silenceMs: options.silenceMs,
    });
  }

  async run(): Promise<string> {
    if (this.#place.isOffline) return this.#fromCaches(offline(this.#request.reference));
    try {
      return await this.#fromHub();
    } catch (error) {
      // Without a status no hub has answered: then what is here may do.
      if (error instanceof GraftError && error.code === 'network' && error.data.status === undefined)
        return this.#fromCaches(error);
      throw error;
    }
  }

  async #fromHub(): Promise<string> {
    const { reference, choose } = this.#request;
    const sha = await this.#client.commit();
    const chosen = choose(await this.#client.files(sha), reference);
    await rememberCommit(this.#cache, reference, sha);
    const dir = await this.#folderFor(sha);
    await this.#takeShared(chosen.files, { dir, from: snapshotDir(this.#place.sharedCache, reference, sha) });
    await requireSpace(dir, await bytesToCome(chosen.files, dir));
    await this.#download(chosen.files, { dir, sha });
    return join(dir, chosen.entry);
  }

  /** Throws `failure` when neither cache has everything. */
  async #fromCaches(failure: GraftError): Promise<string> {
    const { reference } = this.#request;
    for (const cache of [this.#cache, this.#place.sharedCache]) {
      const snapshot = findSnapshot(cache, reference);
      const chosen = snapshot && this.#chooseFrom(snapshot);
      if (snapshot === undefined || chosen === undefined) continue;
      const dir = await this.#folderFor(snapshot.sha);
      await this.#takeShared(chosen.files, { dir, from: snapshotDir(cache, reference, snapshot.sha) });
      if (!chosen.files.every(({ path }) => existsSync(join(dir, path)))) continue;
      await rememberCommit(this.#cache, reference, snapshot.sha);
      for (const { path } of chosen.files) this.#request.onFile?.(join(dir, path));
      return join(dir, chosen.entry);
    }
    throw failure;
  }

  /** A cache may hold a part of a repository; then it is as good as nothing. */
  #chooseFrom({ files }: Snapshot): ChosenFiles | undefined {
    try {
      return this.#request.choose(files, this.#request.reference);
    } catch (error) {
      if (error instanceof GraftError) return undefined;
      throw error;
    }
  }

  async #folderFor(sha: string): Promise<string> {
    const dir = snapshotDir(this.#cache, this.#request.reference, sha);
    await mkdir(dir, { recursive: true });
    return dir;
  }

  /**
   * What another program has fetched whole is taken over: as a second name where the disk allows it, else as a copy.
   */
  async #takeShared(
    files: readonly HubFile[],
    { dir, from }: { readonly dir: string; readonly from: string },
  ): Promise<void> {
    if (dir === from) return;
    for (const file of files) {
      const [path, shared] = [join(dir, file.path), join(from, file.path)];
      if (existsSync(path) || !existsSync(shared)) continue;
      if ((await differenceFrom(file, shared, this.#options.signal)) !== undefined) continue;
      await mkdir(dirname(path), { recursive: true });
      await takeOver(shared, path);
    }
  }

  async #download(
    files: readonly HubFile[],
    { dir, sha }: { readonly dir: string; readonly sha: string },
  ): Promise<void> {
    const { onProgress, signal } = this.#options;
    const total = totalBytes(files);
    let done = 0;
    for (const file of files) {
      const path = join(dir, file.path);
      const before = done;
      const report = (bytes: number): void =>
        onProgress?.({
          label: progressWords.fetching({ what: file.path }),
          done: before + bytes,
          total,
          unit: 'bytes',
        });
      if (!existsSync(path)) {
        const part = path + partSuffix;
        await mkdir(dirname(path), { recursive: true });
        await this.#client.download({ sha, file, part, report });
        await requireWhole(file, part, { id: this.#request.reference.id, signal });
        await rename(part, path);
      }
      report(file.sizeBytes);
      done += file.sizeBytes;
      this.#request.onFile?.(path);
    }
  }
}

/** The other program's file keeps its name and its content: nothing here writes into a file that is whole. */
async function takeOver(shared: string, path: string): Promise<void> {
  const part = path + partSuffix;
  await rm(part, { force: true });
  const linked = await link(await realpath(shared), path).then(
    () => true,
    () => false, // another disk, or one that knows no second names
  );
  if (linked) return;
  try {
    await copyFile(shared, part, constants.COPYFILE_FICLONE);
    await rename(part, path);
  } catch (error) {
    throw toGraftError(error);
  }
}

/** Less what an earlier fetch has left of them. */
async function bytesToCome(files: readonly HubFile[], dir: string): Promise<number> {
  const missing = files
    .map(({ path, sizeBytes }) => ({ path: join(dir, path), sizeBytes }))
    .filter(({ path }) => !existsSync(path));
  const left = missing.map(
    async ({ path, sizeBytes }) => sizeBytes - Math.min(sizeBytes, await sizeOfFile(path + partSuffix)),
  );
  return (await Promise.all(left)).reduce((sum, bytes) => sum + bytes, 0);
}

function totalBytes(files: readonly HubFile[]): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function offline(reference: HubReference): GraftError {
  return new GraftError('network', hubWords.offline({ reference: formatHubReference(reference) }), {
    field: 'source',
    remedy: hubWords.unsetOffline(),
  });
}
