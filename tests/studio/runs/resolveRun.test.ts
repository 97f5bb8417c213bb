import { describe, expect, it } from 'vitest';
import type { InspectedAdapter } from '../../../main/contract/engine.ts';
import { GraftError } from '../../../main/contract/errors.ts';
import { loraOptionsSchema } from '../../../main/methods/lora/spec.ts';
import type { TrainRequest } from '../../../main/contract/trainRequest.ts';
import { checkRequest } from '../../../main/studio/runs/resolveRun.ts';
import { sampleModel } from '../../database/sampleRows.ts';
import { graftErrorOf } from '../../support/graftErrors.ts';

const base = sampleModel('/home');
const linears = ['q_proj', 'v_proj', 'down_proj'].map((name) => ({
  name: `model.layers.0.${name}`,
  inFeatures: 96,
  outFeatures: 144,
}));
const model = { ...base, shape: { ...base.shape, linears } };

function request(overrides: Partial<TrainRequest> = {}): TrainRequest {
  return { model: 'm', dataset: 'd', method: 'lora', methodOptions: {}, training: {}, backend: 'auto', ...overrides };
}

const initial: InspectedAdapter = {
  method: 'lora',
  options: loraOptionsSchema.parse({ rank: 4 }),
  targets: ['model.layers.0.q_proj'],
  trainableParameters: 1,
  storedBytes: 4,
  trainable: true,
  notices: [],
};

const namesOf = (layers: readonly { readonly name: string }[]): string[] =>
  layers.map(({ name }) => name.slice('model.layers.0.'.length));

describe('targets', () => {
  it('are the family’s default when nobody said anything', () => {
    expect(namesOf(checkRequest(request(), { model, initial: null }).targets)).toEqual(['q_proj', 'v_proj']);
  });

  it('are kept in the options as they were asked for, since PEFT’s config repeats them', () => {
    const { targets, options } = checkRequest(request({ targets: 'all-linear' }), { model, initial: null });
    expect(namesOf(targets)).toEqual(['q_proj', 'v_proj', 'down_proj']);
    expect(options).toMatchObject({ targets: 'all-linear' });
  });

  it('with a slip of the hand among them are refused, not shortened', () => {
    const error = graftErrorOf(() =>
      checkRequest(request({ targets: ['q_proj', 'v_porj'] }), { model, initial: null }),
    );
    expect(error.message).toMatch(/v_porj.*q_proj, v_proj, down_proj/);
  });

  it('of full fine-tuning are every layer, and naming some is an error', () => {
    expect(checkRequest(request({ method: 'full' }), { model, initial: null }).targets).toHaveLength(3);
    expect(
      graftErrorOf(() => checkRequest(request({ method: 'full', targets: ['q_proj'] }), { model, initial: null }))
        .message,
    ).toMatch(/no option targets/);
  });
});

describe('precision', () => {
  it('int8 is for frozen weights: full fine-tuning refuses it, adapters take it', () => {
    const error = graftErrorOf(() =>
      checkRequest(request({ method: 'full', precision: 'int8' }), { model, initial: null }),
    );
    expect(error.data.field).toBe('precision');
    expect(error.message).toContain('int8 weights stay as they are');
    checkRequest(request({ precision: 'int8' }), { model, initial: null });
  });
});

describe('options', () => {
  it('that hang on the layers are fitted only when nobody gave them', () => {
    expect(checkRequest(request({ method: 'vblora' }), { model, initial: null }).options).toMatchObject({
      vectorLength: 48,
    });
    const given = request({ method: 'vblora', methodOptions: { vectorLength: 256 } });
    expect(graftErrorOf(() => checkRequest(given, { model, initial: null })).message).toMatch(/256 does not divide/);
  });

  it('of another method are an error that says whose they are not', () => {
    const error = graftErrorOf(() =>
      checkRequest(request({ method: 'vera', methodOptions: { alpha: 8 } }), { model, initial: null }),
    );
    expect(error.message).toMatch(/VeRA has no option alpha/);
  });
});

describe('an adapter to start from', () => {
  it('brings its options and layers', () => {
    const { options, targets } = checkRequest(request({ method: '' }), { model, initial });
    expect(options).toEqual(initial.options);
    expect(namesOf(targets)).toEqual(['q_proj']);
  });

  it('may be described again in the same words', () => {
    expect(() =>
      checkRequest(request({ methodOptions: { rank: 4 }, targets: ['q_proj'] }), { model, initial }),
    ).not.toThrow();
  });

  it.each([
    ['another rank', { methodOptions: { rank: 8 } }, /8 contradicts .* 4/],
    ['other layers', { targets: ['v_proj'] }, /other target modules/],
    ['another method', { method: 'vera' }, /is lora, not vera/],
  ])('is not contradicted by %s', (_, overrides, message) => {
    expect(graftErrorOf(() => checkRequest(request(overrides), { model, initial })).message).toMatch(message);
  });

  it('saved for use only is refused before anything is queued', () => {
    expect(() => checkRequest(request(), { model, initial: { ...initial, trainable: false } })).toThrow(GraftError);
  });
});

it('everything that is wrong is told at once', () => {
  const wrong = request({ methodOptions: { rank: 0, dInitial: 1 }, training: { steps: 0, batchSize: 0.5 } });
  const { code, data } = graftErrorOf(() => checkRequest(wrong, { model, initial: null }));
  expect(code).toBe('invalid');
  expect(data.problems?.map(({ field }) => field).sort()).toEqual([
    'dInitial',
    'rank',
    'training.batchSize',
    'training.steps',
  ]);
});
