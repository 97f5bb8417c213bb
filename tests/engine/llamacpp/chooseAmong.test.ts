/** A choice among the largest logits is the one of the whole vocabulary, or it is not made. */
import { describe, expect, it } from 'vitest';
import type { SamplingOptions } from '../../../main/contract/engine.ts';
import { createSampler, penalizeRepetition } from '../../../main/engine/inference/samplers/sampler.ts';
import { type Candidates, chooseAmong } from '../../../main/engine/llamacpp/chooseAmong.ts';
import { createRandom } from '../../../main/engine/random.ts';
import { fc } from '../../support/properties.ts';

const plain: Omit<SamplingOptions, 'maxTokens' | 'stopIds'> = {
  temperature: 1,
  topP: 1,
  topK: 0,
  repetitionPenalty: 1,
  seed: 5,
};

/** What llama.cpp gives of these logits (V), after the penalty: the `count` largest, and the sum of weights. */
function largest(
  raw: Float32Array,
  count: number,
  temperature: number,
  penalty: { readonly seen: ReadonlySet<number>; readonly by: number } = { seen: new Set(), by: 1 },
): Candidates {
  const logits = raw.slice();
  penalizeRepetition(logits, penalty.seen, penalty.by);
  const ids = [...logits.keys()].sort((a, b) => logits[b] - logits[a] || a - b);
  const weight = logits.reduce((sum, logit) => sum + Math.exp((logit - logits[ids[0]]) / temperature), 0);
  const first = ids.slice(0, count);
  return { ids: first, logits: first.map((id) => logits[id]), isWhole: count >= logits.length, weight };
}

const cases = fc.record({
  logits: fc
    .array(fc.integer({ min: -40, max: 40 }), { minLength: 2, maxLength: 60, size: 'max' })
    .map((values) => Float32Array.from(values, (value) => value / 4)),
  count: fc.integer({ min: 1, max: 60 }),
  temperature: fc.double({ min: 0.2, max: 2, noNaN: true }),
  topK: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 30 })),
  topP: fc.double({ min: 0.05, max: 1, noNaN: true }),
  minP: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 0.9, noNaN: true })),
  repetitionPenalty: fc.oneof(fc.constant(1), fc.double({ min: 0.5, max: 2, noNaN: true })),
  seen: fc.array(fc.integer({ min: 0, max: 59 }), { maxLength: 20 }),
});

describe('chooseAmong', () => {
  it('draws what the chain of samplers draws from all logits, or asks for more', () => {
    let decided = 0;
    fc.assert(
      fc.property(cases, ({ logits, count, seen, ...options }) => {
        const seenIds = new Set(seen.filter((id) => id < logits.length));
        const whole = createSampler({ ...plain, ...options }, [...seenIds])(logits.slice());
        const penalty = { seen: seenIds, by: options.repetitionPenalty };
        const choose = (asked: number) =>
          chooseAmong(
            largest(logits, asked, options.temperature, penalty),
            options,
            createRandom(plain.seed, 'sampling'),
          );
        const few = choose(count);
        if (few !== undefined) expect(few.id).toBe(whole);
        if (few !== undefined && count < logits.length) decided += 1;
        expect(choose(logits.length)?.id).toBe(whole);
      }),
      { numRuns: 1000 },
    );
    expect(decided).toBeGreaterThan(100);
  });

  it('draws nothing from the seeded numbers while it asks for more', () => {
    const logits = Float32Array.from({ length: 40 }, (_, id) => -id / 100);
    const options = { ...plain, topP: 0.9 };
    let draws = 0;
    const random = () => ((draws += 1), 0.5);
    expect(chooseAmong(largest(logits, 8, 1), options, random)).toBeUndefined();
    expect(draws).toBe(0);
  });

  it('asks for more where tokens equal to the last of top-k may be missing', () => {
    const logits = Float32Array.from([5, 4, 4, 4, 4, 1]);
    const options = { ...plain, topK: 2 };
    const choose = (count: number) => chooseAmong(largest(logits, count, 1), options, () => 0.5);
    expect(choose(3)).toBeUndefined();
    expect(choose(6)?.needed).toBe(5);
  });

  it('asks for more where the nucleus is larger than what is known', () => {
    const logits = Float32Array.from([2, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3]);
    const choose = (count: number) => chooseAmong(largest(logits, count, 1), { ...plain, topP: 0.62 }, () => 0.999);
    expect(choose(4)).toBeUndefined();
    expect(choose(6)?.needed).toBe(5);
  });
});
