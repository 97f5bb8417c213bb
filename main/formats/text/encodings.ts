/**
 * Which encoding a text file has: a byte order mark decides; else UTF-16 shows by its zero bytes, UTF-8 by being valid, and
 * Shift-JIS or EUC-JP must both be valid to the last byte and read as Japanese (kana), since almost any bytes decode as them.
 * Surprising: the whole file is looked at, because the one byte that is not ASCII may stand in its last row.
 */
import { isAscii } from 'node:buffer';
import { GraftError } from '../../contract/errors.ts';
import { type TextEncoding, textEncodings } from '../../contract/textEncodings.ts';

export interface DetectedEncoding {
  readonly encoding: TextEncoding;
  /** Length of the byte order mark at the start of the file, 0 without one. */
  readonly markBytes: number;
}

/** A name that a person gave (`sjis`, `UTF8`, `cp1252`, …). Throws GraftError('unsupported'). */
export function parseEncoding(name: string): TextEncoding {
  let canonical: string;
  try {
    canonical = new TextDecoder(name).encoding;
  } catch (error) {
    if (error instanceof RangeError) throw unknownEncoding(name, error);
    throw error;
  }
  const known = textEncodings.find((encoding) => encoding === canonical);
  if (known === undefined) throw unknownEncoding(name);
  return known;
}

/** Takes the file's bytes in order, then says what they are. */
export class EncodingDetector {
  private mark: DetectedEncoding | undefined;
  private start = new Uint8Array();
  private sizeBytes = 0;
  private readonly zeros = { even: 0, odd: 0 };
  private readonly utf8 = new Candidate('utf-8');
  private readonly japanese = [new Candidate('shift_jis'), new Candidate('euc-jp')] as const;

  add(chunk: Uint8Array): void {
    if (this.start.length < 4) this.start = Buffer.concat([this.start, chunk.subarray(0, 4)]).subarray(0, 4);
    this.mark ??= findMark(this.start);
    if (this.mark === undefined) this.countZeros(chunk);
    this.sizeBytes += chunk.byteLength;
    if (this.mark !== undefined) return;
    const ascii = isAscii(chunk);
    for (const candidate of [this.utf8, ...this.japanese]) candidate.add(chunk, ascii);
  }

  /**
   * Without any sign it is UTF-8, whose decoder then names the first byte that is not. `isWhole` is false where only the
   * beginning of the file was taken, which may end in the middle of a character.
   */
  finish(isWhole = true): DetectedEncoding {
    if (this.mark !== undefined) return this.mark;
    const encoding = this.findUtf16() ?? (this.utf8.finish(isWhole) ? 'utf-8' : (this.findJapanese(isWhole) ?? 'utf-8'));
    return { encoding, markBytes: 0 };
  }

  private countZeros(chunk: Uint8Array): void {
    for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, at + 1)) {
      if ((this.sizeBytes + at) % 2 === 0) this.zeros.even++;
      else this.zeros.odd++;
    }
  }

  /** ASCII and line ends have a zero byte: before them in big-endian (even positions), after them in little-endian. */
  private findUtf16(): TextEncoding | undefined {
    const { even, odd } = this.zeros;
    const total = even + odd;
    if (total === 0 || this.sizeBytes % 2 !== 0 || total < this.sizeBytes / 200) return undefined;
    if (odd >= 0.95 * total) return 'utf-16le';
    return even >= 0.95 * total ? 'utf-16be' : undefined;
  }

  private findJapanese(isWhole: boolean): TextEncoding | undefined {
    const valid = this.japanese.filter((candidate) => candidate.finish(isWhole) && candidate.kanaShare >= 0.1);
    return valid.sort((a, b) => b.kanaShare - a.kanaShare)[0]?.encoding;
  }
}

/** Checks the bytes against one encoding and counts how much of what is not ASCII is kana. */
class Candidate {
  readonly encoding: TextEncoding;
  private decoder: TextDecoder | undefined;
  private pending = false;
  private kana = 0;
  private nonAscii = 0;

  constructor(encoding: TextEncoding) {
    this.encoding = encoding;
    this.decoder = new TextDecoder(encoding, { fatal: true });
  }

  get kanaShare(): number {
    return this.nonAscii === 0 ? 0 : this.kana / this.nonAscii;
  }

  add(chunk: Uint8Array, ascii: boolean): void {
    if (this.decoder === undefined || (ascii && !this.pending)) return;
    this.pending = true; // from here on the decoder may hold half a character
    const text = this.decode(chunk, true);
    if (this.encoding !== 'utf-8') this.count(text);
  }

  finish(isWhole: boolean): boolean {
    if (this.pending && isWhole) this.decode(new Uint8Array(), false);
    this.pending = false;
    return this.decoder !== undefined;
  }

  private decode(bytes: Uint8Array, stream: boolean): string {
    try {
      return this.decoder?.decode(bytes, { stream }) ?? '';
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.decoder = undefined; // not this encoding
      return '';
    }
  }

  private count(text: string): void {
    // Half-width katakana are left out: they are what EUC-JP looks like when read as Shift-JIS.
    this.kana += text.match(/[\u3041-\u3096\u30a1-\u30fc]/g)?.length ?? 0;
    this.nonAscii += text.match(/[^\u0000-\u007f]/g)?.length ?? 0;
  }
}

/** UTF-8 and UTF-16 marks; `undefined` without one (or with fewer bytes than one has). */
export function findMark(start: Uint8Array): DetectedEncoding | undefined {
  const [a, b, c] = start;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', markBytes: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', markBytes: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', markBytes: 2 };
  return undefined;
}

function unknownEncoding(name: string, cause?: unknown): GraftError {
  const remedy = `Use one of ${textEncodings.join(', ')}, or save the file as UTF-8.`;
  return new GraftError('unsupported', `Text in the encoding "${name}" cannot be read.`, { field: 'encoding', remedy }, cause);
}
