import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import type { TextEncoding } from '../../../main/contract/textEncodings.ts';
import { decodeText } from '../../../main/formats/text/decodeText.ts';
import { readDelimited } from '../../../main/formats/text/delimited.ts';
import { EncodingDetector } from '../../../main/formats/text/encodings.ts';
import { TextFaults } from '../../../main/formats/text/faults.ts';
import { readJsonArray } from '../../../main/formats/text/jsonArray.ts';
import { readJsonLines } from '../../../main/formats/text/jsonLines.ts';
import { readPlainText } from '../../../main/formats/text/plainText.ts';
import type { RawRows, RowText } from '../../../main/formats/text/rows.ts';
import { graftErrorOfAsync } from '../../support/graftErrors.ts';
import { encode } from './encode.ts';
import { collect } from './pieces.ts';
import { inEnglish } from '../../support/inEnglish.ts';

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

function detect(bytes: Uint8Array): TextEncoding {
  const detector = new EncodingDetector();
  for (let at = 0; at < bytes.byteLength; at += 1000) detector.add(bytes.subarray(at, at + 1000));
  return detector.finish().encoding;
}

async function read(bytes: Uint8Array, encoding: TextEncoding, reader: (text: RowText) => RawRows, size = 11) {
  const faults = new TextFaults('rows');
  const pieces = decodeText(inChunks(bytes, size), 'rows', { encoding, markBytes: 0 }, faults);
  return inEnglish(await collect(reader({ pieces, file: 'rows', faults })));
}

const containers: readonly (readonly [
  string,
  (text: RowText) => RawRows,
  (texts: readonly string[]) => readonly string[],
])[] = [
  [
    'CSV',
    (text) => readDelimited(text, { delimiter: ',' }),
    (texts) => ['text,label\n', ...texts.map((text) => `"${text}",1\n`)],
  ],
  [
    'TSV',
    (text) => readDelimited(text, { delimiter: '\t' }),
    (texts) => ['text\tlabel\r\n', ...texts.map((text) => `${text}\t1\r\n`)],
  ],
  ['JSON Lines', readJsonLines, (texts) => texts.map((text) => `{"text":"${text}"}\n`)],
  [
    'a list on one line',
    readJsonArray,
    (texts) => ['[', ...texts.map((text, index) => `${index > 0 ? ',' : ''}{"text":"${text}"}`), ']'],
  ],
  ['lines', (text) => readPlainText(text, 'lines'), (texts) => texts.map((text) => `${text}\n`)],
  ['paragraphs', (text) => readPlainText(text, 'paragraphs'), (texts) => texts.map((text) => `${text}\nmore\n\n`)],
];

/** A place in a row's text, where something that is no text is put. */
const place = '@';
const noText: readonly (readonly [TextEncoding, readonly number[], RegExp])[] = [
  ['utf-8', [0xff], /byte 0xff is not utf-8 text/],
  ['utf-8', [0xe3, 0x81], /byte 0xe3 is not utf-8 text/],
  ['utf-8', [0x00], /U\+0000/],
  ['utf-8', [0x1b], /U\+001B/],
  ['utf-16le', [0x07, 0x00], /U\+0007/],
  ['utf-16be', [0xd8, 0x00], /byte 0xd8 is not utf-16be text/],
  ['shift_jis', [0xfd], /byte 0xfd is not shift_jis text/],
  ['shift_jis', [0x1a], /U\+001A/],
  ['euc-jp', [0xff], /byte 0xff is not euc-jp text/],
  ['windows-1252', [0x81], /U\+0081/],
];

