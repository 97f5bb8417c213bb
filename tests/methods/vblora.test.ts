/**
 * What chooses bank vectors while they learn, the ablations of the VB-LoRA paper: noise acts in training alone, from
 * the run's seed, and what is evaluated and stored is top-k.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Noise } from '../../main/engine/training/dropoutPool.ts';
import { getAdapterMethod } from '../../main/engine/adapters/registry.ts';
import { runTraining } from '../../main/engine/training/runTraining.ts';
import { tf, type Tensor } from '../../main/engine/tf.ts';
import { chosenWeights } from '../../main/methods/vblora/selection.ts';
import { vbloraOptionsSchema } from '../../main/methods/vblora/spec.ts';
import { methodOf, trainingJob } from '../engine/training/trainingJob.ts';
import { tinyShape } from '../engine/adapters/tinyLlama.ts';
import { backendSettings, openTestBackend } from '../support/backends.ts';
import { relativeError } from '../support/fixtures.ts';
import { initAdapter } from '../support/initAdapter.ts';
import { temporaryDir } from '../support/temporaryDir.ts';

const selections = ['noisy', 'gumbel', 'straightThrough'] as const;
const rows = 3;
const vectors = 5;

beforeAll(async () => {
  await openTestBackend('cpu');
});

/** Numbers in (0, 1) that are other ones for each name. */
const noise: Noise = (shape, name) =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => {
      const wave = Math.sin((at + 1) * 12.9898 + name.length * 78.233) * 43_758.5453;
      return wave - Math.floor(wave);
    }),
    [...shape],
  );
const logits = (): Tensor => tf.randomNormal([rows, vectors], 0, 1, 'float32', 7);
const optionsOf = (selection: string) => vbloraOptionsSchema.parse({ topk: 2, selection, selectionTemperature: 0.5 });
const weightsOf = (selection: string, given?: Noise): number[][] =>
  chosenWeights(logits(), optionsOf(selection), given ? { noise: given } : {}).arraySync() as number[][];

describe.each(selections)('%s', (selection) => {
  test('is top-k where nothing is trained, and another choice where something is', () => {
    expect(weightsOf(selection)).toEqual(weightsOf('topk'));
    const found = weightsOf(selection, noise);
    expect(found).not.toEqual(weightsOf('topk'));
    for (const row of found) {
      expect(row.reduce((total, each) => total + each, 0)).toBeCloseTo(1, 5);
      expect(row.filter((each) => each > 0)).toHaveLength(selection === 'gumbel' ? vectors : 2);
    }
  });

  test('is learned as it says: through what was chosen, or through all of them', () => {
    const upstream = tf.randomNormal([rows, vectors], 0, 1, 'float32', 8);
    const gradientOf = (of: (x: Tensor) => Tensor): number[] => [
      ...tf
        .grad((x: Tensor) => of(x).mul(upstream).sum())(logits())
        .dataSync(),
    ];
    const found = gradientOf((x) => chosenWeights(x, optionsOf(selection), { noise }));
    const isSoft = selection !== 'noisy';
    expect(found.filter((each) => each === 0).length).toBe(isSoft ? 0 : rows * (vectors - 2));
    const soft = gradientOf((x) => chosenWeights(x, optionsOf('gumbel'), { noise }));
    if (isSoft) expect(relativeError(Float32Array.from(found), soft)).toBeLessThan(1e-5);
  });
});

test('each is a run of its own, and the same again with the same seed', async () => {
  const ids = Array.from({ length: 4 }, (_, row) => Array.from({ length: 8 }, (_, at) => (row * 7 + at * 5) % 64));
  const lossesOf = async (selection: string): Promise<string> => {
    const losses: number[] = [];
    const job = await trainingJob(
      temporaryDir(),
      ids.map((row) => ({ ids: row, mask: row.map((_, at) => Math.sign(at)) })),
      {
        method: methodOf('vblora', { numVectors: 8, vectorLength: 16, selection, initVectorBankBound: 1 }),
        targets: ['model.layers.0.self_attn.q_proj'],
        training: { steps: 2 },
      },
    );
    await runTraining(backendSettings.wasm, job, {
      onEvent: (event) => event.type === 'metrics' && losses.push(...event.steps.map(({ loss }) => loss)),
    });
    return losses.join();
  };
  const found: string[] = [];
  for (const selection of ['topk', ...selections, 'gumbel']) found.push(await lossesOf(selection));
  expect(new Set(found).size).toBe(4);
  expect(found[4]).toBe(found[2]);
});

test('what is usual stands in no folder, what is not does and comes back', async () => {
  const method = getAdapterMethod('vblora');
  const targets = tinyShape.linears.slice(0, 1);
  const folderOf = async (given: object) => {
    const options = vbloraOptionsSchema.parse({ numVectors: 4, vectorLength: 16, targets: ['q_proj'], ...given });
    return method.toPeft(await initAdapter('vblora', { options, targets, shape: tinyShape }), 'tiny').config;
  };
  const usual = Object.keys(await folderOf({}));
  expect(usual.filter((field) => field.startsWith('graft_'))).toEqual([]);
  expect(await folderOf({ selection: 'noisy', selectionNoise: 0.1 })).toMatchObject({
    graft_selection: 'noisy',
    graft_selection_noise: 0.1,
  });
});
