/**
 * A template cut into tokens, by the rules of Jinja with `trim_blocks` and `lstrip_blocks`: line ends become \n, the
 * last one goes, and white space around tags goes where the marks -, + or those two settings say so.
 */
import { TemplateFailure } from './errors.ts';
import { unescapeString } from './stringLiteral.ts';

export type TokenType = 'data' | 'name' | 'string' | 'integer' | 'float' | 'operator' | TagToken | 'end of template';
export type TagToken = 'variable_begin' | 'variable_end' | 'block_begin' | 'block_end';

export interface Token {
  readonly type: TokenType;
  readonly value: string;
  readonly line: number;
}

/** Python's white space, which is not quite JavaScript's. */
export const space = '[ \\t-\\r\\x1c-\\x1f\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';

const opening = new RegExp(`\\{%([-+]?)${space}*raw${space}*(?:-%\\}${space}*|%\\})|\\{([{%#])([-+]?)`, 'g');
const rawEnd = new RegExp(`\\{%([-+]?)${space}*endraw${space}*(?:\\+%\\}|-%\\}${space}*|%\\}\\n?)`, 'g');
const commentEnd = new RegExp(`\\+#\\}|-#\\}${space}*|#\\}\\n?`, 'g');
const tagEnds = {
  variable: new RegExp(`-\\}\\}${space}*|\\}\\}`, 'y'),
  block: new RegExp(`\\+%\\}|-%\\}${space}*|%\\}\\n?`, 'y'),
} as const;
const blankEnd = new RegExp(`${space}+$`);
const onlyBlank = new RegExp(`^${space}+$`);

/** In the order in which they are tried. */
const inTag: readonly (readonly [TokenType | 'blank', RegExp])[] = [
  ['blank', new RegExp(`${space}+`, 'y')],
  ['float', /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy],
  ['integer', /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy],
  ['name', /[\p{L}\p{Nl}\p{N}\p{M}\p{Pc}]+/uy],
  ['string', /'[^'\\]*(?:\\[^][^'\\]*)*'|"[^"\\]*(?:\\[^][^"\\]*)*"/y],
  ['operator', /\*\*|\/\/|==|!=|>=|<=|[+\-/*%~[\](){}><=.:|,;]/y],
];
const closers: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };

/** Throws TemplateFailure with the line where the template breaks Jinja's rules. */
export function tokenize(template: string): Token[] {
  return new Lexer(template).tokens();
}

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #line = 1;
  #lineStarting = true;

  constructor(template: string) {
    const source = template.replace(/\r\n?/g, '\n');
    this.#source = source.endsWith('\n') ? source.slice(0, -1) : source;
  }

  tokens(): Token[] {
    while (this.#at < this.#source.length) this.#outside();
    this.#push('end of template', '');
    return this.#tokens;
  }

  /** Text up to the next tag, and that tag. */
  #outside(): void {
    opening.lastIndex = this.#at;
    const found = opening.exec(this.#source);
    if (found === null) {
      this.#data(this.#source.slice(this.#at));
      this.#advance(this.#source.length);
      return;
    }
    const [, rawSign, kind, sign] = found;
    this.#data(this.#stripped(this.#source.slice(this.#at, found.index), rawSign ?? sign, kind === '{'));
    this.#advance(found.index + found[0].length);
    if (kind === undefined) this.#raw();
    else if (kind === '#') this.#comment();
    else this.#tag(kind === '{' ? 'variable' : 'block');
  }

  /** What is left of the text before a tag. */
  #stripped(text: string, sign: string | undefined, isVariable: boolean): string {
    if (sign === '-') return text.replace(blankEnd, '');
    if (sign === '+' || isVariable) return text;
    const lineStart = text.lastIndexOf('\n') + 1;
    const startsLine = lineStart > 0 || this.#lineStarting;
    return startsLine && onlyBlank.test(text.slice(lineStart)) ? text.slice(0, lineStart) : text;
  }

  #raw(): void {
    rawEnd.lastIndex = this.#at;
    const found = rawEnd.exec(this.#source);
    if (found === null) throw new TemplateFailure('a raw block is never closed', this.#line);
    this.#data(this.#stripped(this.#source.slice(this.#at, found.index), found[1], false));
    this.#advance(found.index + found[0].length);
  }

  #comment(): void {
    commentEnd.lastIndex = this.#at;
    const found = commentEnd.exec(this.#source);
    if (found === null) throw new TemplateFailure('a comment is never closed', this.#line);
    this.#advance(found.index + found[0].length);
  }

  #tag(kind: 'variable' | 'block'): void {
    this.#push(`${kind}_begin`, '');
    const open: string[] = [];
    while (this.#at < this.#source.length) {
      if (open.length === 0 && this.#ends(kind)) return;
      this.#insideTag(open);
    }
  }

  #ends(kind: 'variable' | 'block'): boolean {
    const pattern = tagEnds[kind];
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (found === null) return false;
    this.#push(`${kind}_end`, '');
    this.#advance(this.#at + found[0].length);
    return true;
  }

  #insideTag(open: string[]): void {
    for (const [type, pattern] of inTag) {
      pattern.lastIndex = this.#at;
      const text = pattern.exec(this.#source)?.[0];
      if (text === undefined) continue;
      if (type === 'operator') this.#balance(open, text);
      if (type !== 'blank') this.#push(type, type === 'string' ? this.#string(text) : text);
      this.#advance(this.#at + text.length);
      return;
    }
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    throw new TemplateFailure(`unexpected character '${character}'`, this.#line);
  }

  #string(quoted: string): string {
    try {
      return unescapeString(quoted.slice(1, -1));
    } catch (error) {
      throw new TemplateFailure(error instanceof Error ? error.message : String(error), this.#line);
    }
  }

  #balance(open: string[], operator: string): void {
    const closer = closers[operator];
    if (closer !== undefined) open.push(closer);
    else if ('})]'.includes(operator)) {
      const expected = open.pop();
      if (expected === operator) return;
      const wanted = expected === undefined ? '' : `, expected '${expected}'`;
      throw new TemplateFailure(`unexpected '${operator}'${wanted}`, this.#line);
    }
  }

  #data(text: string): void {
    if (text !== '') this.#push('data', text);
  }

  #push(type: TokenType, value: string): void {
    this.#tokens.push({ type, value, line: this.#line });
  }

  #advance(to: number): void {
    for (let at = this.#at; at < to; at++) if (this.#source[at] === '\n') this.#line++;
    this.#lineStarting = this.#source[to - 1] === '\n';
    this.#at = to;
  }
}
