/** What a run that is too large could be: one change where that is enough, and a refusal that names it. */
import { describe, expect, it } from 'vitest';
import { sayNearest } from '../../../main/contract/nearestFit.ts';
import { trainingSchema } from '../../../main/contract/training.ts';
import { resolveTraining } from '../../../main/contract/resolveTraining.ts';
import { englishOf } from '../../../main/contract/words/words.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { getMethodSpec } from '../../../main/methods/registry.ts';
import { type EstimateInput, estimateRun, weightMemory } from '../../../main/studio/machine/estimate.ts';
import { nearestFit, refuseBeyondMachine } from '../../../main/studio/runs/nearestFit.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { graftErrorOf } from '../../support/graftErrors.ts';

const { shape: small } = inspectModel(fixturePath('tiny_llama_base'));
/** The shape of Llama 2 7B. */
const shape = {
  ...small,
  ...{ hiddenSize: 4096, intermediateSize: 11_008, layerCount: 32, headCount: 32, keyValueHeadCount: 32, headDim: 128 },
  ...{ vocabSize: 32_000, parameterCount: 6_738_415_616, maxPositions: 4096 },
  linears: Array.from({ length: 32 }, (_, layer) =>
    [
      ...['q_proj', 'k_proj', 'v_proj', 'o_proj'].map((name) => [name, 4096, 4096] as const),
      ...(['gate_proj', 'up_proj'] as const).map((name) => [name, 4096, 11_008] as const),
      ['down_proj', 11_008, 4096] as const,
    ].map(([name, inFeatures, outFeatures]) => ({
      ...small.linears[0],
      name: `${layer}.${name}`,
      inFeatures,
      outFeatures,
    })),
  ).flat(),
};
const settings = { backend: 'tensorflow', precision: 'float32', threads: 2 } as const;
const spec = getMethodSpec('vera');
const targets = shape.linears.filter(({ name }) => /[qv]_proj$/.test(name));
const input: EstimateInput = {
  ...{ shape, spec, targets, settings, meanLength: 256, longestLength: 256, knownTokensPerSecond: null },
  options: spec.options.parse({ rank: 256 }),
  training: resolveTraining(trainingSchema.parse({ batchSize: 4, maxLength: 256 }), { spec, shape, trainingPieces: 8 }),
};
const bases = (['int8', 'nf4'] as const).map((precision) => ({
  settings: { ...settings, precision, products: 'float32' as const },
}));

describe('the shape of Llama 2 7B', () => {
  it('is 27 GB in float32 and 4.4 in nf4, whose tables and head stay float32', () => {
    expect(weightMemory(settings, shape) / 1e9).toBeCloseTo(26.95, 2);
    expect(weightMemory(bases[1].settings, shape) / 1e9).toBeCloseTo(4.39, 2);
  });

  it.each([
    [40e9, undefined],
    [15e9, { precision: 'int8' }],
    [8e9, { recompute: true, precision: 'nf4' }],
    [1e9, null],
  ] as const)('in %d bytes', (limit, expected) => {
    const { memoryBytes } = estimateRun(input);
    if (expected === undefined) expect(memoryBytes).toBeLessThan(limit);
    else if (expected === null) expect(nearestFit(input, bases, limit)).toBeNull();
    else {
      const nearest = nearestFit(input, bases, limit);
      expect(nearest?.changes).toMatchObject(expected);
      expect(nearest?.memoryBytes).toBeLessThanOrEqual(limit);
    }
  });

  it('is refused where the machine has less, with what would do', () => {
    const estimate = estimateRun(input);
    const nearest = nearestFit(input, bases, 15e9);
    const error = graftErrorOf(() => refuseBeyondMachine({ estimate, nearest }, 16e9));
    expect(error.code).toBe('outOfMemory');
    expect(error.message).toMatch(/needs about 3\d\.\d GB of memory, and this machine has 16\.0 GB/);
    expect(error.data.remedy).toContain('int8');
    expect(englishOf(sayNearest(null))).toContain('smaller model');
    refuseBeyondMachine({ estimate, nearest }, 64e9);
  });
});
