import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRuntimeService, offersFor } from '../../../main/studio/machine/runtimes.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { englishOf } from '../../../main/contract/words/words.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';

const linux = { platform: 'linux-x64', nvidiaGpu: null };

it('says of every runtime why it cannot be installed here (an offer that ends in an error)', () => {
  const reasons = (machine: typeof linux | { platform: string; nvidiaGpu: string }): unknown =>
    Object.fromEntries(
      offersFor(machine, []).map(({ id, unavailableBecause }) => [
        id,
        unavailableBecause && englishOf(unavailableBecause),
      ]),
    );
  expect(reasons(linux)).toEqual({
    'tensorflow-cpu': null,
    'tensorflow-cuda': expect.stringContaining('NVIDIA') as unknown,
    webgpu: null,
    'llama.cpp': null,
  });
  expect(reasons({ ...linux, nvidiaGpu: '550.1' })).toEqual({
    'tensorflow-cpu': null,
    'tensorflow-cuda': null,
    webgpu: null,
    'llama.cpp': null,
  });
  expect(reasons({ platform: 'win32-x64', nvidiaGpu: '550.1' })).toEqual({
    'tensorflow-cpu': expect.stringContaining('win32-x64') as unknown,
    'tensorflow-cuda': expect.stringContaining('win32-x64') as unknown,
    webgpu: null,
    'llama.cpp': null,
  });
  for (const { downloadBytes, title } of offersFor(linux, []))
    expect([downloadBytes > 1e7, title !== '']).toEqual([true, true]);
});

it('shows what is installed, a damaged one too, and tells of every change', async () => {
  const cacheDir = temporaryDir();
  const dir = join(cacheDir, 'runtimes', 'tensorflow-cpu-2.21.0');
  mkdirSync(dir, { recursive: true });
  const files = [{ path: 'gone.so', sizeBytes: 5, sha256: '0' }];
  writeFileSync(
    join(dir, 'runtime.json'),
    JSON.stringify({ id: 'tensorflow-cpu', version: '2.21.0', platform: 'linux-x64', wheels: [], files }),
  );
  let changes = 0;
  const runtimes = createRuntimeService({ cacheDir, machine: () => linux, onChange: () => changes++ });
  expect((await runtimes.offers())[0]?.installed).toMatchObject({ version: '2.21.0', verified: false });
  await runtimes.remove('tensorflow-cpu');
  expect((await runtimes.offers())[0]?.installed).toBeNull();
  expect(changes).toBe(1);
  expect(await graftErrorOfAsync(async () => runtimes.remove('tensorflow-cpu'))).toMatchObject({ code: 'notFound' });
});

it('refuses a wheel for what is not made of wheels (it was ignored, and the network asked instead)', async () => {
  const runtimes = createRuntimeService({ cacheDir: temporaryDir(), machine: () => linux, onChange: () => undefined });
  const error = await graftErrorOfAsync(async () => runtimes.install('llama.cpp', { wheel: '/nowhere.whl' }));
  expect(error).toMatchObject({ code: 'usage', data: { field: '--wheel' } });
});
