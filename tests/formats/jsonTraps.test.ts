import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { findJsonTrap } from '../../main/formats/jsonTraps.ts';

const trapIn = (text: string): string | undefined => findJsonTrap(text)?.text;

describe('findJsonTrap', () => {
  it('finds a key twice in one object, whatever its spelling', () => {
    expect(trapIn('{"a":1,"a":2}')).toBe('the key "a" is there twice');
    expect(trapIn('{"x":{"b":1, "\\u0062" : 2}}')).toContain('"b"');
    expect(trapIn('[{"a":1},{"a":1,"c":"a","a":0}]')).toContain('"a"');
  });

  it('is not fooled by braces and keys inside strings, or the same key in different objects', () => {
    expect(trapIn('{"a":"{\\"a\\":1,","b":{"a":"}"},"c":["a","a"]}')).toBeUndefined();
  });

  it('finds nesting that would overflow the stack of whoever walks the value', () => {
    expect(trapIn('['.repeat(100_000) + ']'.repeat(100_000))).toContain('nested');
    expect(trapIn('{"a":['.repeat(60) + ']}'.repeat(60))).toBeUndefined();
  });

  it('finds nothing in what JSON.stringify writes', () => {
    fc.assert(fc.property(fc.json(), (text) => trapIn(JSON.stringify(JSON.parse(text))) === undefined));
  });
});
