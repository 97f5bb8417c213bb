import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { plainWords, problemsOf, saying } from '../../main/contract/plainWords.ts';
import { trainingSchema } from '../../main/contract/training.ts';
import { inLanguage } from '../../main/contract/words/inLanguage.ts';
import { trainingWords } from '../../main/contract/words/training.ts';
import { validationWords } from '../../main/contract/words/validation.ts';

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
    expect(said(z.string().min(1, saying(validationWords.projectName())), '')).toEqual(['A project needs a name.']);
    expect(said(z.string().min(1), '')).toEqual(['This must not be empty.']);
  });

  it('keeps the words of each issue, so that a form can say them in Japanese', () => {
    const schema = z.strictObject({ name: z.string().min(1, saying(validationWords.projectName())), steps: z.int() });
    const { error } = schema.safeParse({ name: '', steps: 'x', rest: 1 }, { error: plainWords });
    const problems = problemsOf(error?.issues ?? [], { prefix: 'training', whole: 'all' });
    expect(problems.map(({ field, reason }) => [field, inLanguage(reason ?? '', 'ja')])).toEqual([
      ['training.name', 'プロジェクトには名前が必要です。'],
      ['training.steps', '数値でなければなりません。'],
      ['training', '知らない項目があります: rest。'],
    ]);
  });

  it('finds the words of an issue that somebody else had zod make, a missing value among them', () => {
    const { error } = z
      .object({ name: z.string(), size: z.number().max(3), way: z.enum(['a', 'b']) })
      .safeParse({ size: 4, way: 'c' });
    expect(problemsOf(error?.issues ?? [])).toMatchObject([
      { field: 'name', message: 'This is missing.' },
      { field: 'size', message: 'This must be at most 3.' },
      { field: 'way', message: 'This must be one of a, b.' },
    ]);
  });

  it('has a problem for each unknown field where one is asked for', () => {
    const { error } = z.strictObject({}).safeParse({ one: 1, two: 2 });
    const problems = problemsOf(error?.issues ?? [], {}, (option) =>
      trainingWords.unknownOption({ method: 'LoRA', option }),
    );
    expect(problems.map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'one: LoRA has no option one.',
      'two: LoRA has no option two.',
    ]);
  });
});
