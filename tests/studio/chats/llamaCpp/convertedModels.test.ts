import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepWithinBudget } from '../../../../main/studio/chats/llamaCpp/convertedModels.ts';
import { convertedAdaptersDir } from '../../../../main/studio/shared/places.ts';
import { temporaryDir } from '../../../support/temporaryDir.ts';

it('what was used longest ago goes first, and what is used now never (a budget smaller than one adapter)', async () => {
  const cacheDir = temporaryDir();
  const dir = convertedAdaptersDir(cacheDir);
  for (const [name, usedAt] of [
    ['old', 3],
    ['older', 2],
    ['oldest', 1],
  ] as const) {
    mkdirSync(join(dir, name), { recursive: true });
    writeFileSync(join(dir, name, 'adapter.gguf'), Buffer.alloc(100));
    utimesSync(join(dir, name), usedAt, usedAt);
  }
  const used = join(dir, 'oldest');
  expect(await keepWithinBudget(cacheDir, { budget: 300, used })).toEqual([]);
  expect(await keepWithinBudget(cacheDir, { budget: 200, used })).toEqual(['older']);
  expect(await keepWithinBudget(cacheDir, { budget: 10, used })).toEqual(['old']);
  expect(readdirSync(dir)).toEqual(['oldest']);
});
