/**
 * Tokens that are found in the text before anything else: the special ones and those that a file adds to its
 * vocabulary. Surprising: some are looked for in the text as it is, others (`normalized`) in what the normalizer made
 * of it. The longest at the leftmost place wins, and what is found but does not count is passed over as a whole.
 */
import { isJsonObject, tokenizerError } from '../tokenizerSource.ts';
import type { JsonObject } from '../tokenizerSource.ts';
import { withKnownCharacters } from './unicode.ts';
import { maxTokenId } from './vocabulary.ts';
import { tokenizerWords as words } from '../../contract/words/tokenizer.ts';

export interface AddedToken {
  readonly content: string;
  readonly id: number;
  readonly special: boolean;
  readonly normalized: boolean;
  readonly singleWord: boolean;
  readonly takesSpaceBefore: boolean;
  readonly takesSpaceAfter: boolean;
}

/** A part of a text: an added token, or what stands between two. */
export interface Section {
  readonly start: number;
  readonly end: number;
  readonly token?: AddedToken;
}

/** Says of a token found at a place whether it counts there. */
export type Counts = (token: AddedToken, text: string, start: number) => boolean;

function readToken(token: unknown, index: number, file: string): AddedToken {
  const isKnown =
    isJsonObject(token) &&
    typeof token.content === 'string' &&
    token.content !== '' &&
    Number.isInteger(token.id) &&
    Number(token.id) >= 0 &&
    Number(token.id) <= maxTokenId;
  if (!isKnown) throw tokenizerError(file, `added_tokens[${index}]`, words.noTextOrId());
  const special = token.special === true;
  return {
    content: String(token.content),
    id: Number(token.id),
    special,
    normalized: typeof token.normalized === 'boolean' ? token.normalized : !special,
    singleWord: token.single_word === true,
    takesSpaceBefore: token.lstrip === true,
    takesSpaceAfter: token.rstrip === true,
  };
}

/** Throws GraftError('invalid') that names the entry. `ids`: the model's own, which must not say otherwise. */
export function readAddedTokens(
  pipeline: JsonObject,
  file: string,
  ids: ReadonlyMap<string, number>,
): readonly AddedToken[] {
  const list: unknown = pipeline.added_tokens ?? [];
  if (!Array.isArray(list)) throw tokenizerError(file, 'added_tokens', words.noList());
  const tokens = list.map((token: unknown, index) => readToken(token, index, file));
  const other = tokens.findIndex(({ content, id }) => ids.has(content) && ids.get(content) !== id);
  if (other >= 0) {
    const id = ids.get(tokens[other]?.content ?? '');
    throw tokenizerError(file, `added_tokens[${other}].id`, words.otherId({ id: String(id) }));
  }
  return [...new Map(tokens.map((token) => [token.content, token])).values()];
}

interface Node {
  readonly next: Map<number, Node>;
  token?: AddedToken;
}

/** Finds some added tokens; `spelling` is what each looks like in the text that is searched. */
export class AddedTokenFinder {
  readonly isEmpty: boolean;
  private readonly root: Node = { next: new Map() };

  constructor(tokens: readonly AddedToken[], spelling: (token: AddedToken) => string = ({ content }) => content) {
    this.isEmpty = tokens.length === 0;
    for (const token of tokens) this.add(spelling(token), token);
  }

  private add(spelling: string, token: AddedToken): void {
    if (spelling === '') return;
    let node = this.root;
    for (let at = 0; at < spelling.length; at++) {
      const unit = spelling.charCodeAt(at);
      const next = node.next.get(unit) ?? { next: new Map<number, Node>() };
      node.next.set(unit, next);
      node = next;
    }
    node.token ??= token;
  }

  /** The tokens in `text` and what stands between them, in order; white space that a token takes belongs to it. */
  split(text: string, counts: Counts): Section[] {
    if (this.isEmpty) return text === '' ? [] : [{ start: 0, end: text.length }];
    const sections: Section[] = [];
    let end = 0;
    for (const { token, start: matchStart, end: matchEnd } of this.matches(text)) {
      if (!counts(token, text, matchStart)) continue;
      if (token.singleWord && !standsAlone(text, matchStart, matchEnd)) continue;
      const start = token.takesSpaceBefore ? Math.max(spaceStart(text, matchStart), end) : matchStart;
      if (end < start) sections.push({ start: end, end: start });
      end = token.takesSpaceAfter ? spaceEnd(text, matchEnd) : matchEnd;
      sections.push({ start, end, token });
    }
    if (end < text.length) sections.push({ start: end, end: text.length });
    return sections;
  }

  /** Every match, also those that do not count. They never overlap. */
  *matches(text: string): Generator<{ readonly token: AddedToken; readonly start: number; readonly end: number }> {
    if (this.isEmpty) return;
    for (let start = 0; start < text.length;) {
      const token = this.longestAt(text, start);
      if (token === undefined) start++;
      else {
        yield { ...token, start };
        start = token.end;
      }
    }
  }

  private longestAt(text: string, start: number): { readonly token: AddedToken; readonly end: number } | undefined {
    let node = this.root.next.get(text.charCodeAt(start));
    let longest: { token: AddedToken; end: number } | undefined;
    for (let at = start + 1; node !== undefined; at++) {
      if (node.token !== undefined) longest = { token: node.token, end: at };
      node = at < text.length ? node.next.get(text.charCodeAt(at)) : undefined;
    }
    return longest;
  }
}

const letterBefore = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const letterAfter = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;

function standsAlone(text: string, start: number, end: number): boolean {
  const before = withKnownCharacters(text.slice(Math.max(0, start - 2), start));
  const after = withKnownCharacters(text.slice(end, end + 2));
  return !letterBefore.test(before) && !letterAfter.test(after);
}

const isWhiteSpace = (character: string): boolean => /^\p{White_Space}$/u.test(character);

function spaceStart(text: string, from: number): number {
  let at = from;
  while (at > 0 && isWhiteSpace(text.charAt(at - 1))) at--;
  return at;
}

function spaceEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && isWhiteSpace(text.charAt(at))) at++;
  return at;
}
