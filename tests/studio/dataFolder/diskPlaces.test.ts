/** Clearing what was downloaded from a hub, while somebody else imports from it. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useRepository } from '../../../main/hub/repositoryUse.ts';
import { repositoryDir } from '../../../main/hub/snapshots.ts';
import { layoutOf } from '../../../main/studio/dataFolder/dataFolder.ts';
import type { DiskItem } from '../../../main/studio/dataFolder/disk/diskItem.ts';
import { placeParts } from '../../../main/studio/dataFolder/disk/placeParts.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

const reference = { id: 'somebody/tiny-llama', path: null, revision: null };

async function downloadsIn(cacheDir: string): Promise<readonly DiskItem[]> {
  const folder = layoutOf(join(cacheDir, 'home'));
  mkdirSync(folder.home, { recursive: true });
  const runtimes = { list: async () => Promise.resolve([]), remove: async () => Promise.resolve() };
  const parts = placeParts({
    folder,
    cacheDir,
    runtimes,
    modelNames: () => [],
    isEngineBusy: () => false,
    isFetching: () => false,
  });
  const items = await Promise.all(parts.map(async (part) => part()));
  return items.flat().filter(({ kind }) => kind === 'downloads');
}

it('keeps a download of a hub while another process imports from it, and removes it afterwards', async () => {
  const cacheDir = temporaryDir();
  const dir = repositoryDir(join(cacheDir, 'hub'), reference);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'weights'), 'some');
  await useRepository(reference, cacheDir, async () => {
    const [item] = await downloadsIn(cacheDir);
    const error = await graftErrorOfAsync(async () => item.clear());
    expect([error.code, error.message]).toEqual([
      'conflict',
      expect.stringMatching(/tiny-llama is being imported just now/),
    ]);
    expect(existsSync(dir)).toBe(true);
  });
  const [item] = await downloadsIn(cacheDir);
  await item.clear();
  expect(existsSync(dir)).toBe(false);
  expect(await downloadsIn(cacheDir)).toEqual([]);
});
