/**
 * What a file is by its first bytes, where that is something of another trade: a picture handed over as a table is
 * called a picture. Needs no more than `headBytes`; text, safetensors and whatever has no mark of its own is not known
 * here.
 */
import { fileKindWords } from './words/fileKinds.ts';
import type { Said } from './words/words.ts';

/** So much of a file tells what it is. */
export const headBytes = 4096;

export type ForeignKind = Exclude<keyof typeof fileKindWords, `not${string}` | `${string}Taken` | Advice>;

type Advice =
  | 'mixed'
  | 'oneAfterAnother'
  | 'unknown'
  | 'emptyFolder'
  | 'weightsAlone'
  | 'dropFolder'
  | 'saveAsText'
  | 'saveAsCsv'
  | 'unpack';

/** Bytes at an offset; a string stands for its Latin-1 bytes. */
type Mark = readonly [kind: ForeignKind, bytes: string, offset?: number];

const marks: readonly Mark[] = [
  ['png', '\x89PNG\r\n\x1a\n'],
  ['jpeg', '\xff\xd8\xff'],
  ['gif', 'GIF87a'],
  ['gif', 'GIF89a'],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  ['icon', '\0\0\x01\0'],
  ['photoshop', '8BPS'],
  ['pdf', '%PDF-'],
  ['postscript', '%!PS'],
  ['rtf', '{\\rtf'],
  ['oldOffice', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['gzip', '\x1f\x8b'],
  ['bzip2', 'BZh'],
  ['xz', '\xfd7zXZ\0'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['sevenZip', '7z\xbc\xaf\x27\x1c'],
  ['rar', 'Rar!\x1a\x07'],
  ['tar', 'ustar', 257],
  ['video', '\x1a\x45\xdf\xa3'],
  ['video', 'FLV\x01'],
  ['video', '\0\0\x01\xba'],
  ['video', '\0\0\x01\xb3'],
  ['video', '\x30\x26\xb2\x75\x8e\x66\xcf\x11'],
  ['audio', 'ID3'],
  ['audio', 'fLaC'],
  ['audio', 'OggS'],
  ['audio', 'MThd'],
  ['audio', '#!AMR'],
  ['font', 'wOFF'],
  ['font', 'wOF2'],
  ['font', 'OTTO\0'],
  ['font', '\0\x01\0\0\0'],
  ['sqlite', 'SQLite format 3\0'],
  ['arrow', 'ARROW1'],
  ['arrow', 'FEA1'],
  ['hdf5', '\x89HDF\r\n\x1a\n'],
  ['numpy', '\x93NUMPY'],
  ['program', '\x7fELF'],
  ['program', '\xcf\xfa\xed\xfe'],
  ['parquet', 'PAR1'],
  ['gguf', 'GGUF'],
];

/**
 * Of a container whose own mark says little: what stands at byte 8 of RIFF, and at byte 4 of an ISO file (MP4, HEIC).
 */
const riff: Readonly<Record<string, ForeignKind>> = { WEBP: 'webp', 'AVI ': 'video', WAVE: 'audio' };
const pictureBrands = /^(heic|heix|hevc|mif1|msf1|avif|avis)/;

/** Undefined for text, and for what has no mark. `head`: the first bytes, as many as there are up to `headBytes`. */
export function foreignKindOf(head: Uint8Array): ForeignKind | undefined {
  const text = latin1(head);
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) return kindOfZip(text);
  if (text.startsWith('RIFF')) return riff[text.slice(8, 12)];
  if (text.startsWith('\0') && text.slice(4, 8) === 'ftyp')
    return pictureBrands.test(text.slice(8)) ? 'heif' : isAudioBrand(text) ? 'audio' : 'video';
  // Two bytes that a text may begin with: the sizes behind them decide.
  if (text.startsWith('BM') && isBitmap(head)) return 'bmp';
  if (text.startsWith('MZ') && text.slice(0, headBytes).includes('PE\0\0')) return 'program';
  if (isMpegAudio(head)) return 'audio';
  const [first = 0, second = 0] = head;
  if (first === 0x80 && second >= 2 && second <= 5) return 'pickle';
  return marks.find(([kind, bytes, offset = 0]) => text.startsWith(bytes, offset) && isSureOf(kind, text))?.[0];
}

/** With its article, for a sentence of `fileKindWords`. */
export function sayKind(kind: ForeignKind): Said {
  return fileKindWords[kind]();
}

/** What helps with such a file where a table is wanted. */
export function adviceFor(kind: ForeignKind): Said {
  if (['oldOffice', 'excel', 'openDocument'].includes(kind)) return fileKindWords.saveAsCsv();
  if (['zip', 'gzip', 'bzip2', 'xz', 'zstd', 'sevenZip', 'rar', 'tar'].includes(kind)) return fileKindWords.unpack();
  return fileKindWords.saveAsText();
}

function latin1(head: Uint8Array): string {
  return Array.from(head.subarray(0, headBytes), (byte) => String.fromCharCode(byte)).join('');
}

/** Some marks are plain letters, with which a text may begin as well: no text has control characters soon after. */
function isSureOf(kind: ForeignKind, text: string): boolean {
  const isOfLetters = ['audio', 'bzip2', 'arrow', 'photoshop', 'font', 'parquet', 'gguf', 'video', 'tar'].includes(
    kind,
  );
  return (
    !isOfLetters ||
    Array.from(text.slice(0, 512)).some((character) => character < '\t' || (character > '\r' && character < ' '))
  );
}

/** An archive of our days may be a document: its first entries tell. */
function kindOfZip(text: string): ForeignKind {
  if (text.includes('mimetypeapplication/epub')) return 'epub';
  if (text.includes('mimetypeapplication/vnd.oasis.opendocument')) return 'openDocument';
  if (/\/data\.pkl/.test(text)) return 'torchZip';
  if (firstNameOf(text).endsWith('.npy')) return 'npz';
  if (!/\[Content_Types\]\.xml|_rels\/\.rels|docProps\//.test(text)) return 'zip';
  if (text.includes('xl/')) return 'excel';
  if (text.includes('word/')) return 'word';
  return text.includes('ppt/') ? 'powerpoint' : 'office';
}

/** The name in the first local header: its length stands at byte 26. */
function firstNameOf(zip: string): string {
  return zip.slice(30, 30 + zip.charCodeAt(26) + 256 * zip.charCodeAt(27));
}

function isAudioBrand(text: string): boolean {
  return /^M4[AB]/.test(text.slice(8));
}

/** A bitmap's header says its own size: 40 to 124 bytes. */
function isBitmap(head: Uint8Array): boolean {
  return (
    head.length > 18 &&
    [12, 40, 52, 56, 108, 124].includes(head[14] ?? 0) &&
    head[15] === 0 &&
    head[6] === 0 &&
    head[7] === 0
  );
}

/** A frame of MP3 or AAC without a title before it: eleven bits set, then no reserved version, layer or rate. */
function isMpegAudio([first = 0, second = 0, third = 0]: Uint8Array): boolean {
  const isSync = first === 0xff && (second & 0xe0) === 0xe0 && second !== 0xff && second !== 0xfe;
  return isSync && (second & 0x18) !== 0x08 && (third & 0xf0) !== 0xf0 && (third & 0x0c) !== 0x0c;
}
