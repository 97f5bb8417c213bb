import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { parseDataJson } from '../../../main/formats/text/dataJson.ts';

describe('parseDataJson', () => {
  it('takes the numbers that are none, as Python writes them, for null, and leaves texts alone', () => {
    const text = '{"text":"NaN, \\"Infinity\\"","score":NaN,"list":[-Infinity,1,Infinity],"NaN":2}';
    expect(parseDataJson(text)).toEqual({ text: 'NaN, "Infinity"', score: null, list: [null, 1, null], NaN: 2 });
    for (const broken of ['{"a":NaNs}', '{"a":"NaN}', '{"a" NaN}'])
      expect(() => parseDataJson(broken)).toThrow(SyntaxError);
  });

  it('keeps the digits of integers that a double cannot hold, and only of those', () => {
    const text =
      '{"a":9007199254740993,"b":9007199254740992,"c":-12345678901234567890,"d":9007199254740991,"e":1e30,"f":0.12345678901234567,"g":"1234567890123456789"}';
    expect(parseDataJson(text)).toEqual({
      ...{ a: '9007199254740993', b: '9007199254740992', c: '-12345678901234567890', d: 9007199254740991 },
      ...{ e: 1e30, f: 0.12345678901234567, g: '1234567890123456789' },
    });
  });

  it('is JSON for everything else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/\d{16}/.test(text));
        expect(parseDataJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
