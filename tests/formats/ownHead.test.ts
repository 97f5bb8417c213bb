/** A head beside a configuration that ties it: which one counts, in every family and in both formats. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadModel } from '../../main/engine/models/registry.ts';
import { tf } from '../../main/engine/tf.ts';
import { ggufEncodings } from '../../main/formats/ggufEncodings.ts';
import { toGgufLayout } from '../../main/formats/ggufTransform.ts';
import { writeGguf } from '../../main/formats/ggufWriter.ts';
import type { GgufOutput } from '../../main/formats/ggufWriter.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { openWeights } from '../../main/formats/weightSource.ts';
import { familyFixtures } from '../engine/models/familyFixtures.ts';
import { openTestBackend } from '../support/backends.ts';
import { relativeError } from '../support/fixtures.ts';
import { dirWithHead, reversedRows, tiedModel } from '../support/ownHead.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

const ids = [[3, 11, 7, 29, 5]];

/** Logits of each token, for a model that lies there. */
async function logitsOf(dir: string): Promise<Float32Array> {
  const model = loadModel(await openTestBackend('cpu'), dir);
  const logits = tf.tidy(() => model.logits(model.hidden(tf.tensor2d(ids, undefined, 'int32'))).dataSync<'float32'>());
  model.dispose();
  return logits;
}

/** The same model as a GGUF, with its output head or without. */
async function ggufOf(dir: string, writesHead: boolean): Promise<string> {
  const { family, shape, config } = inspectModel(dir);
  const source = openWeights(dir, family, shape);
  const { metadata, tensors } = family.ggufMetadata(config, { ...shape, tiedHead: true });
  const encoding = ggufEncodings.f32;
  const names = [...family.weightShapes({ ...shape, tiedHead: !writesHead }).keys()];
  const weights = names.map((name): GgufOutput => {
    const stored = family.ggufTensor(name, shape);
    const size = source.shape(name);
    return {
      name: stored.name,
      encoding,
      shape: size,
      values: () => toGgufLayout(source.readFloat32(name), size[0] ?? 0, stored.transform),
    };
  });
  const others = [...tensors].map(([name, values]): GgufOutput => ({
    name,
    encoding,
    shape: [values.length],
    values: () => values,
  }));
  const path = join(temporaryDir(), 'model.gguf');
  await writeGguf(path, { metadata, tensors: [...weights, ...others] });
  source.close();
  return path;
}

describe.each(familyFixtures)('%s', (fixture) => {
  const tied = tiedModel(fixture);
  const rows = tied.embedding.shape[0] ?? 0;
  /** A head with the rows of the embedding in reverse gives the tied logits in reverse. */
  const reversed = (logits: Float32Array): number[] =>
    Array.from(logits, (_, at) => logits[at - (at % rows) + rows - 1 - (at % rows)] ?? NaN);

  it('computes with its own head, not with the embedding (logits were far off, in silence)', async () => {
    const dir = dirWithHead(tied, reversedRows(tied.embedding));
    const read = inspectModel(dir);
    expect(read).toMatchObject({
      hasUndeclaredHead: true,
      shape: { tiedHead: false },
      config: { tie_word_embeddings: false },
    });
    const without = inspectModel(dirWithHead(tied));
    const [, width = 0] = tied.embedding.shape;
    expect(read.shape.parameterCount).toBe(without.shape.parameterCount + rows * width);
    const expected = reversed(await logitsOf(dirWithHead(tied)));
    expect(relativeError(await logitsOf(dir), expected)).toBeLessThan(1e-5);
    const asGguf = await ggufOf(dir, true);
    expect(inspectModel(asGguf).shape.tiedHead).toBe(false);
    expect(relativeError(await logitsOf(asGguf), expected)).toBeLessThan(1e-5);
  });

  it('is tied where the head is a copy of the embedding, and holds it once', async () => {
    const dir = dirWithHead(tied, tied.embedding);
    const expected = inspectModel(dirWithHead(tied)).shape;
    expect(inspectModel(dir)).toMatchObject({ hasUndeclaredHead: false, shape: expected });
    const asGguf = inspectModel(await ggufOf(dir, true));
    expect(asGguf).toMatchObject({
      hasUndeclaredHead: false,
      shape: { tiedHead: true, parameterCount: expected.parameterCount },
    });
  });
});

describe('what is no head of its own', () => {
  it('one that lies damaged is left to the check of the weights, which names it', () => {
    const tied = tiedModel('arch_qwen3');
    const dir = dirWithHead(tied, reversedRows(tied.embedding));
    const file = join(dir, 'model.safetensors');
    writeFileSync(file, readFileSync(file).subarray(0, 500));
    const { family, shape, hasUndeclaredHead } = inspectModel(dir);
    expect(hasUndeclaredHead).toBe(false);
    expect(() => openWeights(dir, family, shape)).toThrow(/not a whole safetensors file/);
  });

  it('one of another shape is named by the check of the weights', () => {
    const tied = tiedModel('arch_qwen3');
    const dir = dirWithHead(tied, { dtype: 'F32', shape: [1, 4], data: new Uint8Array(16) });
    const { family, shape } = inspectModel(dir);
    expect(() => openWeights(dir, family, shape)).toThrow(/lm_head.weight has shape \[1, 4\]/);
  });
});
