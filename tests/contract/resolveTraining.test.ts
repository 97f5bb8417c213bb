import { describe, expect, it } from 'vitest';
import type { ModelShape } from '../../main/contract/families/family.ts';
import { getMethodSpec } from '../../main/methods/registry.ts';
import { parseTraining, resolveTraining, type TrainingContext } from '../../main/contract/resolveTraining.ts';

const shape = { maxPositions: 256 } as ModelShape;
const vera = getMethodSpec('vera');
const vblora = getMethodSpec('vblora');

function resolve(training: object, context: Partial<TrainingContext> = {}) {
  const { trainingPieces, ...about } = { spec: vera, shape, trainingPieces: 100, ...context };
  const parsed = parseTraining(training, about);
  if (parsed.value === null) throw new Error(JSON.stringify(parsed.problems));
  return resolveTraining(parsed.value, { ...about, trainingPieces });
}

describe('what a person leaves open', () => {
  it('comes from the method', () => {
    const { learningRates, schedule, batchSize } = resolve({});
    expect({ learningRates, schedule, batchSize }).toEqual({
      learningRates: { default: 4e-3 },
      schedule: 'cosine',
      batchSize: 4,
    });
  });

  it('is another for encoders: more passes, and a rate of the head’s own', () => {
    const encoder = { ...shape, encoder: {} } as unknown as ModelShape;
    const { steps, learningRates } = resolve({ batchSize: 10, evaluationSplit: 0 }, { shape: encoder });
    expect([steps, Object.keys(learningRates)]).toEqual([100, ['default', 'head']]);
    expect(resolve({ batchSize: 10, evaluationSplit: 0 }).steps).toBe(30);
  });

  it('never asks for more positions than the model has', () => {
    expect(resolve({}).maxLength).toBe(256);
  });

  it('counts steps from epochs as the batch plan does: short last batches count', () => {
    expect(resolve({ epochs: 1, batchSize: 4, evaluationSplit: 0 }, { trainingPieces: 9 }).steps).toBe(3);
    expect(
      resolve({ epochs: 2, batchSize: 4, gradientAccumulation: 2, evaluationSplit: 0 }, { trainingPieces: 9 }).steps,
    ).toBe(4);
    expect(
      resolve({ epochs: 1, batchSize: 64, gradientAccumulation: 2, evaluationSplit: 0 }, { trainingPieces: 10 }).steps,
    ).toBe(1);
  });

  it('lets steps win over epochs, and warm-up steps over the ratio', () => {
    expect(resolve({ steps: 7, epochs: 100 }).steps).toBe(7);
    expect(resolve({ steps: 20 }).warmupSteps).toBe(2);
    expect(resolve({ steps: 20, warmupSteps: 0 }).warmupSteps).toBe(0);
  });

  it('evaluates ten times over the run', () => {
    expect(resolve({ steps: 95 }).evaluateEvery).toBe(10);
    expect(resolve({ steps: 3 }).evaluateEvery).toBe(1);
  });
});

describe('learning rates', () => {
  it('a given one is for all groups', () => {
    expect(resolve({ learningRate: 0.01 }, { spec: vblora }).learningRates).toEqual({
      default: 0.01,
      vectorBank: 0.01,
      logits: 0.01,
    });
  });

  it('a group’s own wins, and the rest keep the method’s', () => {
    expect(resolve({ learningRates: { vectorBank: 0.5 } }, { spec: vblora }).learningRates).toEqual({
      default: 1e-3,
      vectorBank: 0.5,
      logits: 1e-2,
    });
  });
});

describe('problems', () => {
  it('are told all at once with their fields', () => {
    const { problems } = parseTraining({ steps: 0, learningRate: -1, bogus: 1 }, { spec: vera, shape });
    expect(problems.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['training.steps', 'training.learningRate']),
    );
    expect(JSON.stringify(problems)).toContain('bogus');
  });

  it('include what does not go together', () => {
    const { problems } = parseTraining(
      { maxLength: 512, learningRates: { bank: 1 }, earlyStopPatience: 2, evaluationSplit: 0 },
      { spec: vera, shape },
    );
    expect(problems.map(({ field }) => field)).toEqual([
      'training.learningRates',
      'training.maxLength',
      'training.earlyStopPatience',
    ]);
  });
});
