/**
 * The data folder as a service: what it takes, backup, restore, move. Restoring and moving need the folder for this
 * process alone and end the studio: afterwards it only closes, and a new one opens what is there.
 */
import type { Database } from 'better-sqlite3';
import { GraftError } from '../../contract/errors.ts';
import type { DataFolderService } from '../../contract/services.ts';
import type { CallOptions } from '../../contract/progress.ts';
import { closeDatabase } from '../../database/openDatabase.ts';
import type { RunQueue } from '../../jobs/RunQueue.ts';
import { backupDataFolder } from './backup.ts';
import { usageOf } from './dataFolder.ts';
import type { DataFolder } from './dataFolder.ts';
import { moveDataFolder } from './moveDataFolder.ts';
import type { Presence } from './ownership.ts';
import { restoreDataFolder } from './restore.ts';
import { dataFolderWords } from '../../contract/words/dataFolder.ts';

export interface KeeperSetup {
  readonly folder: DataFolder;
  readonly database: Database;
  readonly queue: Pick<RunQueue, 'ownsQueue'>;
  readonly presence: Presence;
  /** Ends everything that works on the folder; called before the database is closed. */
  readonly endServices: () => Promise<void>;
  readonly codeVersion: string;
}

export class DataFolderKeeper implements DataFolderService {
  readonly #setup: KeeperSetup;
  #retired = false;

  constructor(setup: KeeperSetup) {
    this.#setup = setup;
  }

  get dir(): string {
    return this.#setup.folder.home;
  }

  get ownsQueue(): boolean {
    return this.#setup.queue.ownsQueue;
  }

  get retired(): boolean {
    return this.#retired;
  }

  async usage(): Promise<readonly { readonly name: string; readonly bytes: number }[]> {
    return usageOf(this.#setup.folder);
  }

  async backup(toFile: string, options: CallOptions = {}): Promise<void> {
    const { folder, database, codeVersion } = this.#setup;
    await backupDataFolder({ folder, database, codeVersion, toFile, options });
  }

  /** What was there is kept under `backups/before-restore-…`. */
  async restore(fromFile: string, options: CallOptions = {}): Promise<void> {
    await restoreDataFolder({ folder: this.#setup.folder, fromFile, options, beforeSwap: async () => this.#retire() });
  }

  async move(toDir: string, options: CallOptions = {}): Promise<void> {
    await moveDataFolder({ folder: this.#setup.folder, toDir, options, beforeMove: async () => this.#retire() });
  }

  /** Nobody else may come in from here on; the database is one file afterwards. */
  async #retire(): Promise<void> {
    const { endServices, database, presence, folder } = this.#setup;
    if (!presence.tryBecomeAlone()) {
      throw new GraftError('conflict', dataFolderWords.usedByAnother(), {
        file: folder.home,
        remedy: dataFolderWords.closeIt(),
      });
    }
    this.#retired = true;
    await endServices();
    closeDatabase(database);
  }
}
