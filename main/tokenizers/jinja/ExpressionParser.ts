/**
 * Expressions, by Jinja's own precedence: `~` binds closer than `+`, filters and tests closer than `**`, comparisons
 * chain.
 */
import type {
  BinaryOperator,
  Call,
  CallArguments,
  Comparison,
  ComparisonOperator,
  Expression,
  FilterNode,
} from './ast.ts';
import type { TokenStream } from './TokenStream.ts';

export const noArguments: CallArguments = { positional: [], keyword: [], spread: null, keywordSpread: null };

const constants: Readonly<Record<string, boolean | null>> = {
  ...{ true: true, True: true, false: false, False: false, none: null, None: null },
};
const comparisons = ['==', '!=', '<', '<=', '>', '>='];
/** What a test may have as its one argument without parentheses. */
const opensArgument = new Set(['name', 'string', 'integer', 'float']);

export interface TupleOptions {
  /** Names that end it, such as `recursive`. */
  readonly endsAt?: readonly string[];
  /** Whether `a if b else c` is looked for; default true. */
  readonly choices?: boolean;
  /** Whether it may be empty. */
  readonly inParentheses?: boolean;
}

export class ExpressionParser {
  protected readonly stream: TokenStream;

  constructor(stream: TokenStream) {
    this.stream = stream;
  }

  /** One expression, or several with commas between them. */
  protected tuple({ endsAt = [], choices = true, inParentheses = false }: TupleOptions = {}): Expression {
    const { stream } = this;
    const { line } = stream;
    const items: Expression[] = [];
    let isTuple = false;
    while (!this.tupleEnds(endsAt)) {
      items.push(choices ? this.expression() : this.or());
      if (!stream.skip('operator', ',')) break;
      isTuple = true;
    }
    if (!isTuple && items.length === 1) return items[0];
    if (!isTuple && !inParentheses) throw stream.failure(`expected an expression, got ${stream.describe()}`);
    return { kind: 'tuple', items, line };
  }

  protected tupleEnds(endsAt: readonly string[]): boolean {
    const { stream } = this;
    if (stream.is('variable_end') || stream.is('block_end') || stream.is('operator', ')')) return true;
    return endsAt.length > 0 && stream.is('name', ...endsAt);
  }

  protected expression(): Expression {
    const { stream } = this;
    const { line } = stream;
    let result = this.or();
    while (stream.skip('name', 'if')) {
      const test = this.or();
      const otherwise = stream.skip('name', 'else') ? this.expression() : null;
      result = { kind: 'choice', test, then: result, otherwise, line };
    }
    return result;
  }

  protected or(): Expression {
    const { line } = this.stream;
    let left = this.#and();
    while (this.stream.skip('name', 'or')) left = { kind: 'or', left, right: this.#and(), line };
    return left;
  }

  #and(): Expression {
    const { line } = this.stream;
    let left = this.#not();
    while (this.stream.skip('name', 'and')) left = { kind: 'and', left, right: this.#not(), line };
    return left;
  }

  #not(): Expression {
    const { line } = this.stream;
    return this.stream.skip('name', 'not') ? { kind: 'not', operand: this.#not(), line } : this.#comparison();
  }

  #comparison(): Expression {
    const { line } = this.stream;
    const first = this.#sum();
    const rest: Comparison[] = [];
    for (let operator = this.#comparisonOperator(); operator !== undefined; operator = this.#comparisonOperator()) {
      rest.push({ operator, right: this.#sum() });
    }
    return rest.length === 0 ? first : { kind: 'compare', first, rest, line };
  }

  #comparisonOperator(): ComparisonOperator | undefined {
    const { stream } = this;
    if (stream.is('operator', ...comparisons)) return stream.next().value as ComparisonOperator;
    if (stream.skip('name', 'in')) return 'in';
    if (!stream.is('name', 'not') || stream.following.type !== 'name' || stream.following.value !== 'in')
      return undefined;
    stream.next();
    stream.next();
    return 'not in';
  }

  #binary(operators: readonly BinaryOperator[], operand: () => Expression): Expression {
    const { line } = this.stream;
    let left = operand();
    while (this.stream.is('operator', ...operators)) {
      const operator = this.stream.next().value as BinaryOperator;
      left = { kind: 'binary', operator, left, right: operand(), line };
    }
    return left;
  }

