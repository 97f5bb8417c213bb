/** The tokens of a template with a place in them, and what is said where another one stands than the rules want. */
import { TemplateFailure } from './errors.ts';
import { type Token, tokenize, type TokenType } from './lexer.ts';

const wordsOfTypes: Readonly<Record<TokenType, string>> = {
  ...{
    data: 'text',
    name: 'a name',
    string: 'a string',
    integer: 'a number',
    float: 'a number',
    operator: 'an operator',
  },
  ...{ variable_begin: "'{{'", variable_end: "'}}'", block_begin: "'{%'", block_end: "'%}'" },
  'end of template': 'the end of the template',
};

export class TokenStream {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(template: string) {
    this.#tokens = tokenize(template);
  }

  get current(): Token {
    return this.#tokens[this.#at];
  }

  get line(): number {
    return this.current.line;
  }

  /** The token after the current one. */
  get following(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)];
  }

  next(): Token {
    const token = this.current;
    if (this.#at < this.#tokens.length - 1) this.#at++;
    return token;
  }

  /** Whether this stands here: an operator or name by its text. */
  is(type: TokenType, ...values: readonly string[]): boolean {
    const { current } = this;
    return current.type === type && (values.length === 0 || values.includes(current.value));
  }

  /** Goes past it where it stands here. */
  skip(type: TokenType, value: string): boolean {
    if (!this.is(type, value)) return false;
    this.next();
    return true;
  }

  expect(type: TokenType, value?: string): Token {
    if (value === undefined ? this.is(type) : this.is(type, value)) return this.next();
    throw this.failure(`expected ${value === undefined ? wordsOfTypes[type] : `'${value}'`}, got ${this.describe()}`);
  }

  describe(): string {
    const { type, value } = this.current;
    return value === '' || type === 'data' ? wordsOfTypes[type] : `'${value}'`;
  }

  failure(message: string, line = this.line): TemplateFailure {
    return new TemplateFailure(message, line);
  }
}
