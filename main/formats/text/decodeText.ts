/**
 * A file's bytes as text, strictly: a byte that does not decode or a control character is never replaced. With `faults`
 * it is marked there and the reading goes on; without, it is an error. Pieces are cut only behind a byte below 0x30,
 * which in every encoding read here stands for itself, so each piece decodes alone and a fault can be searched in it.
 */
import { GraftError } from '../../contract/errors.ts';
import type { TextEncoding } from '../../contract/textEncodings.ts';
import type { DetectedEncoding } from './encodings.ts';
import { faultError } from './faults.ts';
import type { TextFault, TextFaults } from './faults.ts';
import { textFileWords as words } from '../../contract/words/textFiles.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const maxUncutBytes = 64 * 2 ** 20;
const mostFaultBytes = 4;
// Tab, line feed, form feed and carriage return are text; the other control characters are not.
const controls = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]+/g;
// Bytes that an encoding of single bytes leaves open decode to the control characters from U+0080 on.
const controlsOfSingleBytes = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f]+/g;
const singleByteEncoding = /^(?:windows|iso|koi8)-/;
const replacement = '\ufffd';
// Of other encodings each text has a decoder of its own, as a failure may leave something behind in it.
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Where a piece of text starts. */
interface Position {
  readonly file: string;
  readonly encoding: TextEncoding;
  readonly byte: number;
  readonly line: number;
}

/**
 * Text pieces of a file's bytes; none ends in half a surrogate pair. What is no text goes to `faults`, or is thrown as
 * GraftError('invalid') with `byte` (from 0) and `line` (from 1); thrown in any case: 64 MiB without a place to cut.
 */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  { encoding, markBytes }: DetectedEncoding,
  faults?: TextFaults,
): AsyncGenerator<string, void, undefined> {
  let held: Uint8Array = new Uint8Array();
  let position: Position = { file, encoding, byte: 0, line: 1 };
  let markLeft = markBytes;
  for await (const chunk of chunks) {
    const bytes = held.byteLength === 0 ? chunk : Buffer.concat([held, chunk]);
    const from = Math.min(markLeft, bytes.byteLength);
    const end = Math.max(from, findCut(bytes, encoding));
    held = bytes.subarray(end);
    if (held.byteLength > maxUncutBytes) throw uncutError(position);
    const text = decodePiece(bytes.subarray(from, end), { ...position, byte: position.byte + from }, faults);
    markLeft -= from;
    position = { ...position, byte: position.byte + end, line: position.line + countLineEnds(text) };
    if (text !== '') yield text;
  }
  const last = decodePiece(held, position, faults);
  if (last !== '') yield last;
}

/** How many bytes from the start can be decoded alone. */
function findCut(bytes: Uint8Array, encoding: TextEncoding): number {
  if (widthOf(encoding) === 2) return findUtf16Cut(bytes, encoding);
  for (let end = bytes.byteLength; end > 0; end--) {
    const byte = bytes[end - 1] ?? 0;
    if (byte < 0x30 && byte !== carriageReturn) return end; // its \n may follow, and lines are counted by piece
  }
  return 0;
}

function findUtf16Cut(bytes: Uint8Array, encoding: TextEncoding): number {
  const end = bytes.byteLength - (bytes.byteLength % 2);
  const highByte = bytes[encoding === 'utf-16le' ? end - 1 : end - 2] ?? 0;
  const lowByte = bytes[encoding === 'utf-16le' ? end - 2 : end - 1] ?? 0;
  const endsInPair = highByte >= 0xd8 && highByte <= 0xdb;
  const endsInReturn = highByte === 0 && lowByte === carriageReturn;
  return end > 0 && (endsInPair || endsInReturn) ? end - 2 : end;
}

/** Bytes of a character where all have the same. */
function widthOf(encoding: TextEncoding): 1 | 2 | 'various' {
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return 2;
  return singleByteEncoding.test(encoding) ? 1 : 'various';
}

function decodePiece(bytes: Uint8Array, position: Position, faults: TextFaults | undefined): string {
  const text = tryDecode(bytes, position.encoding, false);
  if (text !== undefined && text.search(controlsOf(position.encoding)) < 0) return text;
  const onFault = (fault: TextFault): string => {
    if (faults === undefined) throw faultError(position.file, fault);
    return faults.add(fault);
  };
  return decodeLines(bytes, position, onFault);
}

type FaultMarker = (fault: TextFault) => string;

/** Line by line, so that a fault is searched in little. */
function decodeLines(bytes: Uint8Array, start: Position, mark: FaultMarker): string {
  let text = '';
  let position = start;
  for (let at = 0; at < bytes.byteLength;) {
    const end = findLineEnd(bytes, at, position.encoding);
    const line = decodeLine(bytes.subarray(at, end), position, mark);
    text += line;
    position = { ...position, byte: position.byte + end - at, line: position.line + countLineEnds(line) };
    at = end;
  }
  return text;
}

/** Behind the next line feed, or at the end. */
function findLineEnd(bytes: Uint8Array, from: number, encoding: TextEncoding): number {
  if (widthOf(encoding) !== 2) {
    const at = bytes.indexOf(lineFeed, from);
    return at < 0 ? bytes.byteLength : at + 1;
  }
  const [low, high] = encoding === 'utf-16le' ? [0, 1] : [1, 0];
  for (let at = from; at + 1 < bytes.byteLength; at += 2)
    if (bytes[at + low] === lineFeed && bytes[at + high] === 0) return at + 2;
  return bytes.byteLength;
}

