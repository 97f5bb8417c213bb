import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import type { SamplingOptions } from '../../../main/contract/engine.ts';
import { chooseByDraw, chooseGreedy } from '../../../main/engine/inference/samplers/choose.ts';
import {
  createSampler,
  keepMinP,
  keepTopK,
  penalizeRepetition,
} from '../../../main/engine/inference/samplers/sampler.ts';
import { softmax } from '../../../main/engine/inference/samplers/softmax.ts';
import { keepTopP } from '../../../main/engine/inference/samplers/topP.ts';
import { createRandom } from '../../../main/engine/random.ts';

const logitsOf = fc
  .array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 50 })
  .map((values) => Float32Array.from(values));
const finiteCount = (logits: Float32Array): number => logits.filter((logit) => logit > -Infinity).length;
const plain: Omit<SamplingOptions, 'maxTokens' | 'stopIds'> = {
  temperature: 1,
  topP: 1,
  topK: 0,
  repetitionPenalty: 1,
  seed: 0,
};

describe('samplers', () => {
  it('top-k keeps at least k of the largest, and no smaller one while a larger one is gone', () => {
    fc.assert(
      fc.property(logitsOf, fc.integer({ min: 1, max: 60 }), (logits, k) => {
        const kept = logits.slice();
        keepTopK(kept, k);
        expect(finiteCount(kept)).toBeGreaterThanOrEqual(Math.min(k, logits.length));
        const smallestKept = Math.min(...logits.filter((_, id) => kept[id] > -Infinity));
        expect(logits.every((logit, id) => kept[id] > -Infinity || logit < smallestKept)).toBe(true);
      }),
    );
  });

  it('top-p keeps the smallest set of likeliest tokens that reaches p', () => {
    fc.assert(
      fc.property(logitsOf, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (logits, p) => {
        const kept = logits.slice();
        keepTopP(kept, p);
        const probabilities = softmax(logits);
        const masses = [...probabilities].filter((_, id) => kept[id] > -Infinity).sort((a, b) => b - a);
        const total = masses.reduce((sum, value) => sum + value, 0);
        expect(masses.length).toBeGreaterThan(0);
        expect(total).toBeGreaterThanOrEqual(p - 1e-9);
        expect(total - masses[masses.length - 1]).toBeLessThan(p + 1e-9);
      }),
    );
  });

  it('min-p keeps exactly the tokens that are at least p times as likely as the likeliest', () => {
    fc.assert(
      fc.property(logitsOf, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (logits, p) => {
        const kept = logits.slice();
        keepMinP(kept, p);
        const probabilities = softmax(logits);
        const threshold = p * Math.max(...probabilities);
        probabilities.forEach((probability, id) => {
          if (Math.abs(probability - threshold) > 1e-6 * threshold)
            expect(kept[id] > -Infinity).toBe(probability > threshold);
        });
      }),
    );
    const sample = createSampler({ ...plain, minP: 0.5 }, []);
    expect(Array.from({ length: 40 }, () => sample(Float32Array.of(2, 0, 1.9)))).not.toContain(1);
  });

  it('repetition penalty makes seen ids less likely whatever their sign', () => {
    const logits = Float32Array.of(2, -2, 1);
    penalizeRepetition(logits, new Set([0, 1]), 2);
    expect([...logits]).toEqual([1, -4, 1]);
  });

  it('greedy takes the largest, the first of equal ones', () => {
    expect(chooseGreedy(Float32Array.of(1, 3, 3, -Infinity))).toBe(1);
  });

  it('never draws what was filtered out', () => {
    fc.assert(
      fc.property(logitsOf, fc.nat(), fc.integer({ min: 1, max: 5 }), (logits, seed, k) => {
        const kept = logits.slice();
        keepTopK(kept, k);
        expect(kept[chooseByDraw(kept, createRandom(seed))]).toBeGreaterThan(-Infinity);
      }),
    );
  });

  it('draws tokens as often as their probabilities say', () => {
    const sample = createSampler({ ...plain, temperature: 2 }, []);
    const counts = [0, 0, 0];
    for (let draw = 0; draw < 20_000; draw++) counts[sample(Float32Array.from([2, 0, 4]))] += 1;
    softmax(Float32Array.of(1, 0, 2)).forEach((probability, id) =>
      expect(counts[id] / 20_000).toBeCloseTo(probability, 1.5),
    );
  });

  it('gives the same ids for the same seed and others for another', () => {
    const draw = (seed: number): number[] => {
      const sample = createSampler({ ...plain, seed }, []);
      return Array.from({ length: 30 }, () => sample(new Float32Array(100)));
    };
    expect(draw(5)).toEqual(draw(5));
    expect(draw(6)).not.toEqual(draw(5));
  });

  it('is greedy at temperature 0, after the penalty of what it has seen: the prompt and what it chose', () => {
    const sample = createSampler({ ...plain, temperature: 0, repetitionPenalty: 4, topK: 1 }, [0]);
    const chosen = Array.from({ length: 3 }, () => sample(Float32Array.of(3, 2, 1)));
    expect(chosen).toEqual([1, 2, 0]);
  });
});
