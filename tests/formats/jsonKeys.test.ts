import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDuplicateKey } from '../../main/formats/jsonKeys.ts';

describe('findDuplicateKey', () => {
  it('finds a key twice in one object, whatever its spelling', () => {
    expect(findDuplicateKey('{"a":1,"a":2}')).toBe('a');
    expect(findDuplicateKey('{"x":{"b":1, "\\u0062" : 2}}')).toBe('b');
    expect(findDuplicateKey('[{"a":1},{"a":1,"c":"a","a":0}]')).toBe('a');
  });

  it('is not fooled by braces and keys inside strings, or the same key in different objects', () => {
    expect(findDuplicateKey('{"a":"{\\"a\\":1,","b":{"a":"}"},"c":["a","a"]}')).toBeUndefined();
  });

  it('finds nothing in what JSON.stringify writes', () => {
    fc.assert(fc.property(fc.json(), (text) => findDuplicateKey(JSON.stringify(JSON.parse(text))) === undefined));
  });
});
