/**
 * GPT-2's alphabet: each of the 256 bytes has one printable character, so that byte-level vocabularies can be stored as
 * text. Surprising: printable Latin-1 bytes stand for themselves, the other 68 are numbered from U+0100 in byte order
 * (space is Ġ).
 */

const isPrintable = (byte: number): boolean =>
  (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;

function buildAlphabet(): readonly string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

/** Byte to character. */
export const byteAlphabet = buildAlphabet();

const bytesByCharacter: ReadonlyMap<string, number> = new Map(byteAlphabet.map((character, byte) => [character, byte]));

/** The bytes that a byte-level token stands for, or undefined where a character is outside the alphabet. */
export function findTokenBytes(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = bytesByCharacter.get(token.charAt(i));
    if (byte === undefined) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}
