/**
 * A file's bytes as text, strictly: a byte that does not decode or a control character is an error that names byte and line,
 * never a replacement character. Pieces are cut only behind a byte below 0x30, which in every encoding read here stands
 * for itself, so each piece decodes alone and a fault can be searched in it.
 */
import { GraftError } from '../../contract/errors.ts';
import type { TextEncoding } from '../../contract/textEncodings.ts';
import type { DetectedEncoding } from './encodings.ts';

const carriageReturn = 0x0d;
const maxUncutBytes = 64 * 2 ** 20;
// Tab, line feed, form feed and carriage return are text; the other control characters are not.
const controlCharacter = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/;
const remedy = 'Save the file as UTF-8 text, or name its encoding (for example shift_jis, euc-jp, utf-16le, windows-1252).';

/** Where a piece of text starts. */
interface Position {
  readonly file: string;
  readonly encoding: TextEncoding;
  readonly byte: number;
  readonly line: number;
}

/** Text pieces of a file's bytes; none ends in half a surrogate pair. Throws GraftError('invalid') with `byte` (from 0) and `line` (from 1). */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  { encoding, markBytes }: DetectedEncoding,
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
    const text = decodePiece(bytes.subarray(from, end), { ...position, byte: position.byte + from });
    markLeft -= from;
    position = { ...position, byte: position.byte + end, line: position.line + countLineEnds(text) };
    if (text !== '') yield text;
  }
  const last = decodePiece(held, position);
  if (last !== '') yield last;
}

/** How many bytes from the start can be decoded alone. */
function findCut(bytes: Uint8Array, encoding: TextEncoding): number {
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return findUtf16Cut(bytes, encoding);
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

function decodePiece(bytes: Uint8Array, position: Position): string {
  const text = tryDecode(bytes, position.encoding, false);
  if (text === undefined) throw undecodable(bytes, position);
  const control = text.search(controlCharacter);
  if (control >= 0) throw controlError(text, control, { bytes, position });
  return text;
}

function tryDecode(bytes: Uint8Array, encoding: TextEncoding, stream: boolean): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes, { stream });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Where the character that cannot be starts: found by halving, since a longer beginning of a faulty text fails too. */
function undecodable(bytes: Uint8Array, { file, encoding, byte, line }: Position): GraftError {
  let [good, bad] = [0, bytes.byteLength + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (tryDecode(bytes.subarray(0, middle), encoding, true) === undefined) bad = middle;
    else good = middle;
  }
  let at = good; // the decoder may hold up to three bytes of the faulty character
  while (at > 0 && tryDecode(bytes.subarray(0, at), encoding, false) === undefined) at--;
  const faultyLine = line + countLineEnds(tryDecode(bytes.subarray(0, at), encoding, false) ?? '');
  const value = `0x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
  const what =
    bad > bytes.byteLength ? `ends in the middle of a ${encoding} character` : `has byte ${value}, which is not ${encoding} text`;
  const message = `${file}, line ${faultyLine}: the file ${what} (byte ${byte + at}).`;
  return new GraftError('invalid', message, { file, line: faultyLine, byte: byte + at, field: 'encoding', remedy });
}

/** Named by its byte, not by what it decoded to: the Shift-JIS of the platform exchanges some control characters. */
function controlError(
  text: string,
  at: number,
  { bytes, position }: { readonly bytes: Uint8Array; readonly position: Position },
): GraftError {
  const { file, encoding, byte } = position;
  const wide = encoding === 'utf-16le' || encoding === 'utf-16be';
  const index = wide ? 2 * at : bytes.findIndex((value) => controlCharacter.test(String.fromCharCode(value)));
  const code = wide ? text.charCodeAt(at) : (bytes[index] ?? 0);
  const line = position.line + countLineEnds(text.slice(0, at));
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const message = `${file}, line ${line}: the control character ${name} (byte ${byte + index}) does not belong in text.`;
  return new GraftError('invalid', message, {
    file,
    line,
    byte: byte + index,
    remedy: `Is it a text file? Remove the character; else: ${remedy}`,
  });
}

function uncutError({ file, line, byte }: Position): GraftError {
  const message = `${file}, line ${line}: 64 MiB without a space or line end (from byte ${byte}).`;
  return new GraftError('invalid', message, { file, line, byte, remedy: 'Is it a text file? Split it into lines.' });
}

/** Line ends of all three kinds: \n, \r\n and \r. A piece never ends between \r and \n unless the file's bytes do. */
function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) if (text[at + 1] !== '\n') count++;
  return count;
}
