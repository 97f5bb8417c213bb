/**
 * Optimizers by pairs of factors against their releases: single steps in float64 and as they are stored, and whole
 * curves.
 */
import { describe, expect, it } from 'vitest';
import { veraSpec } from '../../../main/methods/vera/spec.ts';
import { loraFa } from '../../../main/training/optimizers/loraFa.ts';
import { misfits, optimizers } from '../../../main/training/registry.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { expectAdapter, expectCurve, readCurve, runCurve } from './goldenCurve.ts';
import { largestDifference, readStepCases, walkSteps, type StepCase } from './stepFile.ts';

const tolerances = { float64: 1e-9, float32: 1e-6 } as const;
const precisions = ['float64', 'float32'] as const;

/** How the options of a case are called here. */
type OptionsOf = (options: StepCase['options']) => object;

const files = [{ file: 'lorafa', optimizer: loraFa, curve: 'lora_fa', optionsOf: (() => ({})) as OptionsOf }];

describe.each(files)('$optimizer.id', ({ file, optimizer, curve: name, optionsOf }) => {
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
    const { steps, result } = await runCurve(curve, fixturePath('lora_r4_a8'), { optimizer: optimizer.id });
    expectCurve(steps, curve);
    expectAdapter(result.adapterDir, name);
  });

  it('is refused for a method that has no factors A and B', () => {
    expect(misfits({ optimizer: optimizer.id }, veraSpec)).toMatchObject([{ field: 'training.optimizer' }]);
  });
});

it('names every optimizer that computes by pairs', () => {
  const byPairs = Object.values(optimizers).filter(({ updateOnHost }) => updateOnHost);
  expect(files.map(({ optimizer }) => optimizer.id)).toEqual(byPairs.map(({ id }) => id));
});
