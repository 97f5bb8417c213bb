/** Tokens of a rendered row, gathered into stretches that look alike: trained, only seen, or cut off. */
import type { RenderedRow } from '../../../main/contract/workbench.ts';

export type TokenKind = 'trained' | 'seen' | 'cut';

export interface TokenSegment {
  readonly kind: TokenKind;
  readonly tokens: readonly { readonly id: number; readonly text: string }[];
}

export function segmentTokens(tokens: RenderedRow['tokens'], cut: number): readonly TokenSegment[] {
  const segments: { kind: TokenKind; tokens: { id: number; text: string }[] }[] = [];
  for (const [position, { id, text, trained }] of tokens.entries()) {
    const kind = position >= cut ? 'cut' : trained ? 'trained' : 'seen';
    const last = segments.at(-1);
    if (last?.kind === kind) last.tokens.push({ id, text });
    else segments.push({ kind, tokens: [{ id, text }] });
  }
  return segments;
}

/**
 * What tokens say together. Tokens that are parts of a character are shown as bytes (`<E6>`); where they stand together
 * and make up characters, as Japanese does in a small vocabulary, those are shown instead.
 */
export function textOf(tokens: TokenSegment['tokens']): string {
  let text = '';
  let bytes = '';
  for (const token of tokens) {
    if (isBytes.test(token.text)) bytes += token.text;
    else {
      text += decoded(bytes) + token.text;
      bytes = '';
    }
  }
  return text + decoded(bytes);
}

const isBytes = /^(?:<[0-9A-F]{2}>)+$/;

function decoded(shown: string): string {
  const bytes = Uint8Array.from(shown.matchAll(/<(..)>/g), ([, digits = '']) => parseInt(digits, 16));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return shown; // cut in the middle of a character
  }
}

export interface TokenCounts {
  readonly trained: number;
  readonly kept: number;
  /** Those cut off, shown or not. */
  readonly cut: number;
}

export function countTokens(
  { tokens, truncated }: Pick<RenderedRow, 'tokens' | 'truncated'>,
  cut: number,
): TokenCounts {
  const kept = Math.min(tokens.length, cut);
  const trained = tokens.slice(0, kept).filter((token) => token.trained).length;
  return { trained, kept, cut: tokens.length - kept + truncated };
}
