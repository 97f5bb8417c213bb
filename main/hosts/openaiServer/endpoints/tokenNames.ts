/**
 * How OpenAI writes tokens. One that is a part of a character has no text of its own: its bytes stand for it, escaped
 * as in Python (`\xe3\x81`), in completions behind `bytes:`. Surprising: the likeliest tokens of a completion are an
 * object with a name for each, and two tokens may have one text; then the further ones are called by their bytes, or by
 * their number.
 */
import type { AnswerToken, TokenText } from '../../../contract/serving.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Of chat completions. */
export function tokenText({ bytes }: Pick<TokenText, 'bytes'>): string {
  return wholeText(bytes) ?? escaped(bytes);
}

/** Of completions. */
export function tokenName({ bytes }: Pick<TokenText, 'bytes'>): string {
  return wholeText(bytes) ?? byteName(bytes);
}

/** The likeliest tokens by name, the chosen one among them under the name that it has in the answer. */
export function likeliestByName({ top, ...chosen }: AnswerToken): Readonly<Record<string, number>> {
  const isAmong = top.some(({ id }) => id === chosen.id);
  const used = new Map([[tokenName(chosen), chosen.id]]);
  const nameOf = (token: TokenText): string => {
    const names = [tokenName(token), byteName(token.bytes), `token_id:${token.id}`];
    const free = names.find((name) => (used.get(name) ?? token.id) === token.id) ?? '';
    used.set(free, token.id);
    return free;
  };
  return Object.fromEntries([...top, ...(isAmong ? [] : [chosen])].map((token) => [nameOf(token), token.logprob]));
}

function wholeText(bytes: readonly number[]): string | undefined {
  try {
    return strictUtf8.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

function byteName(bytes: readonly number[]): string {
  return `bytes:${escaped(bytes)}`;
}

function escaped(bytes: readonly number[]): string {
  return bytes.map(escapedByte).join('');
}

function escapedByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (character === '\\') return '\\\\';
  return byte >= 0x20 && byte < 0x7f ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
}
