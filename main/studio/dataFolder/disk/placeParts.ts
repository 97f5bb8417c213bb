/** What belongs to no library: runtimes and downloads in the cache, backups, logs, the database. */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DiskKind } from '../../../contract/disk.ts';
import { GraftError } from '../../../contract/errors.ts';
import type { RuntimeService } from '../../../contract/services.ts';
import { isTemporaryName } from '../../../formats/atomicFile.ts';
import { removeUnused } from '../../../hub/repositoryUse.ts';
import { sizeOf } from '../dataFolder.ts';
import type { DataFolder } from '../dataFolder.ts';
import {
  compiledDir,
  convertedAdaptersDir,
  convertedModelsDir,
  decompositionsDir,
  engineChecksDir,
} from '../../shared/places.ts';
import { neverCleared } from './diskItem.ts';
import type { DiskItem, DiskPart } from './diskItem.ts';
import { diskWords } from '../../../contract/words/disk.ts';
import type { Said } from '../../../contract/words/words.ts';

export interface PlacesSetup {
  readonly folder: DataFolder;
  readonly cacheDir: string;
  readonly runtimes: Pick<RuntimeService, 'list' | 'remove'>;
  readonly modelNames: () => readonly { readonly name: string; readonly contentHash: string }[];
  /** An engine process may have a runtime loaded. */
  readonly isEngineBusy: () => boolean;
  /** Something is being fetched into the cache. */
  readonly isFetching: () => boolean;
}

export function placeParts(setup: PlacesSetup): readonly DiskPart[] {
  const { folder, cacheDir } = setup;
  const fetching = (): Said | null => (setup.isFetching() ? diskWords.fetchingNow() : null);
  const again = diskWords.fetchedAgain();
  return [
    async () => runtimeItems(setup),
    async () =>
      childItems({
        dir: join(cacheDir, 'wheels'),
        kind: 'downloads',
        prefix: 'wheels',
        keptBecause: fetching(),
        consequence: again,
      }),
    async () =>
      childItems({
        dir: join(cacheDir, 'starters'),
        kind: 'downloads',
        prefix: 'starters',
        keptBecause: fetching(),
        consequence: again,
      }),
    async () => {
      const hub = {
        dir: join(cacheDir, 'hub'),
        kind: 'downloads',
        prefix: 'hub',
        keptBecause: fetching(),
        consequence: again,
      } as const;
      return childItems({ ...hub, remove: removeDownload });
    },
    async () => {
      const consequence = diskWords.compiledAgain();
      return childItems({
        dir: compiledDir(cacheDir),
        kind: 'downloads',
        prefix: 'compiled',
        keptBecause: null,
        consequence,
      });
    },
    ...llamaCppParts(setup),
    async () => {
      const keptBecause = setup.isEngineBusy() ? diskWords.runMayUse() : null;
      const consequence = diskWords.decomposedAgain();
      return childItems({
        dir: decompositionsDir(cacheDir),
        kind: 'downloads',
        prefix: 'decompositions',
        keptBecause,
        consequence,
      });
    },
    async () => {
      const consequence = diskWords.keptGone();
      return childItems({ dir: folder.backupsDir, kind: 'backups', prefix: 'backups', keptBecause: null, consequence });
    },
    async () => {
      const consequence = diskWords.bugReports();
      return childItems({ dir: folder.logsDir, kind: 'logs', prefix: 'logs', keptBecause: null, consequence });
    },
    async () => databaseItems(folder),
  ];
}

