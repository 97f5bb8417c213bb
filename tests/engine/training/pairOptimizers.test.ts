/**
 * Optimizers by pairs of factors against their releases: single steps in float64 and as they are stored, and whole
 * curves.
 */
import { describe, expect, it } from 'vitest';
import { type Columns, columnsOf, gram, product, transposed } from '../../../main/linearAlgebra/columns.ts';
import { spectralFunction, symmetricEigen } from '../../../main/linearAlgebra/symmetricEigen.ts';
import { veraSpec } from '../../../main/methods/vera/spec.ts';
import { loraFa } from '../../../main/training/optimizers/loraFa.ts';
import type { Optimizer } from '../../../main/training/optimizer.ts';
import { loraPro } from '../../../main/training/optimizers/loraPro.ts';
import { loraRite } from '../../../main/training/optimizers/loraRite.ts';
import { misfits, misplanned, optimizers } from '../../../main/training/registry.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { expectAdapter, expectCurve, readCurve, runCurve } from './goldenCurve.ts';
import { largestDifference, readStepCases, walkSteps, type Factors, type StepCase } from './stepFile.ts';

const tolerances = { float64: 1e-9, float32: 1e-6 } as const;
const precisions = ['float64', 'float32'] as const;

/** How the options of a case are called here. */
type OptionsOf = (options: StepCase['options']) => object;

const riteNames = {
  ...{ eps: 'riteEpsilon', clip: 'riteClip', skip: 'riteSkip' },
  ...{ cap: 'riteCap', escape: 'riteEscape', balance: 'riteBalance' },
};

const proNames = { x_mode: 'loraProX', adam: 'loraProAdam', step_offset: 'loraProStepOffset' };
const fullPro: OptionsOf = (options) => ({ loraProForm: 'full', ...renamed(proNames)(options) });

/** Those that are called otherwise here. */
function renamed(names: Readonly<Record<string, string>>): OptionsOf {
  return (options) => {
    const known = Object.entries(options).filter(([name]) => name in names);
    return Object.fromEntries(known.map(([name, value]) => [names[name], value]));
  };
}

const files: readonly {
  readonly file: string;
  readonly optimizer: Optimizer;
  readonly curve: string;
  readonly optionsOf: OptionsOf;
}[] = [
  { file: 'lorafa', optimizer: loraFa, curve: 'lora_fa', optionsOf: renamed({}) },
  { file: 'rite', optimizer: loraRite, curve: 'lora_rite', optionsOf: renamed(riteNames) },
  { file: 'lorapro_light', optimizer: loraPro, curve: 'lora_pro_light', optionsOf: renamed(proNames) },
  { file: 'lorapro_full', optimizer: loraPro, curve: 'lora_pro_full', optionsOf: fullPro },
];

describe.each(files)('$optimizer.id, $file', ({ file, optimizer, curve: name, optionsOf }) => {
  const cases = readStepCases(file).flatMap((each) => precisions.map((precision) => ({ ...each, precision, each })));

  it.each(cases)('takes the steps of the release: $name in $precision', ({ each, precision }) => {
    const options = optimizer.options.parse(optionsOf(each.options));
    walkSteps(optimizer, options, each, precision).forEach((found, step) => {
      const { pairs } = each[precision][step];
      expect(largestDifference(found, pairs), `step ${step + 1}`).toBeLessThan(tolerances[precision]);
    });
  });

  it('takes the 24 steps of the reference in a run', async () => {
    const curve = readCurve(name);
    const training = { optimizer: optimizer.id, ...optionsOf({ lr: curve.lr }) };
    const { steps, result } = await runCurve(curve, fixturePath('lora_r4_a8'), training);
    expectCurve(steps, curve);
    expectAdapter(result.adapterDir, name);
  });

  it('is refused for a method that has no factors A and B', () => {
    expect(misfits({ optimizer: optimizer.id }, veraSpec)).toMatchObject([{ field: 'training.optimizer' }]);
  });
});

/** Factors (T⁻¹A, B T) and gradients (Tᵀ g_A, g_B T⁻ᵀ) of the same ΔW, T (r, r) row-major. */
function recut(each: StepCase): StepCase {
  const mix = (rank: number) =>
    Array.from({ length: rank ** 2 }, (_, at) => (at % (rank + 1) === 0 ? 2 : 0.5 / (at + 1)));
  const cut = (
    factors: Factors,
    { r }: StepCase['pairs'][number],
    [ofA, ofB]: readonly [Columns, Columns],
  ): Factors => {
    const a = product(ofA, columnsOf(factors.A, factors.A.length / r));
    const b = product(columnsOf(factors.B, r), ofB);
    return { A: transposed(a).flatMap((row) => [...row]), B: transposed(b).flatMap((row) => [...row]) };
  };
  const turns = each.pairs.map(({ r }) => {
    const t = columnsOf(mix(r), r);
    const square = symmetricEigen(gram(t)); // T⁻¹ = (TᵀT)⁻¹ Tᵀ
    return {
      t,
      inverse: product(
        spectralFunction(square, (value) => 1 / value),
        transposed(t),
      ),
    };
  });
  return {
    ...each,
    pairs: each.pairs.map((pair, at) => ({ ...pair, ...cut(pair, pair, [turns[at].inverse, turns[at].t]) })),
    grads: each.grads.map((step) =>
      step.map((pair, at) => cut(pair, each.pairs[at], [transposed(turns[at].t), transposed(turns[at].inverse)])),
    ),
  };
}

