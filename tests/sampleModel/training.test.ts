/** How the sample model is made, in small: two steps on WebAssembly. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { llamaFamily } from '../../main/contract/families/llama.ts';
import { writeTokenFile } from '../../main/formats/tokenFile.ts';
import {
  drawWeights,
  readModelWeights,
  writeInitialModel,
  writeModelFolder,
} from '../../main/tools/sampleModel/initialWeights.ts';
import { modelCard } from '../../main/tools/sampleModel/modelCard.ts';
import { modelConfig } from '../../main/tools/sampleModel/modelConfig.ts';
import { stages, trainWeights } from '../../main/tools/sampleModel/trainingRun.ts';
import type { TrainedWeights } from '../../main/tools/sampleModel/trainingRun.ts';
import { backendSettings } from '../support/backends.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

const resources = fileURLToPath(new URL('../../resources/sample-model', import.meta.url));
const shape = llamaFamily.parseConfig(modelConfig, 'config.json');

const hashOf = (weights: TrainedWeights['weights']): string => {
  const hash = createHash('sha256');
  for (const [name, { data }] of weights) hash.update(name).update(data);
  return hash.digest('hex');
};
const meanSquare = (data: Float32Array): number => data.reduce((sum, value) => sum + value * value, 0) / data.length;

describe('random weights', () => {
  const weights = drawWeights(shape, 1);
  const deviationOf = (name: string): number => Math.sqrt(meanSquare(weights.get(name)?.data ?? new Float32Array(1)));

  test('are all of the model, the same every time, another for another seed', () => {
    expect([...weights.keys()].sort()).toEqual([...llamaFamily.weightShapes(shape).keys()].sort());
    expect(hashOf(drawWeights(shape, 1))).toBe(hashOf(weights));
    expect(hashOf(drawWeights(shape, 2))).not.toBe(hashOf(weights));
  });

  test('what writes to the residual stream starts smaller, norms start as one', () => {
    expect(deviationOf('model.layers.3.mlp.up_proj.weight')).toBeCloseTo(0.02, 3);
    expect(deviationOf('model.layers.3.mlp.down_proj.weight')).toBeCloseTo(0.02 / Math.sqrt(10), 3);
    expect(deviationOf('model.layers.3.self_attn.o_proj.weight')).toBeCloseTo(0.02 / Math.sqrt(10), 3);
    expect(new Set(weights.get('model.norm.weight')?.data)).toEqual(new Set([1]));
  });
});

test(
  'training changes every weight, head and norms too, and goes on from its checkpoint',
  { timeout: 180_000 },
  async () => {
    const dir = temporaryDir();
    const [initialDir, tokenFile, runDir] = [join(dir, 'initial'), join(dir, 'tokens.safetensors'), join(dir, 'run')];
    mkdirSync(runDir);
    await writeInitialModel(resources, initialDir, 1);
    const ids = Int32Array.from({ length: 64 }, (_, position) => (position * 37) % 2048);
    const lossMask = Uint8Array.from(ids, (_, position) => (position % 8 === 0 ? 0 : 1));
    const offsets = Int32Array.from({ length: 9 }, (_, row) => row * 8);
    await writeTokenFile(tokenFile, { ids, lossMask, offsets, maxLength: 8, tokenizerHash: '' });
    const stage = { steps: 2, stopAfter: 2, learningRate: 2.5e-3 };
    const setup = { settings: backendSettings.wasm, stage, initialDir, tokenFile, runDir, onStep: () => undefined };
    const { weights, steps } = await trainWeights(setup);
    expect(steps.map(({ step }) => step)).toEqual([1, 2]);
    expect(steps[0]?.loss).toBeCloseTo(Math.log(2048), 0);
    const unchanged = [...drawWeights(shape, 1)].filter(([name, { data }]) =>
      data.every((value, at) => value === weights.get(name)?.data[at]),
    );
    expect(unchanged.map(([name]) => name)).toEqual([]);
    const again = await trainWeights(setup);
    expect(again.steps.map(({ loss }) => loss)).toEqual(steps.map(({ loss }) => loss));
    expect(hashOf(again.weights)).toBe(hashOf(weights));
    await writeModelFolder(resources, join(dir, 'stage'), weights);
    expect(hashOf(readModelWeights(join(dir, 'stage')))).toBe(hashOf(weights));
  },
);

test('the card says where the texts are from and the figures of the run', () => {
  const figures = {
    ...{ precision: 'float32', tokens: 7_369_000, validationRows: 522 },
    ...{ minutes: 30, firstLoss: 7.683, trainingLoss: 3.456, validationLoss: 3.567, lossCurve: [5, 4] },
  };
  const card = modelCard(figures);
  expect(card).toContain('`main/tools/sampleModel/world`');
  const steps = stages.map(({ stopAfter }) => stopAfter.toLocaleString('en'));
  for (const figure of [...steps, '7.4 million', '522 rows', '7.683', '3.456', '3.567', '5.00 4.00'])
    expect(card).toContain(figure);
});

test('the command says how it is used', () => {
  const script = fileURLToPath(new URL('../../main/tools/sampleModel/train.ts', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, 'one-folder'], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain('node main/tools/sampleModel/train.ts resources/sample-model WORK_DIR');
});
