/** Text as the characters of GPT-2's byte alphabet, and back. */
import { byteAlphabet, findTokenBytes } from '../byteAlphabet.ts';

/** One character for each UTF-8 byte of `text`. */
export function toByteCharacters(text: string): string {
  let characters = '';
  for (const byte of Buffer.from(text, 'utf8')) characters += byteAlphabet[byte] ?? '';
  return characters;
}

/** The bytes of tokens, one after the other; a token outside the alphabet stands for its own UTF-8. */
export function fromByteCharacters(tokens: readonly string[]): Uint8Array {
  return Buffer.concat(tokens.map((token) => findTokenBytes(token) ?? Buffer.from(token, 'utf8')));
}