describe('what is no text', () => {
  it.each(
    containers.flatMap(([name, reader, write]) =>
      noText.map(([encoding, bytes, reason]) => ({ name, reader, write, encoding, bytes, reason })),
    ),
  )(
    '$bytes in $encoding is one bad row of $name, with its byte',
    async ({ reader, write, encoding, bytes, reason }) => {
      const word = encoding === 'windows-1252' ? 'café' : '日本語のかな';
      const texts = Array.from({ length: 20 }, (_, index) => `${word} ${index}${index === 13 ? place : ''}`);
      const parts = write(texts).map((part) => part.split(place).map((half) => encode(half, encoding)));
      const content = Buffer.concat(
        parts.flatMap((halves) => [
          halves[0] ?? Buffer.of(),
          ...halves.slice(1).flatMap((half) => [Buffer.from(bytes), half]),
        ]),
      );
      for (const size of [1, 11, 5000]) {
        const rows = await read(content, encoding, reader, size);
        expect(rows).toHaveLength(20);
        const bad = rows.filter((row) => 'reason' in row);
        expect(bad).toEqual([rows[13]]);
        expect(bad[0]?.reason).toMatch(reason);
        const at = content.indexOf(Buffer.from(bytes), content.indexOf(encode('13', encoding)));
        expect(bad[0]).toMatchObject({
          reason: expect.stringContaining(`byte ${at})`),
          fault: { byte: at, line: expect.any(Number) },
        });
        expect(rows[14]).toMatchObject({ value: { text: expect.stringContaining(`${word} 14`) } });
      }
    },
  );

  it('is one fault where it is many bytes in a row, such as the zeros that a crash leaves', async () => {
    const rows = await read(
      Buffer.concat([Buffer.from('one\ntwo\n'), Buffer.alloc(50_000)]),
      'utf-8',
      (text) => readPlainText(text, 'lines'),
      4096,
    );
    expect(rows).toMatchObject([
      { value: { text: 'one' } },
      { value: { text: 'two' } },
      { line: 3, fault: { byte: 8 } },
    ]);
  });

  it('names the line of the fault where the row starts before it', async () => {
    const rows = await read(Buffer.from('a\nb\u0007\n\nc\n'), 'utf-8', (text) => readPlainText(text, 'paragraphs'));
    expect(rows[0]).toMatchObject({
      line: 1,
      reason: 'the control character U+0007 does not belong in text (line 2, byte 3)',
    });
  });

  it('in what all rows depend on is an error', async () => {
    const header = await graftErrorOfAsync(() =>
      read(Buffer.from('te\u0000xt,label\na,b\n'), 'utf-8', (text) => readDelimited(text, { delimiter: ',' })),
    );
    expect(header.data).toMatchObject({ line: 1, byte: 2 });
    const quote = await graftErrorOfAsync(() =>
      read(Buffer.from('[{"a":"b"},\n{"a":"b\u0000},{"a":"b"}]'), 'utf-8', readJsonArray),
    );
    expect(quote.data).toMatchObject({ line: 2, byte: 19 });
  });

  it('between the rows of a list belongs to the next row, and behind them to one of its own', async () => {
    const rows = await read(Buffer.from('[{"a":1},\u0000{"a":2},{"a":3}\u0000]'), 'utf-8', readJsonArray);
    expect(rows.map((row) => ('reason' in row ? row.place : row.value))).toEqual([{ a: 1 }, 2, { a: 3 }, 4]);
  });

  it('never hides in a text that is given: what comes through encodes to the bytes that were there', async () => {
    const byte = fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
      fc.nat(255),
      fc.constant(0x0a),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(byte, { maxLength: 80 }), fc.integer({ min: 1, max: 30 }), async (bytes, size) => {
        for (const encoding of ['utf-8', 'shift_jis', 'euc-jp', 'windows-1252', 'utf-16le'] satisfies TextEncoding[]) {
          const content = Uint8Array.from(bytes);
          const rows = await read(content, encoding, (text) => readPlainText(text, 'lines'), size);
          for (const row of rows) {
            if ('reason' in row) expect(row.fault?.byte).toBeLessThan(content.byteLength);
            else
              expect(
                String(row.value.text).isWellFormed() && !/[\u0000-\u0008\ufffd]/.test(String(row.value.text)),
              ).toBe(true);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('detection of the encoding', () => {
  const sentence = '吾輩は猫である。ニャーニャー泣いていた。';
  const foreign: Readonly<Partial<Record<TextEncoding, number>>> = { 'utf-8': 0xff, shift_jis: 0xfd, 'euc-jp': 0xff };

  it.each(['utf-8', 'shift_jis', 'euc-jp', 'utf-16le', 'utf-16be'] as const)(
    'of %s is not changed by a byte that does not belong',
    (encoding) => {
      for (const rows of [5, 1000]) {
        const good = encode(`text,label\n${`${sentence},1\n`.repeat(rows)}`, encoding);
        const bad = foreign[encoding];
        const at = good.byteLength / 2 - ((good.byteLength / 2) % 2);
        const inserted = bad === undefined ? encode('\u0007', encoding) : Buffer.of(bad);
        for (const bytes of [good, Buffer.concat([good.subarray(0, at), inserted, good.subarray(at)])])
          expect(detect(bytes)).toBe(encoding);
      }
    },
  );

  it('takes text with a stray zero for UTF-8, small or large', () => {
    for (const repeat of [1, 10, 1000])
      expect(detect(Buffer.from(`text,label\n${'good,pos\nbad,neg\n'.repeat(repeat)}a\u0000b,pos\n`))).toBe('utf-8');
  });

  it('does not count replacement characters of the file itself as faults', () => {
    const damaged = encode('caf\ufffd '.repeat(500), 'utf-8');
    expect(detect(damaged)).toBe('utf-8');
    expect(detect(Buffer.concat([damaged, Buffer.of(0x82, 0xa0), Buffer.from(' x')]))).toBe('utf-8');
  });
});