function decodeLine(bytes: Uint8Array, start: Position, mark: FaultMarker): string {
  let text = '';
  let [rest, position, afterFault] = [bytes, start, false];
  for (;;) {
    const whole = tryDecode(rest, position.encoding, false);
    if (whole !== undefined) return text + markControls(whole, rest, { position, mark });
    const at = findFault(rest, position.encoding);
    const good = rest.subarray(0, at);
    const before = markControls(tryDecode(good, position.encoding, false) ?? '', good, { position, mark });
    position = { ...position, byte: position.byte + at, line: position.line + countLineEnds(before) };
    const isRun = afterFault && at === 0; // one fault for bytes in a row
    text += before + (isRun ? '' : mark(undecodable(rest.subarray(at), position)));
    const length = faultLength(rest.subarray(at), position.encoding);
    rest = rest.subarray(at + length);
    position = { ...position, byte: position.byte + length };
    afterFault = true;
  }
}

function tryDecode(bytes: Uint8Array, encoding: TextEncoding, stream: boolean): string | undefined {
  const decoder =
    encoding === 'utf-8' && !stream ? strictUtf8 : new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes, { stream });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function decodeLeniently(bytes: Uint8Array, encoding: TextEncoding): string {
  return (encoding === 'utf-8' ? lenientUtf8 : new TextDecoder(encoding, { ignoreBOM: true })).decode(bytes);
}

/** Where the character that cannot be starts: found by halving, since a longer beginning of a faulty text fails too. */
function findFault(bytes: Uint8Array, encoding: TextEncoding): number {
  if (encoding === 'utf-8' && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(replacement) < 0)
    return findReplaced(bytes);
  const fails = (length: number): boolean => tryDecode(bytes.subarray(0, length), encoding, true) === undefined;
  let [good, bad] = [0, Math.min(64, bytes.byteLength)];
  while (bad < bytes.byteLength && !fails(bad)) [good, bad] = [bad, Math.min(2 * bad, bytes.byteLength)];
  if (bad === bytes.byteLength) bad++; // the whole may fail by its end alone
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (fails(middle)) bad = middle;
    else good = middle;
  }
  let at = good; // the decoder may hold up to three bytes of the faulty character
  while (at > 0 && tryDecode(bytes.subarray(0, at), encoding, false) === undefined) at--;
  return at;
}

/**
 * The same, where the file has no replacement characters of its own: before the first one that UTF-8's decoder puts.
 */
function findReplaced(bytes: Uint8Array): number {
  for (let length = 256; ; length *= 4) {
    const text = decodeLeniently(bytes.subarray(0, length), 'utf-8');
    const at = text.indexOf(replacement);
    const byte = Buffer.byteLength(text.slice(0, Math.max(0, at)));
    // else the cut may be the fault
    if (length >= bytes.byteLength || (at >= 0 && byte < length - mostFaultBytes)) return byte;
  }
}

/** How many bytes from the start a lenient decoder takes for one faulty character. */
function faultLength(bytes: Uint8Array, encoding: TextEncoding): number {
  const near = bytes.subarray(0, 64);
  const decode = (from: number): string => decodeLeniently(near.subarray(from), encoding);
  const replaced = decode(0).slice(1);
  const longest = Math.min(mostFaultBytes, bytes.byteLength);
  if (widthOf(encoding) === 2) return Math.min(2, longest);
  for (let length = 1; length < longest; length++) if (decode(length) === replaced) return length;
  return longest;
}

function undecodable(bytes: Uint8Array, { encoding, byte, line }: Position): TextFault {
  const isCut = tryDecode(bytes, encoding, true) !== undefined;
  const value = `0x${(bytes[0] ?? 0).toString(16).padStart(2, '0')}`;
  const what = isCut ? words.cutCharacter({ encoding }) : words.undecodable({ value, encoding });
  return { line, byte, what, remedy: words.saveAsUtf8(), field: 'encoding' };
}

/**
 * Named by their bytes, not by what they decoded to: the Shift-JIS of the platform exchanges some control characters.
 */
function markControls(
  text: string,
  bytes: Uint8Array,
  { position, mark }: { readonly position: Position; readonly mark: FaultMarker },
): string {
  const width = widthOf(position.encoding);
  let index = 0;
  return text.replace(controlsOf(position.encoding), (run: string, at: number) => {
    index = width === 'various' ? findControl(bytes, index) : width * at;
    const code = width === 2 ? run.charCodeAt(0) : (bytes[index] ?? 0);
    const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    const [byte, line] = [position.byte + index, position.line + countLineEnds(text.slice(0, at))];
    index += run.length;
    return mark({ line, byte, what: words.control({ character: name }), remedy: words.isItText() });
  });
}

function findControl(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.byteLength && String.fromCharCode(bytes[at] ?? 0).search(controls) < 0) at++;
  return at;
}

function controlsOf(encoding: TextEncoding): RegExp {
  return widthOf(encoding) === 1 ? controlsOfSingleBytes : controls;
}

function uncutError({ file, line, byte }: Position): GraftError {
  return new GraftError('invalid', words.uncut({ file, line, byte }), {
    file,
    line,
    byte,
    remedy: words.splitIntoLines(),
  });
}

/** Line ends of all three kinds: \n, \r\n and \r. A piece never ends between \r and \n unless the file's bytes do. */
function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) if (text[at + 1] !== '\n') count++;
  return count;
}
