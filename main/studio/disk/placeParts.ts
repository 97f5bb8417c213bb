/** What belongs to no library: runtimes and downloads in the cache, backups, logs, the database. */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DiskKind } from '../../contract/disk.ts';
import { GraftError } from '../../contract/errors.ts';
import type { RuntimeService } from '../../contract/services.ts';
import { isTemporaryName } from '../../formats/atomicFile.ts';
import { removeUnused } from '../../hub/repositoryUse.ts';
import { convertedAdaptersDir } from '../convertedAdapters.ts';
import { sizeOf } from '../dataFolder.ts';
import type { DataFolder } from '../dataFolder.ts';
import { compiledDir } from '../keepCompiled.ts';
import { neverCleared } from './diskItem.ts';
import type { DiskItem, DiskPart } from './diskItem.ts';

export interface PlacesSetup {
  readonly folder: DataFolder;
  readonly cacheDir: string;
  readonly runtimes: Pick<RuntimeService, 'list' | 'remove'>;
  /** An engine process may have a runtime loaded. */
  readonly isEngineBusy: () => boolean;
  /** Something is being fetched into the cache. */
  readonly isFetching: () => boolean;
}

export function placeParts(setup: PlacesSetup): readonly DiskPart[] {
  const { folder, cacheDir } = setup;
  const fetching = (): string | null => (setup.isFetching() ? 'Something is being fetched just now.' : null);
  const again = 'It is fetched again when it is needed.';
  return [
    async () => runtimeItems(setup),
    async () =>
      childItems({ dir: join(cacheDir, 'wheels'), kind: 'downloads', prefix: 'wheels', keptBecause: fetching(), consequence: again }),
    async () =>
      childItems({ dir: join(cacheDir, 'starters'), kind: 'downloads', prefix: 'starters', keptBecause: fetching(), consequence: again }),
    async () => {
      const hub = { dir: join(cacheDir, 'hub'), kind: 'downloads', prefix: 'hub', keptBecause: fetching(), consequence: again } as const;
      return childItems({ ...hub, remove: removeDownload });
    },
    async () => {
      const consequence = 'The next start of each command takes twice as long, once.';
      return childItems({ dir: compiledDir(cacheDir), kind: 'downloads', prefix: 'compiled', keptBecause: null, consequence });
    },
    async () => {
      const keptBecause = setup.isEngineBusy() ? 'A chat may be using it: unload its model.' : null;
      const consequence = 'It is made again when llama.cpp answers with the adapter.';
      return childItems({ dir: convertedAdaptersDir(cacheDir), kind: 'downloads', prefix: 'llama.cpp-adapters', keptBecause, consequence });
    },
    async () => {
      const consequence = 'What was kept in it cannot be brought back from it any more.';
      return childItems({ dir: folder.backupsDir, kind: 'backups', prefix: 'backups', keptBecause: null, consequence });
    },
    async () => {
      const consequence = 'It is of use for bug reports alone.';
      return childItems({ dir: folder.logsDir, kind: 'logs', prefix: 'logs', keptBecause: null, consequence });
    },
    async () => databaseItems(folder),
  ];
}

async function runtimeItems({ runtimes, isEngineBusy }: PlacesSetup): Promise<readonly DiskItem[]> {
  const installed = await runtimes.list();
  const keptBecause = isEngineBusy() ? 'A run or a chat may be using it: let the run end, or unload the chat’s model.' : null;
  const ids = [...new Set(installed.map(({ id }) => id))];
  return ids.map((id): DiskItem => {
    const versions = installed.filter((runtime) => runtime.id === id);
    const name = `${id} ${versions.map(({ version }) => version).join(', ')}`;
    const bytes = versions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const consequence =
      id === 'llama.cpp'
        ? 'Chats cannot choose llama.cpp until it is installed again. Other data folders share it.'
        : 'Training and chat are slower, by WebAssembly, until it is installed again. Other data folders share it.';
    return { kind: 'runtimes', id: `runtimes:${id}`, name, bytes, keptBecause, consequence, clear: async () => runtimes.remove(id) };
  });
}

interface Children extends Pick<DiskItem, 'keptBecause' | 'consequence'> {
  readonly dir: string;
  readonly kind: DiskKind;
  readonly prefix: string;
  /** How it goes; at once where nothing is said. */
  readonly remove?: (path: string) => Promise<void>;
}

/** Whatever lies in a folder, one item each; hidden names are locks and work that is not finished. */
async function childItems({ dir, kind, prefix, keptBecause, consequence, remove = removeForGood }: Children): Promise<readonly DiskItem[]> {
  const names = existsSync(dir) ? await readdir(dir) : [];
  const visible = names.filter((name) => !name.startsWith('.') && !isTemporaryName(name));
  return Promise.all(
    visible.map(async (name): Promise<DiskItem> => {
      const path = join(dir, name);
      const clear = async (): Promise<void> => remove(path);
      return { kind, id: `${prefix}:${name}`, name, bytes: await sizeOf(path), keptBecause, consequence, clear };
    }),
  );
}

async function removeForGood(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** Another process may be importing from it. */
async function removeDownload(path: string): Promise<void> {
  if (await removeUnused(path)) return;
  throw new GraftError('conflict', `${basename(path)} is being imported just now.`, { remedy: 'Clear it when the import has ended.' });
}

async function databaseItems({ home, databaseFile }: DataFolder): Promise<readonly DiskItem[]> {
  const sizes = await Promise.all(['', '-wal', '-shm'].map(async (suffix) => sizeOf(databaseFile + suffix)));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const keptBecause = 'It holds everything that the studio knows.';
  const database: DiskItem = {
    kind: 'database',
    id: 'database:graft.db',
    name: 'graft.db',
    bytes,
    keptBecause,
    consequence: '',
    clear: neverCleared,
  };
  const damaged = (await readdir(home)).filter((name) => name.startsWith('graft.db.damaged-'));
  const setAside = damaged.map(async (name): Promise<DiskItem> => {
    const path = join(home, name);
    const consequence = 'What could still be rescued from the damaged database is gone.';
    const clear = async (): Promise<void> => rm(path, { force: true });
    return { kind: 'database', id: `database:${name}`, name, bytes: await sizeOf(path), keptBecause: null, consequence, clear };
  });
  return [database, ...(await Promise.all(setAside))];
}
