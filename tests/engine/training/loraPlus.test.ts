/** LoRA+ against PEFT's optimizer: single steps, a whole curve, and what it is refused for. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { tf } from '../../../main/engine/tf.ts';
import { misfits } from '../../../main/training/registry.ts';
import type { PackVectors } from '../../../main/training/optimizer.ts';
import { loraPlus } from '../../../main/training/optimizers/loraPlus.ts';
import { veraSpec } from '../../../main/methods/vera/spec.ts';
import { openTestBackend } from '../../support/backends.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { expectAdapter, expectCurve, readCurve, runCurve } from './goldenCurve.ts';

interface Factors {
  readonly A: readonly number[];
  readonly B: readonly number[];
}

interface Case {
  readonly name: string;
  readonly options: { readonly lr: number; readonly ratio: number; readonly weight_decay?: number };
  readonly pairs: readonly (Factors & { readonly scale: number })[];
  readonly grads: readonly (readonly Factors[])[];
  readonly float32: readonly { readonly pairs: readonly Factors[] }[];
}

const { cases } = JSON.parse(readFileSync(fixturePath('procedures/optimizer_steps/loraplus.json'), 'utf8')) as {
  readonly cases: readonly Case[];
};

beforeAll(async () => {
  await openTestBackend('cpu');
});

/** Parameters of both packs after each step: all A, then all B. */
function walk({ options: { lr, ratio, weight_decay: weightDecay = 0 }, pairs, grads }: Case): number[][] {
  const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, loraPlusRatio: ratio };
  const named = pairs.map(({ scale }, index) => ({ module: `m${index}`, a: `a${index}`, b: `b${index}`, scale }));
  const trained = named.flatMap(({ a, b }) => [a, b]).map((name) => ({ name, group: 'default', shape: [1] }));
  const packs = loraPlus.packs(trained, named, options);
  const flat = (factors: readonly Factors[], names: readonly string[]) =>
    tf.tensor1d(names.flatMap((name) => factors[Number(name.slice(1))][name.startsWith('a') ? 'A' : 'B']));
  let states = packs.map(({ tensors }): PackVectors => {
    const parameters = flat(pairs, tensors);
    return { parameters, firstMoment: tf.zerosLike(parameters), secondMoment: tf.zerosLike(parameters) };
  });
  return grads.map((gradients, index) => {
    states = packs.map(({ rateFactor, tensors }, at) => {
      const values = loraPlus.scalars({ options, weightDecay, learningRate: lr * rateFactor, step: index + 1 });
      const scalars = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tf.scalar(value)]));
      return loraPlus.update(states[at], flat(gradients, tensors), scalars, options);
    });
    return states.flatMap(({ parameters }) => Array.from(parameters.dataSync()));
  });
}

describe('LoRA+', () => {
  it.each(cases.map((each) => [each.name, each] as const))('takes the steps of PEFT’s optimizer: %s', (_name, each) => {
    walk(each).forEach((values, step) => {
      const { pairs } = each.float32[step];
      const expected = [...pairs.flatMap(({ A }) => A), ...pairs.flatMap(({ B }) => B)];
      const largest = Math.max(...values.map((value, index) => Math.abs(value - expected[index])));
      expect(largest).toBeLessThan(1e-6);
    });
  });

  it('takes the 24 steps of PEFT’s optimizer in a run', async () => {
    const curve = readCurve('lora_plus');
    const { steps, result } = await runCurve(curve, fixturePath('lora_r4_a8'), { optimizer: 'lora-plus' });
    expectCurve(steps, curve);
    expectAdapter(result.adapterDir, 'lora_plus');
  });

  it('is refused for a method that has no factors A and B (it would train like AdamW and say LoRA+)', () => {
    expect(misfits({ optimizer: 'lora-plus' }, veraSpec)).toMatchObject([{ field: 'training.optimizer' }]);
  });
});
