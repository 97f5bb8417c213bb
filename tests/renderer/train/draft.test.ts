import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  type Draft,
  draftOf,
  draftOfQuery,
  draftQuery,
  emptyDraft,
  requestOf,
  takesTargets,
} from '../../../renderer/screens/train/draft.ts';

const text = fc.string({ minLength: 1, maxLength: 20 });
const settings = fc.dictionary(
  fc.constantFrom('rank', 'alpha', 'batchSize', 'learningRates', 'shuffle', 'rankPattern'),
  fc.oneof(fc.integer(), fc.boolean(), fc.dictionary(text, fc.integer({ min: 1 }))),
);
const draft: fc.Arbitrary<Draft> = fc.record({
  name: fc.string({ maxLength: 20 }),
  ...{ model: text, dataset: text, method: fc.constantFrom('vera', 'vblora', 'lora', 'full') },
  ...{ methodOptions: settings, training: settings },
  targets: fc.option(fc.oneof(text, fc.array(text, { minLength: 1 })), { nil: undefined }),
  backend: fc.constantFrom('auto' as const, 'tensorflow' as const, 'wasm' as const, 'cpu' as const),
  device: fc.constantFrom(undefined, 'cpu' as const, 'cuda' as const),
  precision: fc.constantFrom(undefined, 'float32' as const, 'bf16' as const),
  threads: fc.option(fc.integer({ min: 1, max: 64 }), { nil: undefined }),
  initAdapter: fc.option(text, { nil: undefined }),
  evalDataset: fc.option(text, { nil: undefined }),
  testDataset: fc.option(text, { nil: undefined }),
});

function queryOf(one: Draft): URLSearchParams {
  const entries = Object.entries(draftQuery(one)).filter((entry): entry is [string, string] => entry[1] !== null);
  return new URLSearchParams(new URLSearchParams(entries).toString());
}

describe('the draft in the address', () => {
  it('survives a reload whole', () => {
    fc.assert(
      fc.property(draft, (one) => {
        expect(draftOfQuery(queryOf(one))).toEqual(one);
      }),
    );
  });

  it('is empty but for the method while nothing was changed', () => {
    expect(queryOf(emptyDraft).toString()).toBe('method=vera');
  });

  it('never breaks the screen, however the address was cut off', () => {
    expect(draftOfQuery(new URLSearchParams('method=lora&set={"training":{"ste'))).toMatchObject({
      method: 'lora',
      training: {},
    });
    expect(draftOfQuery(new URLSearchParams('method=nonsense&set=[1]'))).toMatchObject({
      method: 'vera',
      methodOptions: {},
    });
    expect(draftOfQuery(new URLSearchParams('model=m1'))).toBeUndefined();
  });
});

describe('the request', () => {
  it('asks for layers where the method takes them: chosen for another they would be refused, out of sight', () => {
    const targets = ['q_proj'];
    const asked = (method: string): unknown => requestOf({ ...emptyDraft, method, targets }, null).targets;
    expect(['lora', 'bitfit', 'full'].map(asked)).toEqual([targets, undefined, undefined]);
  });

  it('has only what was given, so that every recommendation stays open', () => {
    expect(requestOf({ ...emptyDraft, model: 'm', dataset: 'd' }, null)).toEqual({
      ...{ model: 'm', dataset: 'd', method: 'vera', methodOptions: {}, training: {}, backend: 'auto' },
    });
  });

  it('leaves out sample prompts that were not written yet', () => {
    const request = requestOf({ ...emptyDraft, training: { samplePrompts: ['', 'Who are you?', '  '] } }, 'p');
    expect(request).toMatchObject({ projectId: 'p', training: { samplePrompts: ['Who are you?'] } });
    expect(requestOf({ ...emptyDraft, training: { samplePrompts: [''] } }, null).training).toEqual({});
  });

  it('comes back from a run as the same draft', () => {
    fc.assert(
      fc.property(draft, (one) => {
        const targets = takesTargets(one.method) ? one.targets : undefined;
        const named = { ...one, targets, name: one.name.trim() };
        expect(draftOf(requestOf(named, null))).toEqual(named);
      }),
    );
  });

  it("takes over targets that stand among a run's options", () => {
    const { targets, methodOptions } = draftOf({ method: 'lora', methodOptions: { rank: 4, targets: ['q_proj'] } });
    expect({ targets, methodOptions }).toEqual({ targets: ['q_proj'], methodOptions: { rank: 4 } });
  });
});
