/**
 * Files of browsers, in a folder that lives as long as the host: uploads under ids, and downloads that a task has
 * written. A half upload is never seen: it is received beside and renamed. Names are one plain name a level, so nothing
 * leads out.
 */
import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GraftError, toGraftError } from '../../contract/errors.ts';
import type { FileSource, FileTarget, WrittenFile } from '../../contract/procedures/procedure.ts';
import type { FileTransfer } from '../FileTransfer.ts';
import { personsPath, placeFor, writtenFile } from '../localFiles.ts';
import { hostWords } from '../../contract/words/hosts.ts';

export interface Download {
  readonly path: string;
  readonly fileName: string;
}

export interface UploadPart {
  readonly uploadId: string;
  /** Plain names, the last one the file's. */
  readonly segments: readonly string[];
  /** As announced; undefined where the browser did not say. */
  readonly sizeBytes: number | undefined;
  readonly content: Readable;
}

/** Left free for everything else that writes to the disk. */
const reserveBytes = 64 * 2 ** 20;
/** A fetched download is kept for a second fetch. */
const keepFetchedMs = 60 * 60 * 1000;

export class Transfers implements FileTransfer {
  readonly #uploads = new Set<string>();
  readonly #downloads = new Map<string, Download>();
  #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Begins anew, in another place where the data folder has moved: what was here is gone. */
  async reset(root: string = this.#root): Promise<void> {
    await this.clear();
    this.#root = root;
    await rm(root, { recursive: true, force: true });
    await mkdir(root, { recursive: true, mode: 0o700 });
  }

  async clear(): Promise<void> {
    this.#uploads.clear();
    this.#downloads.clear();
    await rm(this.#root, { recursive: true, force: true });
  }

  async beginUpload(): Promise<string> {
    const uploadId = newTransferId();
    await mkdir(this.#uploadDir(uploadId), { recursive: true });
    this.#uploads.add(uploadId);
    return uploadId;
  }

  /** Takes one file of an upload. Throws GraftError('notFound' | 'invalid' | 'diskFull'), leaving nothing of it. */
  async receive({ uploadId, segments, sizeBytes, content }: UploadPart): Promise<void> {
    const target = join(this.#knownUpload(uploadId), ...segments);
    const part = join(this.#root, `${newTransferId()}.part`);
    await this.#refuseTooLarge(sizeBytes);
    try {
      await pipeline(content, createWriteStream(part, { flags: 'wx' }));
      await mkdir(dirname(target), { recursive: true });
      await rename(part, target);
    } catch (error) {
      await rm(part, { force: true });
      throw uploadError(error, segments.join('/'));
    }
  }

  pathOf(source: FileSource): string {
    if ('path' in source) return personsPath(source.path);
    const dir = this.#knownUpload(source.uploadId);
    const names = readdirSync(dir);
    const [only] = names;
    if (only === undefined)
      throw new GraftError('notFound', hostWords.nothingUploaded(), {
        field: 'uploadId',
        remedy: hostWords.chooseAgain(),
      });
    return names.length === 1 ? join(dir, only) : dir;
  }

  asChosen<Told>(source: FileSource, told: Told): Told {
    if ('path' in source) return told;
    const dir = this.#uploadDir(source.uploadId);
    return withoutPrefix(told, [`${dir}${sep}`, dir]) as Told;
  }

  async release(source: FileSource): Promise<void> {
    if ('path' in source || !this.#uploads.delete(source.uploadId)) return;
    await rm(this.#uploadDir(source.uploadId), { recursive: true, force: true });
  }

  targetFor(target: FileTarget, fileName: string): { readonly path: string; written(): Promise<WrittenFile> } {
    if ('path' in target) {
      const path = placeFor(target.path, fileName);
      return { path, written: async () => writtenFile(path, null) };
    }
    const downloadId = newTransferId();
    const dir = join(this.#root, 'downloads', downloadId);
    mkdirSync(dir, { recursive: true });
    const path = join(dir, 'content');
    return {
      path,
      written: async () => {
        this.#downloads.set(downloadId, { path, fileName });
        return { ...writtenFile(path, downloadId), path: fileName };
      },
    };
  }

  findDownload(downloadId: string): Download | undefined {
    return this.#downloads.get(downloadId);
  }

  /** The browser has all of it. */
  fetched(downloadId: string): void {
    const forget = (): void => {
      const download = this.#downloads.get(downloadId);
      this.#downloads.delete(downloadId);
      if (download !== undefined)
        // cleared at the end anyway
        void rm(dirname(download.path), { recursive: true, force: true }).catch(() => undefined);
    };
    setTimeout(forget, keepFetchedMs).unref();
  }

  #uploadDir(uploadId: string): string {
    return join(this.#root, 'uploads', uploadId);
  }

  #knownUpload(uploadId: string): string {
    if (this.#uploads.has(uploadId)) return this.#uploadDir(uploadId);
    throw new GraftError('notFound', hostWords.uploadGone(), { field: 'uploadId', remedy: hostWords.chooseAgain() });
  }

  async #refuseTooLarge(sizeBytes = 0): Promise<void> {
    const { bavail, bsize } = await statfs(this.#root);
    if (sizeBytes + reserveBytes <= bavail * bsize) return;
    const [needed, free] = [sizeBytes, bavail * bsize].map((bytes) => `${(bytes / 1e6).toFixed(0)} MB`);
    throw new GraftError('diskFull', hostWords.noRoom({ needed: needed ?? '', free: free ?? '' }), {
      remedy: hostWords.freeAndRetry(),
    });
  }
}

function newTransferId(): string {
  return randomBytes(16).toString('hex');
}

/** A file where a folder should be, or a name that the disk does not take, is the upload's fault and not ours. */
function uploadError(error: unknown, name: string): GraftError {
  const known = toGraftError(error);
  if (known.code !== 'internal') return known;
  return new GraftError(
    'invalid',
    hostWords.notTaken({ name, message: known.message }),
    { file: name, remedy: hostWords.chooseAgain() },
    error,
  );
}

/** Every string in plain data without these, wherever they stand in it. */
function withoutPrefix(value: unknown, prefixes: readonly string[]): unknown {
  if (typeof value === 'string') return prefixes.reduce((text, prefix) => text.replaceAll(prefix, ''), value);
  if (Array.isArray(value)) return value.map((entry: unknown) => withoutPrefix(entry, prefixes));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutPrefix(entry, prefixes)]));
}
