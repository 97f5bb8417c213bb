/** A GGUF of each family, written as llama.cpp's converter would, is read back as the very same model. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ggufEncodings } from '../../main/formats/ggufEncodings.ts';
import { toGgufLayout } from '../../main/formats/ggufTransform.ts';
import { writeGguf, type GgufOutput } from '../../main/formats/ggufWriter.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { openWeights } from '../../main/formats/weightSource.ts';
import { familyFixtures } from '../engine/models/familyFixtures.ts';
import { fixturePath } from '../support/fixtures.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

test.each(familyFixtures)('%s', async (fixture) => {
  const original = inspectModel(fixturePath(fixture));
  const { family, shape, config } = original;
  const source = openWeights(fixturePath(fixture), family, shape);
  const { metadata, tensors: configTensors } = family.ggufMetadata(config, shape);
  const encoding = ggufEncodings.f32;
  const weights = [...family.weightShapes(shape).keys()].map((name): GgufOutput => {
    const stored = family.ggufTensor(name, shape);
    const size = source.shape(name);
    return {
      name: stored.name,
      encoding,
      shape: size,
      values: () => toGgufLayout(source.readFloat32(name), size[0], stored.transform),
    };
  });
  const others = [...configTensors].map(([name, values]): GgufOutput => ({
    name,
    encoding,
    shape: [values.length],
    values: () => values,
  }));
  const path = join(temporaryDir(), 'model.gguf');
  await writeGguf(path, { metadata, tensors: [...weights, ...others] });

  const read = inspectModel(path);
  expect(read.shape.parameterCount).toBe(shape.parameterCount);
  const back = openWeights(path, read.family, read.shape);
  for (const name of family.weightShapes(shape).keys()) {
    expect(back.shape(name)).toEqual(source.shape(name));
    const [found, expected] = [back.readFloat32(name), source.readFloat32(name)];
    const difference = found.reduce((most, value, at) => Math.max(most, Math.abs(value - expected[at])), 0);
    expect(difference, name).toBeLessThan(1e-6); // 1 + w of Gemma's norms loses digits
  }
  source.close();
  back.close();
});
