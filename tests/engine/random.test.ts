import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { createRandom, shuffled } from '../../main/engine/random.ts';

describe('createRandom', () => {
  it('gives one stream per label and the same one every time (else neither seeds nor resuming mean anything)', () => {
    const draw = (...labels: (number | string)[]): number[] => Array.from({ length: 8 }, createRandom(...labels));
    expect(draw(1, 'shuffle', 2)).toEqual(draw(1, 'shuffle', 2));
    const others = [
      draw(1, 'shuffle', 2),
      draw(1, 'shuffle', 3),
      draw(2, 'shuffle', 2),
      draw(1, 'dropout', 2),
      draw(12, 'shuffle'),
    ];
    expect(new Set(others.map(String)).size).toBe(others.length);
  });

  it('stays the generator it is (another one would change every seeded run)', () => {
    const random = createRandom(0, 'initialisation');
    expect([random(), random(), random()]).toEqual([0.4353290649596602, 0.4543065018951893, 0.5673055709339678]);
  });

  it('is uniform in [0, 1)', () => {
    const random = createRandom(7);
    const bins = new Array<number>(20).fill(0);
    for (let draw = 0; draw < 100_000; draw++) bins[Math.floor(random() * 20)] += 1;
    const chiSquare = bins.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0);
    expect(chiSquare).toBeLessThan(43.8); // 19 degrees of freedom, p = 0.001; the seed is fixed
  });
});

describe('shuffled', () => {
  it('keeps every item and leaves the input alone', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.nat(), (items, seed) => {
        const before = [...items];
        expect(shuffled(items, createRandom(seed)).toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b));
        expect(items).toEqual(before);
      }),
    );
  });
});
