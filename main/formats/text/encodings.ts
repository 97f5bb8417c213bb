/**
 * Which encoding a text file has: a byte order mark decides; else UTF-16 shows by its zero bytes, UTF-8 by being valid,
 * and Shift-JIS or EUC-JP by reading as Japanese (kana), since almost any bytes decode as them. A few bytes that do not
 * fit change nothing: they are counted, not the end of a candidate. Surprising: the whole file is looked at, because
 * the one byte that is not ASCII may stand in its last row.
 */
import { isAscii } from 'node:buffer';
import { GraftError } from '../../contract/errors.ts';
import { type TextEncoding, textEncodings } from '../../contract/textEncodings.ts';
import { textFileWords } from '../../contract/words/textFiles.ts';

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
  private readonly utf8 = new Utf8Candidate();
  private readonly japanese = [new JapaneseCandidate('shift_jis'), new JapaneseCandidate('euc-jp')];

  add(chunk: Uint8Array): void {
    if (this.start.length < 4) this.start = Buffer.concat([this.start, chunk.subarray(0, 4)]).subarray(0, 4);
    this.mark ??= findMark(this.start);
    if (this.mark === undefined) this.countZeros(chunk);
    this.sizeBytes += chunk.byteLength;
    if (this.mark !== undefined) return;
    const ascii = isAscii(chunk);
    this.utf8.add(chunk, ascii);
    if (!this.utf8.isCertain) for (const candidate of this.japanese) candidate.add(chunk, ascii);
  }

  /**
   * Without any sign it is UTF-8, whose decoder then names the bytes that are not. `isWhole` is false where only the
   * beginning of the file was taken, which may end in the middle of a character.
   */
  finish(isWhole = true): DetectedEncoding {
    if (this.mark !== undefined) return this.mark;
    if (isWhole) for (const candidate of [this.utf8, ...this.japanese]) candidate.finish();
    return { encoding: this.findUtf16() ?? this.findJapanese() ?? 'utf-8', markBytes: 0 };
  }

  private countZeros(chunk: Uint8Array): void {
    for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, at + 1)) {
      if ((this.sizeBytes + at) % 2 === 0) this.zeros.even++;
      else this.zeros.odd++;
    }
  }

  /**
   * ASCII and line ends have a zero byte: before them in big-endian (even positions), after them in little-endian.
   * Where zeros are few, they show it only if the bytes are no UTF-8, in which a stray zero is one fault.
   */
  private findUtf16(): TextEncoding | undefined {
    const { even, odd } = this.zeros;
    const total = even + odd;
    if (total === 0 || total < this.sizeBytes / 200) return undefined;
    const few = total < Math.max(4, this.sizeBytes / 5);
    if (few && (this.utf8.isLikely || this.sizeBytes % 2 !== 0)) return undefined;
    if (odd >= 0.95 * total) return 'utf-16le';
    return even >= 0.95 * total ? 'utf-16be' : undefined;
  }

  private findJapanese(): TextEncoding | undefined {
    if (this.utf8.isLikely) return undefined;
    const fitting = this.japanese.filter(({ fits, faults }) => fits && faults < this.utf8.faults);
    return fitting.sort((a, b) => a.faults - b.faults || b.kanaShare - a.kanaShare)[0]?.encoding;
  }
}

const replacement = '\ufffd';
const replacementInUtf8 = Buffer.from(replacement);

/** Reads the bytes in one encoding and counts what is not ASCII: characters, how many of them are kana, and faults. */
abstract class Candidate {
  faults = 0;
  protected characters = 0;
  private decoder: TextDecoder | undefined;
  private pending = false;

  constructor(encoding: TextEncoding) {
    this.decoder = new TextDecoder(encoding, { ignoreBOM: true });
  }

  protected get isRefuted(): boolean {
    return this.decoder === undefined;
  }

  add(chunk: Uint8Array, ascii: boolean): void {
    if (this.decoder === undefined || (ascii && !this.pending)) return;
    this.pending = (chunk.at(-1) ?? 0) >= 0x80; // the decoder may hold half a character
    this.count(this.decoder.decode(chunk, { stream: true }), chunk);
  }

  finish(): void {
    if (this.pending) this.count(this.decoder?.decode() ?? '', new Uint8Array());
    this.pending = false;
  }

  /** Spares the rest of a large file. */
  protected refute(): void {
    this.decoder = undefined;
  }

  /** `text`: the chunk as decoded, less what the decoder holds back. */
  protected abstract count(text: string, chunk: Uint8Array): void;
}

class Utf8Candidate extends Candidate {
  private end: Uint8Array = new Uint8Array();

  constructor() {
    super('utf-8');
  }

  /** Other encodings give at most one character that is valid by chance for two faults. */
  get isLikely(): boolean {
    return this.faults === 0 || this.characters >= 2 * this.faults;
  }

  /** Bytes of another encoding would have shown by now. */
  get isCertain(): boolean {
    return this.characters >= 10_000 && this.characters >= 20 * this.faults;
  }

  /** By how much shorter a text is than its bytes: one or two for each character beyond ASCII. */
  protected count(text: string, chunk: Uint8Array): void {
    const found = countOf(text, replacement);
    // Less the replacement characters that are the file's own, which the decoder's are not to be confused with.
    if (found > 0) this.faults += found - countOf(Buffer.concat([this.end, chunk]), replacementInUtf8);
    this.characters += Math.max(0, chunk.byteLength - text.length);
    this.end = Buffer.concat([this.end, chunk.subarray(-2)]).subarray(-2);
  }
}

class JapaneseCandidate extends Candidate {
  readonly encoding: TextEncoding;
  private kana = 0;

  constructor(encoding: TextEncoding) {
    super(encoding);
    this.encoding = encoding;
  }

  get kanaShare(): number {
    return this.characters === 0 ? 0 : this.kana / this.characters;
  }

  get fits(): boolean {
    return !this.isRefuted && this.kanaShare >= 0.1 && 20 * this.faults <= this.characters;
  }

  protected count(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code < 0x80) continue;
      if (code === 0xfffd) this.faults++;
      else this.characters++;
      // Half-width katakana are left out: they are what EUC-JP looks like when read as Shift-JIS.
      if ((code >= 0x3041 && code <= 0x3096) || (code >= 0x30a1 && code <= 0x30fc)) this.kana++;
    }
    if (this.faults > 50 && 10 * this.faults > this.characters) this.refute();
  }
}

function countOf(text: string | Buffer, sought: string | Buffer): number {
  let count = 0;
  for (let at = text.indexOf(sought as string); at >= 0; at = text.indexOf(sought as string, at + sought.length))
    count++;
  return count;
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
  const remedy = textFileWords.useKnownEncoding({ known: textEncodings });
  return new GraftError('unsupported', textFileWords.unknownEncoding({ name }), { field: 'encoding', remedy }, cause);
}