/** s B A of every pair. */
function products(factors: readonly Factors[], { pairs }: StepCase): number[] {
  return factors.flatMap(({ A, B }, at) => {
    const { r, scale } = pairs[at];
    return product(columnsOf(B, r), columnsOf(A, A.length / r)).flatMap((column) => [...column].map((v) => scale * v));
  });
}

/** How far apart ΔW goes from the two cuts of one. */
function parting(steps: (each: StepCase) => readonly Factors[][], each: StepCase): number {
  const [one, other] = [each, recut(each)].map((given) => steps(given).map((factors) => products(factors, each)));
  return Math.max(...one.flatMap((values, step) => values.map((value, at) => Math.abs(value - other[step][at]))));
}

describe('the change of LoRA-RITE', () => {
  const cases = readStepCases('rite').filter(({ name }) => name !== 'cap_balance');

  it.each(cases)('does not hang on how it is cut into A and B: $name', (each) => {
    const options = loraRite.options.parse(renamed(riteNames)(each.options));
    expect(parting((given) => walkSteps(loraRite, options, given, 'exact'), each)).toBeLessThan(1e-10);
  });

  it('does so for AdamW, which shows that this can fail', () => {
    const adam = { ...loraRite, updateOnHost: adamOfPairs };
    const options = loraRite.options.parse({});
    expect(parting((given) => walkSteps(adam, options, given, 'exact'), cases[0])).toBeGreaterThan(0.01);
  });
});

it('refuses LoRA-RITE where a step has too few tokens for the rank, unless its updates are limited', () => {
  const pairs = [{ module: 'm', rank: 8, inFeatures: 16, outFeatures: 16 }];
  const plan = { steps: 10, trainedTokensPerStep: 31, pairs, freeMemoryBytes: 1e9, startsFromAdapter: false };
  const [problem] = misplanned({ optimizer: 'lora-rite' }, plan);
  expect(problem.field).toBe('training.optimizer');
  expect(problem.message).toContain('about 31 tokens');
  expect(misplanned({ optimizer: 'lora-rite' }, { ...plan, trainedTokensPerStep: 32 })).toEqual([]);
  const limited: object = { optimizer: 'lora-rite', riteMaxUpdate: 0.1 };
  expect(misplanned(limited, plan)).toEqual([]);
});

it('refuses the full form of LoRA-Pro above half of the free memory, unless that is allowed', () => {
  const pairs = [{ module: 'm', rank: 8, inFeatures: 1000, outFeatures: 1000 }];
  const plan = { steps: 10, trainedTokensPerStep: 1000, pairs, freeMemoryBytes: 15.9e6, startsFromAdapter: false };
  const full: object = { optimizer: 'lora-pro', loraProForm: 'full' };
  expect(misplanned(full, plan)).toMatchObject([{ field: 'training.allowLargeState' }]);
  expect(misplanned(full, { ...plan, freeMemoryBytes: 16e6 })).toEqual([]);
  expect(misplanned({ ...full, allowLargeState: true } as object, plan)).toEqual([]);
  expect(misplanned({ optimizer: 'lora-pro' }, plan)).toEqual([]);
});

/** AdamW of either factor by itself; V and M are too small for B, so the first two of its vectors are taken. */
const adamOfPairs: NonNullable<typeof loraRite.updateOnHost> = (pairs, gradients, state, { options }) => {
  pairs.forEach(({ a, b, learningRate, step }, at) => {
    const sides = [
      [a, gradients[at].a, state[at].mA, state[at].qA],
      [b, gradients[at].b, state[at].mB, state[at].qB],
    ] as const;
    for (const [values, gradient, first, second] of sides) {
      gradient?.forEach((value, index) => {
        first[index] += (1 - options.beta1) * (value - first[index]);
        second[index] = options.beta2 * second[index] + (1 - options.beta2) * value ** 2;
        const root = Math.sqrt(second[index]) / Math.sqrt(1 - options.beta2 ** step);
        values[index] -= ((learningRate / (1 - options.beta1 ** step)) * first[index]) / (root + options.epsilon);
      });
    }
  });
  return null;
};

it('names every optimizer that computes by pairs', () => {
  const byPairs = Object.values(optimizers).filter(({ updateOnHost }) => updateOnHost);
  expect(new Set(files.map(({ optimizer }) => optimizer.id))).toEqual(new Set(byPairs.map(({ id }) => id)));
});
