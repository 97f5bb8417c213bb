import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { GraftError } from '../../../main/contract/errors.ts';
import { verbatim } from '../../../main/contract/words/words.ts';
import { decodeText } from '../../../main/formats/text/decodeText.ts';
import { EncodingDetector, parseEncoding } from '../../../main/formats/text/encodings.ts';
import type { DetectedEncoding } from '../../../main/formats/text/encodings.ts';
import { collect } from './pieces.ts';

const japanese = '吾輩は猫である。\r\n名前はまだ無い。\nどこで生れたかとんと見当がつかぬ。ニャーニャー泣いていた。\n';
// As `iconv` writes the first line of it; Node decodes these encodings but does not encode them.
const firstLine = {
  shift_jis: '8ce1 9479 82cd 944c 82c5 82a0 82e9 8142 0d0a',
  'euc-jp': 'b8e3 c7da a4cf c7ad a4c7 a4a2 a4eb a1a3 0d0a',
} as const;

function bytesOf(hex: string): Uint8Array {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

function detect(bytes: Uint8Array, size = 7): DetectedEncoding {
  const detector = new EncodingDetector();
  for (let at = 0; at < bytes.byteLength; at += size) detector.add(bytes.subarray(at, at + size));
  return detector.finish();
}

async function decode(bytes: Uint8Array, encoding: DetectedEncoding = detect(bytes), size = 7): Promise<string> {
  return (await collect(decodeText(inChunks(bytes, size), 'rows.txt', encoding))).join('');
}

async function faultOf(bytes: Uint8Array, encoding?: DetectedEncoding): Promise<GraftError> {
  const thrown: unknown = await decode(bytes, encoding).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(GraftError);
  return thrown instanceof GraftError ? thrown : new GraftError('internal', verbatim('no error'));
}

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('text decoding', () => {
  it.each([
    ['UTF-8', Buffer.from(japanese), 'utf-8'],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${japanese}`), 'utf-8'],
    ['UTF-16 LE with its mark', Buffer.from(`\ufeff${japanese}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE with its mark', utf16be(`\ufeff${japanese}`), 'utf-16be'],
    ['UTF-16 LE without a mark', Buffer.from(japanese, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE without a mark', utf16be(japanese), 'utf-16be'],
  ])('recognises %s, whatever the chunk size, and leaves no mark in the text', async (_, bytes, encoding) => {
    for (const size of [1, 2, 3, 5, 64, 4096]) {
      expect(detect(bytes, size).encoding).toBe(encoding);
      expect(await decode(bytes, detect(bytes), size)).toBe(japanese);
    }
  });

  it.each(['shift_jis', 'euc-jp'] as const)(
    'recognises Japanese in %s, although the other decoder may take the bytes too',
    async (encoding) => {
      const bytes = bytesOf(firstLine[encoding]);
      for (const size of [1, 3, 64]) {
        expect(detect(bytes, size).encoding).toBe(encoding);
        expect(await decode(bytes, detect(bytes), size)).toBe('吾輩は猫である。\r\n');
      }
    },
  );

  it('does not take Latin-1 for Shift-JIS, which would turn accents into kanji', async () => {
    const error = await faultOf(Buffer.from('caf\u00e9s and na\u00efve\n', 'latin1'));
    expect(error.data).toMatchObject({ line: 1, byte: 3, field: 'encoding' });
    expect(
      await decode(Buffer.from('caf\u00e9\n', 'latin1'), { encoding: parseEncoding('cp1252'), markBytes: 0 }),
    ).toBe('café\n');
  });

  it('names byte and line of what is not UTF-8, in whatever chunk it lies', async () => {
    const bytes = Buffer.concat([
      Buffer.from('first line\r\nsecond あ\nthird '),
      Buffer.from([0xff]),
      Buffer.from(' rest\n'),
    ]);
    const error = await faultOf(bytes, { encoding: 'utf-8', markBytes: 0 });
    expect(error.code).toBe('invalid');
    expect(error.data).toMatchObject({ file: 'rows.txt', line: 3, byte: bytes.indexOf(0xff) });
    expect(error.message).toContain('0xff');
  });

  it('refuses a file cut in the middle of a character instead of dropping the half', async () => {
    expect((await faultOf(Buffer.from('日本').subarray(0, 5))).message).toContain('ends in the middle');
    expect((await faultOf(Buffer.from('\ufeffab', 'utf16le').subarray(0, 5))).message).toContain('ends in the middle');
  });

  it.each([
    ['a zero byte in UTF-8', Buffer.from('a\nb\u0000c'), 3, 2],
    ['an escape in UTF-8', Buffer.from('日\n\n\u001b[0m'), 5, 3],
    ['a bell in UTF-16', Buffer.from('\ufeffa\n\u0007', 'utf16le'), 6, 2],
    ['a delete in Shift-JIS', Buffer.concat([bytesOf(firstLine.shift_jis), Buffer.from('\u007f')]), 18, 2],
  ])('refuses %s with its place', async (_, bytes, byte, line) => {
    expect((await faultOf(bytes)).data).toMatchObject({ byte, line });
  });

  it('keeps a zero-width no-break space inside the text, which is a mark only at the start', async () => {
    const text = 'a \ufeffb \ufeff c ';
    for (const size of [1, 2, 3, 4])
      expect(await decode(Buffer.from(text), { encoding: 'utf-8', markBytes: 0 }, size)).toBe(text);
  });

  it('takes the names people write and refuses stateful or unknown ones', () => {
    expect(['sjis', 'UTF8', 'latin1', 'euc-jp', 'UTF-16'].map(parseEncoding)).toEqual([
      'shift_jis',
      'utf-8',
      'windows-1252',
      'euc-jp',
      'utf-16le',
    ]);
    for (const name of ['iso-2022-jp', 'klingon', '']) expect(() => parseEncoding(name)).toThrow(GraftError);
  });

  it('gives back any text in UTF-8 and UTF-16, at any chunk size', async () => {
    const text = fc
      .string({ unit: 'grapheme' })
      .filter((value) => !/[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.test(value));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (value, size) => {
        expect(await decode(Buffer.from(value), { encoding: 'utf-8', markBytes: 0 }, size)).toBe(value);
        expect(await decode(Buffer.from(value, 'utf16le'), { encoding: 'utf-16le', markBytes: 0 }, size)).toBe(value);
        expect(await decode(utf16be(value), { encoding: 'utf-16be', markBytes: 0 }, size)).toBe(value);
      }),
      { numRuns: 60 },
    );
  });

  it('answers arbitrary bytes with text or a GraftError that names a byte of the file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), fc.integer({ min: 1, max: 30 }), async (bytes, size) => {
        for (const encoding of [
          detect(bytes),
          { encoding: 'shift_jis', markBytes: 0 },
          { encoding: 'utf-16be', markBytes: 0 },
        ] satisfies DetectedEncoding[]) {
          try {
            await decode(bytes, encoding, size);
          } catch (error) {
            if (!(error instanceof GraftError)) throw error;
            expect(error.data.byte).toBeGreaterThanOrEqual(0);
            expect(error.data.byte).toBeLessThan(bytes.byteLength);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});