  #sum(): Expression {
    return this.#binary(['+', '-'], () => this.#concat());
  }

  #concat(): Expression {
    const { line } = this.stream;
    const parts = [this.#product()];
    while (this.stream.skip('operator', '~')) parts.push(this.#product());
    return parts.length === 1 ? parts[0] : { kind: 'concat', parts, line };
  }

  #product(): Expression {
    return this.#binary(['*', '/', '//', '%'], () => this.#power());
  }

  /** From left to right, unlike Python's. */
  #power(): Expression {
    return this.#binary(['**'], () => this.#unary(true));
  }

  #unary(withFilters: boolean): Expression {
    const { stream } = this;
    const { line } = stream;
    let node: Expression;
    if (stream.skip('operator', '-')) node = { kind: 'negative', operand: this.#unary(false), line };
    else if (stream.skip('operator', '+')) node = { kind: 'positive', operand: this.#unary(false), line };
    else node = this.primary();
    node = this.#postfix(node);
    return withFilters ? this.#filtersAndTests(node) : node;
  }

  protected primary(): Expression {
    const { stream } = this;
    const { type, value, line } = stream.current;
    if (type === 'name') {
      stream.next();
      if (Object.hasOwn(constants, value)) return { kind: 'constant', value: constants[value], line };
      return { kind: 'name', name: value, use: 'load', line };
    }
    if (type === 'string') return this.#strings();
    if (type === 'integer' || type === 'float') {
      stream.next();
      return { kind: 'constant', value: type === 'integer' ? readInteger(value) : readFloat(value), line };
    }
    if (stream.skip('operator', '(')) {
      const inside = this.tuple({ inParentheses: true });
      stream.expect('operator', ')');
      return inside;
    }
    if (stream.skip('operator', '['))
      return { kind: 'list', items: this.#separated(']', () => this.expression()), line };
    if (stream.skip('operator', '{')) return { kind: 'dict', pairs: this.#separated('}', () => this.#pair()), line };
    throw stream.failure(`unexpected ${stream.describe()}`);
  }

  /** Strings beside each other are one. */
  #strings(): Expression {
    const { line } = this.stream;
    let value = '';
    while (this.stream.is('string')) value += this.stream.next().value;
    return { kind: 'constant', value, line };
  }

  #pair(): readonly [Expression, Expression] {
    const key = this.expression();
    this.stream.expect('operator', ':');
    return [key, this.expression()];
  }

  /** Up to the closing bracket; a comma may stand before it. */
  #separated<T>(end: string, parse: () => T): T[] {
    const items: T[] = [];
    while (!this.stream.is('operator', end)) {
      if (items.length > 0) this.stream.expect('operator', ',');
      if (this.stream.is('operator', end)) break;
      items.push(parse());
    }
    this.stream.expect('operator', end);
    return items;
  }

  #postfix(operand: Expression): Expression {
    let node = operand;
    while (this.stream.is('operator', '.', '[', '(')) {
      if (this.stream.is('operator', '(')) node = this.call(node);
      else node = this.stream.is('operator', '.') ? this.#attribute(node) : this.#item(node);
    }
    return node;
  }

  #attribute(of: Expression): Expression {
    const { line } = this.stream.next();
    const { type, value } = this.stream.next();
    if (type === 'name') return { kind: 'attribute', of, name: value, line };
    if (type !== 'integer') throw this.stream.failure('expected a name or number after a dot', line);
    return { kind: 'item', of, key: { kind: 'constant', value: readInteger(value), line }, line };
  }

  #item(of: Expression): Expression {
    const { line } = this.stream.next();
    const keys: Expression[] = [];
    while (!this.stream.is('operator', ']')) {
      if (keys.length > 0) this.stream.expect('operator', ',');
      keys.push(this.#subscript());
    }
    this.stream.expect('operator', ']');
    return { kind: 'item', of, key: keys.length === 1 ? keys[0] : { kind: 'tuple', items: keys, line }, line };
  }

  #subscript(): Expression {
    const { stream } = this;
    const { line } = stream;
    const start = stream.is('operator', ':') ? null : this.expression();
    if (!stream.skip('operator', ':')) {
      if (start === null) throw stream.failure('expected an expression');
      return start;
    }
    const stop = stream.is('operator', ':', ']', ',') ? null : this.expression();
    const hasStep = stream.skip('operator', ':') && !stream.is('operator', ']', ',');
    return { kind: 'slice', start, stop, step: hasStep ? this.expression() : null, line };
  }

  protected call(callee: Expression): Call {
    const { line } = this.stream;
    return { kind: 'call', callee, args: this.#arguments(), line };
  }

  #arguments(): CallArguments {
    const { stream } = this;
    const { line } = stream.expect('operator', '(');
    const positional: Expression[] = [];
    const keyword: (readonly [string, Expression])[] = [];
    let [spread, keywordSpread]: (Expression | null)[] = [null, null];
    const ensure = (allowed: boolean): void => {
      if (!allowed) throw stream.failure('the arguments of a call are in an order that is not allowed', line);
    };
    while (!stream.is('operator', ')')) {
      if (stream.skip('operator', '*')) {
        ensure(spread === null && keywordSpread === null);
        spread = this.expression();
      } else if (stream.skip('operator', '**')) {
        ensure(keywordSpread === null);
        keywordSpread = this.expression();
      } else if (stream.is('name') && stream.following.type === 'operator' && stream.following.value === '=') {
        ensure(keywordSpread === null);
        const name = stream.next().value;
        stream.next();
        keyword.push([name, this.expression()]);
      } else {
        ensure(spread === null && keywordSpread === null && keyword.length === 0);
        positional.push(this.expression());
      }
      if (!stream.is('operator', ')')) stream.expect('operator', ',');
    }
    stream.next();
    return { positional, keyword, spread, keywordSpread };
  }

  #filtersAndTests(operand: Expression): Expression {
    let node = operand;
    for (;;) {
      if (this.stream.is('operator', '|')) node = this.filters(node);
      else if (this.stream.is('name', 'is')) node = this.#test(node);
      else if (this.stream.is('operator', '(')) node = this.call(node);
      else return node;
    }
  }

  protected filters(operand: Expression): Expression;
  protected filters(operand: null): FilterNode | null;
  /** All that follow; without an operand they stand for the text of a block. */
  protected filters(operand: Expression | null): Expression | null {
    let node = operand;
    while (this.stream.skip('operator', '|')) node = this.filter(node);
    return node;
  }

  /** One, from its name on. */
  protected filter(operand: Expression | null): FilterNode {
    const { line } = this.stream;
    const name = this.#dottedName();
    return {
      kind: 'filter',
      operand,
      name,
      args: this.stream.is('operator', '(') ? this.#arguments() : noArguments,
      line,
    };
  }

  #test(operand: Expression): Expression {
    const { stream } = this;
    const { line } = stream.next();
    const negated = stream.skip('name', 'not');
    const name = this.#dottedName();
    const test: Expression = { kind: 'test', operand, name, args: this.#testArguments(), line };
    return negated ? { kind: 'not', operand: test, line } : test;
  }

  #testArguments(): CallArguments {
    const { stream } = this;
    if (stream.is('operator', '(')) return this.#arguments();
    const opens = opensArgument.has(stream.current.type) || stream.is('operator', '[', '{');
    if (!opens || stream.is('name', 'else', 'or', 'and')) return noArguments;
    if (stream.is('name', 'is')) throw stream.failure('tests with `is` cannot follow one another');
    return { ...noArguments, positional: [this.#postfix(this.primary())] };
  }

  #dottedName(): string {
    let name = this.stream.expect('name').value;
    while (this.stream.skip('operator', '.')) name += `.${this.stream.expect('name').value}`;
    return name;
  }
}

/** As the lexer took it for one: `0x1f`, `1_000`. */
function readInteger(text: string): bigint {
  const digits = text.replaceAll('_', '');
  return BigInt(/^0[box]/i.test(digits) ? digits.toLowerCase() : digits);
}

function readFloat(text: string): number {
  return Number(text.replaceAll('_', ''));
}
