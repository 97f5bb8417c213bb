import { beforeAll, describe, expect, it } from 'vitest';
import { dropoutFromPool, dropoutPoolSize, fillDropoutPool } from '../../../main/engine/training/dropoutPool.ts';
import { tf } from '../../../main/engine/tf.ts';
import { openTestBackend } from '../../support/backends.ts';

beforeAll(async () => {
  await openTestBackend('wasm');
});

const size = 20_000;
const pool = (step: number) => tf.tensor1d(fillDropoutPool(dropoutPoolSize(size), [1, step, 0]));

function dropped(step: number, layer: string, rate = 0.25): number[] {
  return Array.from(dropoutFromPool(pool(step))(tf.ones([100, 200]), rate, layer).dataSync());
}

describe('dropout from a pool', () => {
  it('drops the asked share and keeps the mean (else training and use differ in scale)', () => {
    const values = dropped(1, 'q_proj');
    expect(values.filter((value) => value === 0).length / size).toBeCloseTo(0.25, 1.7);
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  });

  it('drops others in each step and in each layer, the same in the same', () => {
    const share = (a: readonly number[], b: readonly number[]): number =>
      a.filter((value, index) => (value === 0) === (b[index] === 0)).length / size;
    const first = dropped(1, 'q_proj');
    expect(share(first, dropped(1, 'q_proj'))).toBe(1);
    expect(share(first, dropped(2, 'q_proj'))).toBeCloseTo(0.625, 1.5);
    expect(share(first, dropped(1, 'k_proj'))).toBeCloseTo(0.625, 1.5);
  });

  it('sends gradients through what was kept alone', () => {
    const numbers = pool(1);
    const gradient = tf.grad((x) => dropoutFromPool(numbers)(x, 0.25, 'q_proj').sum())(tf.ones([100, 200]));
    expect(Array.from(gradient.dataSync())).toEqual(dropped(1, 'q_proj'));
  });
});
