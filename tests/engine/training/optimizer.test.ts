/** Optimizer, clipping and schedules against values that PyTorch and transformers computed. */
import { fc } from '../../support/properties.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { clipByGlobalNorm } from '../../../main/engine/training/clipByGlobalNorm.ts';
import { flattenGroup, packGroups, unflattenGroup, unpackGroup } from '../../../main/engine/training/parameterPack.ts';
import { adamw } from '../../../main/training/optimizers/adamw.ts';
import type { PackVectors } from '../../../main/training/optimizer.ts';
import { learningRateFactor } from '../../../main/engine/training/schedules.ts';
import { tf } from '../../../main/engine/tf.ts';
import type { Tensor } from '../../../main/engine/tf.ts';
import { openTestBackend } from '../../support/backends.ts';

/** Parameters after the three steps of the first test. */
const torchParameters = [0.9743222594261169, -1.9723448753356934, 0.48805123567581177];

/** `schedule warm-up steps`: the factor of each step. */
const transformersFactors = {
  'linear 3 10': [
    0.0, 0.3333333333333333, 0.6666666666666666, 1.0, 0.8571428571428571, 0.7142857142857143, 0.5714285714285714,
    0.42857142857142855, 0.2857142857142857, 0.14285714285714285,
  ],
  'cosine 2 9': [
    0.0, 0.5, 1.0, 0.9504844339512095, 0.8117449009293668, 0.6112604669781572, 0.38873953302184283, 0.18825509907063326,
    0.04951556604879048,
  ],
  'constant 4 8': [0.0, 0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 1.0],
  'constant 0 3': [1.0, 1.0, 1.0],
  'cosine 0 5': [1.0, 0.9045084971874737, 0.6545084971874737, 0.34549150281252633, 0.09549150281252633],
};

beforeAll(async () => {
  await openTestBackend('cpu');
});

function valuesOf(tensor: Tensor): number[] {
  return Array.from(tensor.dataSync());
}

describe('AdamW', () => {
  it('takes the steps of torch.optim.AdamW (lr 0.1, weight decay 0.01, gradients that change sign)', () => {
    const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    let vectors: PackVectors = {
      parameters: tf.tensor1d([1, -2, 0.5]),
      firstMoment: tf.zeros([3]),
      secondMoment: tf.zeros([3]),
    };
    const gradients = [
      [0.1, -0.2, 0],
      [-0.3, 0.4, 1e-4],
      [0.05, 0.1, -2],
    ];
    gradients.forEach((gradient, index) => {
      const values = adamw.scalars({ options, weightDecay: 0.01, learningRate: 0.1, step: index + 1 });
      const scalars = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tf.scalar(value)]));
      vectors = adamw.update(vectors, tf.tensor1d(gradient), scalars, options);
    });
    torchParameters.forEach((expected, index) => expect(valuesOf(vectors.parameters)[index]).toBeCloseTo(expected, 6));
  });
});

describe('clipByGlobalNorm', () => {
  it('scales all groups by one factor and reports the norm before', () => {
    const { clipped, norm } = clipByGlobalNorm([tf.tensor1d([3, 0]), tf.tensor1d([4])], tf.scalar(1));
    expect(valuesOf(norm)[0]).toBeCloseTo(5, 6);
    expect(clipped.flatMap(valuesOf).map((value) => value.toFixed(5))).toEqual(['0.60000', '0.00000', '0.80000']);
  });

  it('leaves small gradients alone, and all of them without a maximum', () => {
    expect(valuesOf(clipByGlobalNorm([tf.tensor1d([0.3, -0.4])], tf.scalar(1)).clipped[0])).toEqual([
      Math.fround(0.3),
      Math.fround(-0.4),
    ]);
    expect(valuesOf(clipByGlobalNorm([tf.tensor1d([300, -400])], tf.scalar(Infinity)).clipped[0])).toEqual([300, -400]);
  });

  it('lets a gradient that is not a number through to the norm (it must not be clipped into a number)', () => {
    expect(valuesOf(clipByGlobalNorm([tf.tensor1d([NaN, 1])], tf.scalar(1)).norm)[0]).toBeNaN();
  });
});

describe('learningRateFactor', () => {
  it.each(Object.entries(transformersFactors))('follows get_scheduler: %s', (name, expected) => {
    const [schedule, warmupSteps, steps] = name.split(' ');
    const config = {
      schedule: schedule as 'linear' | 'cosine' | 'constant',
      warmupSteps: Number(warmupSteps),
      steps: Number(steps),
    };
    expected.forEach((factor, index) => expect(learningRateFactor(config, index + 1)).toBeCloseTo(factor, 12));
  });

  it('stays within 0 and 1 for any warm-up, one longer than the run included', () => {
    const config = fc.record({
      schedule: fc.constantFrom('linear' as const, 'cosine' as const, 'constant' as const),
      warmupSteps: fc.nat(50),
      steps: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(config, fc.integer({ min: 1, max: 40 }), (schedule, step) => {
        const factor = learningRateFactor(schedule, step);
        expect(factor).toBeGreaterThanOrEqual(0);
        expect(factor).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('parameter pack', () => {
  const trained = {
    a: { group: 'default', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    bank: { group: 'vectorBank', shape: [3], data: Float32Array.of(7, 8, 9) },
    b: { group: 'default', shape: [1], data: Float32Array.of(5) },
  };
  const shapes = Object.entries(trained).map(([name, { group, shape }]) => ({ name, group, shape }));
  const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

  it('gives every tensor back under its name, on the host and traced (offsets mixed up would swap layers)', () => {
    const groups = packGroups(adamw.packs(shapes, [], options), trained);
    // oxfmt-ignore
    expect(groups.map(({ name, size }) => [name, size])).toEqual([['default', 5], ['vectorBank', 3]]);
    const host = Object.assign(
      {},
      ...groups.map((group) => unflattenGroup(group, flattenGroup(group, trained))),
    ) as typeof trained;
    expect(host).toEqual(trained);
    const [first] = groups;
    const device = unpackGroup(first, tf.tensor1d(flattenGroup(first, trained)));
    expect(valuesOf(device.a)).toEqual([1, 2, 3, 4]);
    expect(device.a.shape).toEqual([2, 2]);
    expect(valuesOf(device.b)).toEqual([5]);
  });

  it('collects gradients of the named tensors into one vector, zeros for one that is not used', () => {
    const [group] = packGroups(adamw.packs(shapes, [], options), trained);
    const gradient = tf.grad((flat) => unpackGroup(group, flat).b.mul(3).sum())(
      tf.tensor1d(flattenGroup(group, trained)),
    );
    expect(valuesOf(gradient)).toEqual([0, 0, 0, 0, 3]);
  });
});
