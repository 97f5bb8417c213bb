import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problemOf } from '../../../main/contract/errors.ts';
import { beamloraSpec } from '../../../main/methods/beamlora/spec.ts';
import { loraSpec } from '../../../main/methods/lora/spec.ts';
import { trainingWords } from '../../../main/contract/words/training.ts';
import { methodSpecs } from '../../../main/methods/registry.ts';
import { vbloraSpec } from '../../../main/methods/vblora/spec.ts';
import type { MethodSpec } from '../../../main/methods/methodSpec.ts';
import { veraSpec } from '../../../main/methods/vera/spec.ts';
import type { TrainingPlan } from '../../../main/contract/runHistory.ts';
import { trainingSchema } from '../../../main/contract/training.ts';
import { trainRequestSchema } from '../../../main/contract/trainRequest.ts';
import { schemaFields } from '../../../renderer/components/training/schemaFields.ts';
import { inEnglish, inJapanese } from '../support/speech.ts';
import {
  formPaths,
  methodFields,
  placeProblems,
  recommendation,
  trainingFields,
  trainingFieldsFor,
} from '../../../renderer/screens/train/formFields.ts';

const kinds = (schema: z.ZodType): Record<string, string> =>
  Object.fromEntries(schemaFields(schema).map(({ name, kind }) => [name, kind]));

describe('schemaFields', () => {
  it('finds a control for every type of the training settings and of all options', () => {
    expect(kinds(trainingSchema)).toMatchObject({
      ...{
        epochs: 'number',
        steps: 'number',
        learningRates: 'record',
        schedule: 'choice',
        shuffle: 'switch',
        samplePrompts: 'texts',
      },
    });
    expect(kinds(loraSpec.options)).toMatchObject({
      ...{
        rank: 'number',
        rankPattern: 'record',
        targets: 'names',
        layersToTransform: 'indices',
        initialization: 'choice',
      },
    });
    const all = [trainingSchema, ...Object.values(methodSpecs).map(({ options }) => options)].flatMap(schemaFields);
    expect(all.filter(({ kind }) => kind === 'text')).toEqual([]);
  });

  it('takes title, note, fold and fallback out of the schema', () => {
    const [rank] = schemaFields(veraSpec.options);
    expect(rank).toMatchObject({ name: 'rank', title: 'Rank', fallback: 256, isAdvanced: false, isWhole: true });
    expect(schemaFields(z.object({ beta: z.number().default(1).meta({ advanced: true }) }))[0]).toMatchObject({
      isAdvanced: true,
    });
  });

  it('has words in Japanese for every setting, so that a new one is not forgotten', () => {
    const asked = trainRequestSchema.omit({ projectId: true, methodOptions: true, training: true });
    const options = Object.values(methodSpecs).map((spec) => spec.options);
    const fields = [asked, trainingSchema, ...options].flatMap(schemaFields);
    expect(fields.filter(({ ja }) => ja === undefined).map(({ name }) => name)).toEqual([]);
  });
});

const field = (path: string, spec = veraSpec as (typeof methodSpecs)[string]) => {
  const found = [...trainingFields, ...methodFields(spec)].find((each) => each.path === path);
  if (found === undefined) throw new Error(`no field ${path}`);
  return found;
};

