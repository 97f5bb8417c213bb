import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { indicesText, namesOf, namesText, parseIndices } from '../../../renderer/components/training/fieldText.ts';

describe('layer indices', () => {
  it('come back from their text', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 200 }), { minLength: 1 }), (indices) => {
        const sorted = indices.toSorted((a, b) => a - b);
        expect(parseIndices(indicesText(sorted))).toEqual(sorted);
      }),
    );
    expect(indicesText([0, 1, 2, 3, 8])).toBe('0-3, 8');
  });

  it('tells nothing from nonsense, so that half a number is marked and not taken for every layer', () => {
    expect(parseIndices(' ')).toBeUndefined();
    for (const text of ['a', '5-3', '1-', '-2', '1;2']) expect(parseIndices(text)).toBeNull();
  });
});

describe('names of modules', () => {
  it('reads a list, a pattern and all-linear as the command line does', () => {
    expect(namesOf('q_proj, v_proj')).toEqual(['q_proj', 'v_proj']);
    expect(namesOf('all-linear')).toBe('all-linear');
    expect(namesOf('.*mlp.*')).toBe('.*mlp.*');
    expect(namesOf('  ')).toBeUndefined();
    expect(namesOf('q_proj, ')).toEqual(['q_proj']);
    expect(namesText(namesOf('q_proj, v_proj'))).toBe('q_proj, v_proj');
  });
});
