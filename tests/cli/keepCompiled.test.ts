/**
 * What Node compiles is kept, so that the next command need not compile it; a place that cannot be written is no
 * trouble.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDir } from '../support/temporaryDir.ts';
import { runProcess } from './runCli.ts';

async function listMethods(env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { status, stdout } = await runProcess(['method', 'list'], {
    home: join(temporaryDir(), 'home'),
    env: { NODE_COMPILE_CACHE: undefined, ...env },
  });
  expect(status).toBe(0);
  expect(stdout).toContain('vera');
}

function filesIn(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );
}

it('lies in the cache folder', async () => {
  const GRAFT_CACHE = temporaryDir();
  await listMethods({ GRAFT_CACHE });
  const kept = filesIn(join(GRAFT_CACHE, 'compiled'));
  expect(kept.length).toBeGreaterThan(50);
  await listMethods({ GRAFT_CACHE });
  expect(filesIn(join(GRAFT_CACHE, 'compiled')).toSorted()).toEqual(kept.toSorted());
});

it('lies where the person says', async () => {
  const NODE_COMPILE_CACHE = temporaryDir();
  const GRAFT_CACHE = temporaryDir();
  await listMethods({ NODE_COMPILE_CACHE, GRAFT_CACHE });
  expect(filesIn(NODE_COMPILE_CACHE).length).toBeGreaterThan(50);
  expect(filesIn(GRAFT_CACHE)).toEqual([]);
});

it('is left out where nothing can be written', async () => {
  const GRAFT_CACHE = join(temporaryDir(), 'a-file');
  writeFileSync(GRAFT_CACHE, '');
  await listMethods({ GRAFT_CACHE });
});
