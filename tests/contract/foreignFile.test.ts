import { describe, expect, it } from 'vitest';
import { adviceFor, foreignKindOf, sayKind } from '../../main/contract/foreignFile.ts';
import { zipOf } from '../support/zipOf.ts';

const bytes = (text: string, more = '\0'.repeat(64)): Uint8Array => Buffer.from(text + more, 'latin1');
const ofHex = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', '').padEnd(128, '0'), 'hex');

/**
 * A picture that was called no CSV with a header, a film no JSON: the parser's complaint tells nobody what the file is.
 */
describe('the kind of a file of another trade', () => {
  it.each([
    ['png', ofHex('89504e470d0a1a0a')],
    ['jpeg', ofHex('ffd8ffe0 0010 4a464946')],
    ['jpeg', ofHex('ffd8ffe1 1234 45786966')],
    ['gif', bytes('GIF89a')],
    ['webp', bytes('RIFF\x10\0\0\0WEBPVP8 ')],
    ['bmp', ofHex('424d 36000000 0000 0000 36000000 28000000')],
    ['tiff', bytes('II*\0')],
    ['tiff', bytes('MM\0*')],
    ['heif', bytes('\0\0\0\x18ftypheic')],
    ['heif', bytes('\0\0\0\x1cftypavif')],
    ['pdf', bytes('%PDF-1.7\n')],
    ['oldOffice', ofHex('d0cf11e0a1b11ae1')],
    ['video', bytes('\0\0\0\x20ftypisom')],
    ['video', bytes('\0\0\0\x14ftypqt  ')],
    ['video', ofHex('1a45dfa3 01000000')],
    ['video', bytes('RIFF\x10\0\0\0AVI LIST')],
    ['audio', bytes('RIFF\x10\0\0\0WAVEfmt ')],
    ['audio', bytes('\0\0\0\x20ftypM4A ')],
    ['audio', bytes('ID3\x04\0\0')],
    ['audio', ofHex('fffb9064')],
    ['audio', bytes('OggS\0\x02')],
    ['gzip', ofHex('1f8b08')],
    ['sevenZip', ofHex('377abcaf271c')],
    ['rar', bytes('Rar!\x1a\x07\x01\0')],
    ['sqlite', bytes('SQLite format 3\0')],
    ['arrow', bytes('ARROW1\0\0')],
    ['hdf5', ofHex('894844460d0a1a0a')],
    ['numpy', bytes('\x93NUMPY\x01\0')],
    ['pickle', ofHex('8004 95')],
    ['program', bytes('\x7fELF\x02')],
    ['program', bytes(`MZ${'\0'.repeat(60)}PE\0\0`)],
    ['parquet', bytes('PAR1\x15\x04')],
    ['gguf', bytes('GGUF\x03\0\0\0')],
    ['tar', bytes(`a.txt${'\0'.repeat(252)}ustar\x0000`)],
  ] as const)('%s', (kind, head) => {
    expect(foreignKindOf(head)).toBe(kind);
  });

  it.each([
    ['excel', ['[Content_Types].xml', 'xl/workbook.xml']],
    ['word', ['[Content_Types].xml', 'word/document.xml']],
    ['powerpoint', ['_rels/.rels', 'ppt/presentation.xml']],
    ['torchZip', ['archive/data.pkl', 'archive/version']],
    ['npz', ['a.npy']],
    ['zip', ['photos/a.jpg', 'readme.txt']],
  ] as const)('%s, by what a zip holds', (kind, names) => {
    expect(foreignKindOf(zipOf(names.map((name) => ({ name, content: 'x' }))))).toBe(kind);
  });

  it('ODS and EPUB, which say their kind in their first entry', () => {
    const of = (type: string) => foreignKindOf(zipOf([{ name: 'mimetype', content: type }]));
    expect(of('application/vnd.oasis.opendocument.spreadsheet')).toBe('openDocument');
    expect(of('application/epub+zip')).toBe('epub');
  });

  it.each([
    'BM25 is a ranking function,1\n',
    'MZ,PE\nleft,right\n',
    'ID3 tags are old,label\n',
    'OggStrom,yes\nno,no\n',
    'PAR1 and PAR2,1\n',
    'GGUF is a container,1\n',
    'RIFF,raff\n1,2\n',
    'Rarely,often\n',
    'wOFF,on\n',
    '8BPS,x\n',
    'the ftyp box,1\n',
    '%,share\n1,2\n',
    'PK,name\n1,a\n',
    '\xff\xfea\0,\0b\0\n\0',
    '\xfe\xff\0a\0,\0b\0\n',
    '\xef\xbb\xbfa,b\n',
    `${'x'.repeat(257)}ustar,1\n`,
  ])('is none for a text that begins like one: %j', (text) => {
    expect(foreignKindOf(Buffer.from(text, 'latin1'))).toBeUndefined();
  });

  it('is said with its article, and a workbook is told to be saved as CSV', () => {
    expect(sayKind('png').text).toBe('a PNG picture');
    expect(adviceFor('excel').code).toBe('fileKinds.saveAsCsv');
    expect(adviceFor('zip').code).toBe('fileKinds.unpack');
  });
});
