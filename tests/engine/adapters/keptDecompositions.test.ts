import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HostTensor, TopSingular } from '../../../main/engine/adapters/adapterMethod.ts';
import { keptOrFound } from '../../../main/engine/adapters/keptDecompositions.ts';
import { openTestBackend } from '../../support/backends.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

const matrix = (...values: readonly number[]): HostTensor => ({ shape: [2, 3], data: Float32Array.from(values) });
const weight = matrix(1, 2, 3, 4, 5, 6);

/** Each time another, so that what was kept is told from what was found. */
function counting(): () => Promise<TopSingular> {
  let found = 0;
  return async () => {
    found += 1;
    return {
      u: { shape: [2, 1], data: Float32Array.of(found, 1 / 3) },
      s: Float32Array.of(Math.PI),
      v: { shape: [3, 1], data: Float32Array.of(0.1, -0, found) },
    };
  };
}

test('singular vectors are found once for the same weights and rank, to the last digit', async () => {
  await openTestBackend('cpu');
  const [dir, find] = [join(temporaryDir(), 'made', 'decompositions'), counting()];
  const first = await keptOrFound(dir, { weight, rank: 1 }, find);
  expect(await keptOrFound(dir, { weight: matrix(1, 2, 3, 4, 5, 6), rank: 1 }, find)).toEqual(first);
  for (const other of [
    { weight: matrix(1, 2, 3, 4, 5, 7), rank: 1 },
    { weight: { shape: [3, 2], data: weight.data }, rank: 1 },
    { weight, rank: 2 },
  ])
    expect(await keptOrFound(dir, other, find)).not.toEqual(first);
  expect(readdirSync(dir)).toHaveLength(4);
});

test('what is damaged is found again and kept; without a folder nothing is', async () => {
  await openTestBackend('cpu');
  const [dir, find] = [temporaryDir(), counting()];
  await keptOrFound(dir, { weight, rank: 1 }, find);
  const [file] = readdirSync(dir).map((name) => join(dir, name));
  writeFileSync(file, readFileSync(file).subarray(0, 60));
  const again = await keptOrFound(dir, { weight, rank: 1 }, find);
  expect(again.u.data[0]).toBe(2);
  expect(await keptOrFound(dir, { weight, rank: 1 }, find)).toEqual(again);
  expect((await keptOrFound(undefined, { weight, rank: 1 }, find)).u.data[0]).toBe(3);
});
