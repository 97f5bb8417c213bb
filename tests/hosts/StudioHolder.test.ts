import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '@orpc/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Studio } from '../../main/contract/services.ts';
import { Transfers } from '../../main/hosts/browserHost/Transfers.ts';
import { router } from '../../main/hosts/procedures/registry.ts';
import { StudioHolder } from '../../main/hosts/StudioHolder.ts';
import { graftErrorOf, graftErrorOfAsync } from '../support/graftErrors.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

async function openHolder(): Promise<{
  readonly holder: StudioHolder;
  readonly dir: string;
  readonly opened: () => number;
}> {
  const dir = temporaryDir();
  const holder = await StudioHolder.open({ home: join(dir, 'home'), cacheDir: join(dir, 'cache') });
  onTestFinished(async () => holder.close());
  let opened = 0;
  holder.onExchanged(async () => {
    opened++;
  });
  return { holder, dir, opened: () => opened };
}

describe('the studio of a host', () => {
  it('is another one after a move, and refused in words in between, through procedures too', async () => {
    const { holder, dir, opened } = await openHolder();
    const before = holder.studio;
    const context = {
      kind: 'browser' as const,
      files: new Transfers(dir),
      server: holder.server,
      reopen: async () => undefined,
      get studio() {
        return holder.studio;
      },
    };
    await holder.reopen(
      async (studio) => {
        await studio.dataFolder.move(join(dir, 'new'));
        expect(graftErrorOf(() => holder.studio)).toMatchObject({
          code: 'conflict',
          data: { remedy: expect.any(String) },
        });
        await expect(call(router.preferences.get, undefined, { context })).rejects.toMatchObject({
          code: 'GRAFT',
          data: { code: 'conflict' },
        });
        expect((await graftErrorOfAsync(async () => holder.reopen(async () => undefined))).code).toBe('conflict');
      },
      join(dir, 'new'),
    );
    expect(holder.studio).not.toBe(before);
    expect(holder.studio.dataFolder.dir).toBe(join(dir, 'new'));
    expect(opened()).toBe(1);
  });

  it('goes on when the work fails before it ended the studio: nothing that runs is stopped for a wrong file', async () => {
    const { holder, dir, opened } = await openHolder();
    const before = holder.studio;
    writeFileSync(join(dir, 'bad.tar'), 'no archive');
    await graftErrorOfAsync(async () =>
      holder.reopen(async ({ dataFolder }) => dataFolder.restore(join(dir, 'bad.tar'))),
    );
    expect(holder.studio).toBe(before);
    expect(opened()).toBe(0);
  });

  it('is opened again where it was when the work fails after it ended the studio', async () => {
    const { holder, dir, opened } = await openHolder();
    const work = async ({ dataFolder }: Studio): Promise<void> => {
      await dataFolder.move(join(dir, 'new'));
      throw new Error('the disk came loose');
    };
    await expect(holder.reopen(work, join(dir, 'elsewhere'))).rejects.toThrow('came loose');
    expect(holder.studio.dataFolder.dir).toBe(join(dir, 'new')); // the old place leads there
    expect(opened()).toBe(1);
  });
});