describe('recommendation', () => {
  it('says where a value comes from', () => {
    expect(
      recommendation(field('training.learningRate'), { spec: veraSpec, plan: undefined, isEncoder: false }),
    ).toMatchObject({
      ...{ value: 4e-3, source: { text: "VeRA paper, instruction tuning: ten times LoRA's 4e-4" } },
    });
  });

  const plan = {
    training: { steps: 60, maxLength: 256, learningRates: { default: 4e-3 } },
    methodOptions: { vectorLength: 64 },
  };

  it('lets the plan decide what hangs on data and model, and does not give it a source that says otherwise', () => {
    const planned = plan as unknown as TrainingPlan;
    expect(recommendation(field('training.steps'), { spec: veraSpec, plan: planned, isEncoder: false })).toEqual({
      value: 60,
      source: null,
    });
    expect(recommendation(field('training.maxLength'), { spec: veraSpec, plan: planned, isEncoder: false })).toEqual({
      value: 256,
      source: null,
    });
    expect(
      recommendation(field('vectorLength', vbloraSpec), { spec: vbloraSpec, plan: planned, isEncoder: false }).value,
    ).toBe(64);
  });

  it('recommends the papers’ figures for encoders, and shows their settings for them alone', () => {
    const ofHead = field('training.headLearningRate');
    const context = { spec: veraSpec, plan: undefined, isEncoder: true };
    expect(recommendation(ofHead, context)).toMatchObject({
      ...{ value: 1e-2, source: { text: "PEFT's VeRA notebook, MRPC with RoBERTa-base" } },
    });
    const names = (isEncoder: boolean): readonly string[] =>
      trainingFieldsFor({ spec: veraSpec, isEncoder, training: {} }).map(({ name }) => name);
    expect(names(true).filter((name) => !names(false).includes(name))).toEqual(['task', 'headLearningRate', 'bestBy']);
  });

  it('shows options of a part of training with that part alone, or where one was given: it would be lost unseen', () => {
    const names = (training: object, spec: MethodSpec = loraSpec): readonly string[] =>
      trainingFieldsFor({ spec, isEncoder: false, training: { ...training } }).map(({ name }) => name);
    const more = (training: object): readonly string[] => names(training).filter((name) => !names({}).includes(name));
    expect(more({ optimizer: 'lora-plus' })).toEqual(['loraPlusRatio']);
    expect(more({ loraPlusRatio: 4 })).toEqual(['loraPlusRatio']);
    expect(more({ procedure: 'chain' })).toEqual(['links', 'linkRanks', 'compressRank']);
    const ofBeam = ['beamPeriod', 'beamShare', 'beamRise', 'beamMoments'];
    expect(more({ callbacks: ['beam'] })).toEqual(['callbacks', ...ofBeam]);
    const all = names({}, beamloraSpec);
    expect(all.filter((name) => !names({}).includes(name))).toEqual(['callbacks', ...ofBeam]);
    expect(names({ callbacks: [] }, beamloraSpec)).not.toContain('beamPeriod');
  });

  it('falls back to what the schema takes', () => {
    expect(recommendation(field('training.beta2'), { spec: veraSpec, plan: undefined, isEncoder: false }).value).toBe(
      0.999,
    );
    expect(recommendation(field('training.epochs'), { spec: veraSpec, plan: undefined, isEncoder: false }).value).toBe(
      3,
    );
  });
});

describe('placeProblems', () => {
  it('says each problem in the language of the window: in a Japanese form it was English', () => {
    const problem = problemOf('training.earlyStopPatience', trainingWords.earlyStopNeedsRows());
    const { byPath } = placeProblems([problem], { paths: formPaths(loraSpec), i18n: inJapanese });
    expect(byPath.get(problem.field)).toBe('早期終了には評価用の行が必要です。評価用の割合を設定してください。');
  });

  const places = { paths: formPaths(loraSpec), i18n: inEnglish };

  it('finds the field of a problem, also one inside it', () => {
    const { byPath, others } = placeProblems(
      [
        { field: 'training.batchSize', message: 'Too small.' },
        { field: 'rankPattern.q_(', message: 'Not a pattern.' },
        { field: 'training.learningRates.logits', message: 'No such group.' },
      ],
      places,
    );
    expect([...byPath]).toEqual([
      ['training.batchSize', 'Too small.'],
      ['rankPattern', 'Not a pattern.'],
      ['training.learningRates', 'No such group.'],
    ]);
    expect(others).toEqual([]);
  });

  it('does not take training.steps for a problem of another field that begins alike', () => {
    expect([...placeProblems([{ field: 'training.stepsize', message: 'x' }], places).byPath]).toEqual([]);
  });

  it('keeps several problems of one field, and those of no field', () => {
    const { byPath, others } = placeProblems(
      [
        { field: 'rank', message: 'Too small.' },
        { field: 'rank', message: 'Not whole.' },
        { field: 'memory', message: 'Too little.' },
      ],
      places,
    );
    expect(byPath.get('rank')).toBe('Too small. Not whole.');
    expect(others).toEqual([{ field: 'memory', message: 'Too little.' }]);
  });
});