/** What is made for llama.cpp, and what was found of it. */
function llamaCppParts(setup: PlacesSetup): readonly DiskPart[] {
  const { cacheDir } = setup;
  return [
    async () => {
      const keptBecause = setup.isEngineBusy() ? diskWords.chatMayUse() : null;
      const consequence = diskWords.madeAgain();
      return childItems({
        dir: convertedAdaptersDir(cacheDir),
        kind: 'downloads',
        prefix: 'llama.cpp-adapters',
        keptBecause,
        consequence,
      });
    },
    async () => {
      const keptBecause = setup.isEngineBusy() ? diskWords.chatMayUse() : null;
      const consequence = diskWords.convertedAgain();
      return childItems({
        dir: convertedModelsDir(cacheDir),
        kind: 'downloads',
        prefix: 'llama.cpp-models',
        nameOf: (name) => convertedName(name, setup),
        keptBecause,
        consequence,
      });
    },
    async () =>
      childItems({
        dir: engineChecksDir(cacheDir),
        kind: 'downloads',
        prefix: 'llama.cpp-checks',
        keptBecause: null,
        consequence: diskWords.checkedAgain(),
      }),
  ];
}

async function runtimeItems({ runtimes, isEngineBusy }: PlacesSetup): Promise<readonly DiskItem[]> {
  const installed = await runtimes.list();
  const keptBecause = isEngineBusy() ? diskWords.runOrChat() : null;
  const ids = [...new Set(installed.map(({ id }) => id))];
  return ids.map((id): DiskItem => {
    const versions = installed.filter((runtime) => runtime.id === id);
    const name = `${id} ${versions.map(({ version }) => version).join(', ')}`;
    const bytes = versions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const consequence = id === 'llama.cpp' ? diskWords.noLlamaCpp() : diskWords.slower();
    return {
      kind: 'runtimes',
      id: `runtimes:${id}`,
      name,
      bytes,
      keptBecause,
      consequence,
      clear: async () => runtimes.remove(id),
    };
  });
}

interface Children extends Pick<DiskItem, 'keptBecause' | 'consequence'> {
  readonly dir: string;
  readonly kind: DiskKind;
  readonly prefix: string;
  /** For people, where the folder's is not. */
  readonly nameOf?: (name: string) => string | Said;
  /** How it goes; at once where nothing is said. */
  readonly remove?: (path: string) => Promise<void>;
}

/** Whatever lies in a folder, one item each; hidden names are locks and work that is not finished. */
async function childItems({
  dir,
  kind,
  prefix,
  keptBecause,
  consequence,
  nameOf = (name) => name,
  remove = removeForGood,
}: Children): Promise<readonly DiskItem[]> {
  const names = existsSync(dir) ? await readdir(dir) : [];
  const visible = names.filter((name) => !name.startsWith('.') && !isTemporaryName(name));
  return Promise.all(
    visible.map(async (name): Promise<DiskItem> => {
      const path = join(dir, name);
      const clear = async (): Promise<void> => remove(path);
      return {
        kind,
        id: `${prefix}:${name}`,
        name: nameOf(name),
        bytes: await sizeOf(path),
        keptBecause,
        consequence,
        clear,
      };
    }),
  );
}

/** Of `<beginning of the model's hash>-…-<precision>`; what the library has no more has no name. */
function convertedName(name: string, { modelNames }: PlacesSetup): string | Said {
  const [hash] = name.split('-');
  const model = modelNames().find(({ contentHash }) => contentHash.startsWith(hash));
  return model === undefined
    ? name
    : diskWords.forLlamaCpp({ name: model.name, precision: name.split('-').at(-1) ?? '' });
}

async function removeForGood(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** Another process may be importing from it. */
async function removeDownload(path: string): Promise<void> {
  if (await removeUnused(path)) return;
  throw new GraftError('conflict', diskWords.beingImported({ path: basename(path) }), {
    remedy: diskWords.clearLater(),
  });
}

async function databaseItems({ home, databaseFile }: DataFolder): Promise<readonly DiskItem[]> {
  const sizes = await Promise.all(['', '-wal', '-shm'].map(async (suffix) => sizeOf(databaseFile + suffix)));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const keptBecause = diskWords.holdsEverything();
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
    const consequence = diskWords.damagedDatabase();
    const clear = async (): Promise<void> => rm(path, { force: true });
    return {
      kind: 'database',
      id: `database:${name}`,
      name,
      bytes: await sizeOf(path),
      keptBecause: null,
      consequence,
      clear,
    };
  });
  return [database, ...(await Promise.all(setAside))];
}
