import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { plainWords } from '../../main/contract/plainWords.ts';
import { trainingSchema } from '../../main/contract/training.ts';

const said = (schema: z.ZodType, value: unknown): readonly string[] =>
  schema.safeParse(value, { error: plainWords }).error?.issues.map(({ message }) => message) ?? [];

describe('plainWords', () => {
  it.each([
    [{ steps: 0 }, 'This must be more than 0.'],
    [{ evaluationSplit: 1 }, 'This must be less than 1.'],
    [{ beta1: -1 }, 'This must be at least 0.'],
    [{ batchSize: 5000 }, 'This must be at most 4096.'],
    [{ steps: 1.5 }, 'This must be a whole number.'],
    [{ learningRate: 'fast' }, 'This must be a number.'],
    [{ schedule: 'random' }, 'This must be one of linear, cosine, constant.'],
  ])('says of %j what a person has to change', (training, message) => {
    expect(said(trainingSchema, training)).toEqual([message]);
  });

  it('leaves a message that the schema brings itself', () => {
    expect(said(z.string().min(1, 'A project needs a name.'), '')).toEqual(['A project needs a name.']);
    expect(said(z.string().min(1), '')).toEqual(['This must not be empty.']);
  });
});
