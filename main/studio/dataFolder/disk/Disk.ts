/**
 * What holds space, and clearing it with care. Everything is looked up anew before it is cleared, so that what has come
 * into use since a window showed it is kept; one thing that must stay refuses the whole request before anything goes.
 */
import { existsSync } from 'node:fs';
import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackupFile, diskKinds, type DiskEntry, type DiskUsage } from '../../../contract/disk.ts';
import { GraftError, problemOf, saidOf } from '../../../contract/errors.ts';
import type { DiskService } from '../../../contract/services.ts';
import type { CallOptions } from '../../../contract/progress.ts';
import { isTemporaryName } from '../../../formats/atomicFile.ts';
import { throwIfCancelled } from '../../../formats/text/readBytes.ts';
import type { DataFolder } from '../dataFolder.ts';
import { SharedCalls } from '../../shared/SharedCalls.ts';
import type { DiskItem, DiskPart } from './diskItem.ts';
import { progressWords } from '../../../contract/words/progress.ts';
import { diskWords } from '../../../contract/words/disk.ts';

export interface DiskSetup {
  readonly folder: DataFolder;
  readonly cacheDir: string;
  readonly parts: readonly DiskPart[];
  readonly onChange: () => void;
}

export class Disk implements DiskService {
  readonly #setup: DiskSetup;
  readonly #looking = new SharedCalls<DiskUsage>();

  constructor(setup: DiskSetup) {
    this.#setup = setup;
  }

  async usage(): Promise<DiskUsage> {
    return this.#looking.run('usage', async () => this.#look());
  }

  /** Throws GraftError('conflict') with every thing that must stay; what is gone already counts as cleared. */
  async clear(
    ids: readonly string[],
    { signal, onProgress }: CallOptions = {},
  ): Promise<{ readonly freedBytes: number }> {
    const chosen = (await this.#items()).filter(({ id }) => ids.includes(id));
    refuseKept(chosen);
    let freedBytes = 0;
    try {
      for (const [done, item] of chosen.entries()) {
        throwIfCancelled(signal);
        onProgress?.({
          label: progressWords.clearing({ what: item.name }),
          done: freedBytes,
          total: totalOf(chosen),
          unit: 'bytes',
        });
        await item.clear();
        freedBytes += item.bytes;
        if (done === chosen.length - 1)
          onProgress?.({ label: progressWords.cleared(), done: freedBytes, total: totalOf(chosen), unit: 'bytes' });
      }
      return { freedBytes };
    } finally {
      this.#setup.onChange();
    }
  }

  /** Those in the data folder, the last first. */
  async backups(): Promise<readonly BackupFile[]> {
    const { backupsDir } = this.#setup.folder;
    const names = existsSync(backupsDir) ? await readdir(backupsDir) : [];
    const files = names
      .filter((name) => name.endsWith('.tar') && !isTemporaryName(name))
      .map((name) => join(backupsDir, name));
    const found = await Promise.all(files.map(async (file) => toBackup(file)));
    return found.toSorted((a, b) => b.createdAt - a.createdAt);
  }

  async #look(): Promise<DiskUsage> {
    const { folder, cacheDir } = this.#setup;
    const entries = (await this.#items()).map(({ clear: _, ...entry }): DiskEntry => entry);
    const { bavail, blocks, bsize } = await statfs(folder.home);
    const kinds = diskKinds.map((kind) => {
      const ofKind = entries.filter((entry) => entry.kind === kind).toSorted((a, b) => b.bytes - a.bytes);
      return { kind, bytes: totalOf(ofKind), entries: ofKind };
    });
    return {
      dataFolder: folder.home,
      cacheFolder: cacheDir,
      freeBytes: bavail * bsize,
      totalBytes: blocks * bsize,
      kinds,
    };
  }

  async #items(): Promise<readonly DiskItem[]> {
    return (await Promise.all(this.#setup.parts.map(async (part) => part()))).flat();
  }
}

function refuseKept(chosen: readonly DiskItem[]): void {
  const problems = chosen.flatMap(({ id, name, keptBecause }) =>
    keptBecause === null ? [] : [problemOf(id, diskWords.entryKept({ name, why: keptBecause }))],
  );
  const [first] = problems;
  if (first === undefined) return;
  const remedy = diskWords.leaveOut();
  throw new GraftError('conflict', diskWords.mustStay({ message: saidOf(first) }), {
    field: first.field,
    problems,
    remedy,
  });
}

function totalOf(entries: readonly Pick<DiskEntry, 'bytes'>[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function toBackup(file: string): Promise<BackupFile> {
  const { size, mtimeMs } = await stat(file);
  return { file, sizeBytes: size, createdAt: Math.round(mtimeMs) };
}
