/**
 * A template as a tree. Tags of Jinja that need other templates are refused by name: a chat template has none beside
 * it.
 */
import type { CallBlock, Expression, For, If, MacroNode, Name, Signature, Statement, Target } from './ast.ts';
import { ExpressionParser } from './ExpressionParser.ts';
import { TokenStream } from './TokenStream.ts';

/** Throws TemplateFailure with the line of what breaks the rules. */
export function parse(template: string): readonly Statement[] {
  return new Parser(new TokenStream(template)).template();
}

const otherTemplates = ['include', 'import', 'from', 'extends', 'block', 'autoescape', 'trans', 'debug'];

class Parser extends ExpressionParser {
  /** What the tags that are open wait for, innermost last. */
  readonly #waiting: (readonly string[])[] = [];
  #loops = 0;

  template(): readonly Statement[] {
    return this.#statements();
  }

  /** Up to one of the closing tags, at whose name it stands then; or up to the end. */
  #statements(): Statement[] {
    const { stream } = this;
    const body: Statement[] = [];
    for (;;) {
      const { type, value, line } = stream.current;
      if (type === 'end of template') return body;
      stream.next();
      if (type === 'data') body.push({ kind: 'data', text: value, line });
      else if (type === 'variable_begin') {
        body.push({ kind: 'output', value: this.tuple(), line });
        stream.expect('variable_end');
      } else {
        if (stream.is('name', ...(this.#waiting.at(-1) ?? ['']))) return body;
        body.push(...this.#statement());
        stream.expect('block_end');
      }
    }
  }

  /** The body of a tag from its end on, up to the name of the tag that ends it. */
  #body(...ends: readonly string[]): Statement[] {
    const { stream } = this;
    stream.skip('operator', ':');
    stream.expect('block_end');
    this.#waiting.push(ends);
    const body = this.#statements();
    this.#waiting.pop();
    if (stream.is('end of template'))
      throw stream.failure(`the template ends where '${ends.join("' or '")}' is missing`);
    return body;
  }

  /** The same, past that name. */
  #wholeBody(end: string): Statement[] {
    const body = this.#body(end);
    this.stream.next();
    return body;
  }

  #statement(): readonly Statement[] {
    const { stream } = this;
    const { type, value, line } = stream.current;
    if (type !== 'name') throw stream.failure('expected the name of a tag');
    stream.next();
    switch (value) {
      case 'for':
        return [this.#for(line)];
      case 'if':
        return [this.#if(line)];
      case 'set':
        return [this.#set(line)];
      case 'macro':
        return [this.#macro(line)];
      case 'call':
        return [this.#callBlock(line)];
      case 'with':
        return [this.#with(line)];
      case 'filter':
        return [{ kind: 'filter block', filter: this.#blockFilter(), body: this.#wholeBody('endfilter'), line }];
      case 'generation':
        return [{ kind: 'generation', body: this.#wholeBody('endgeneration'), line }];
      case 'print':
        return this.#print(line);
      case 'break':
      case 'continue':
        return [{ kind: value, line }];
      default:
        throw this.#unknownTag(value, line);
    }
  }

  #unknownTag(name: string, line: number): Error {
    if (otherTemplates.includes(name))
      return this.stream.failure(`the tag '${name}' is not supported in a chat template`, line);
    const expected = this.#waiting.at(-1);
    const hint = expected === undefined ? '' : `; '${expected.join("' or '")}' is expected first`;
    return this.stream.failure(`there is no tag '${name}' here${hint}`, line);
  }

  #for(line: number): For {
    const { stream } = this;
    this.#loops++;
    const target = this.#target(['in'], false);
    stream.expect('name', 'in');
    const iterable = this.tuple({ choices: false, endsAt: ['recursive'] });
    const test = stream.skip('name', 'if') ? this.expression() : null;
    const recursive = stream.skip('name', 'recursive');
    const body = this.#body('endfor', 'else');
    const otherwise = stream.next().value === 'endfor' ? [] : this.#wholeBody('endfor');
    this.#loops--;
    return { kind: 'for', target, iterable, body, otherwise, test, recursive, line };
  }

  #if(line: number): If {
    const { stream } = this;
    const first = this.#branch();
    const elifs: If[] = [];
    let otherwise: Statement[] = [];
    for (let { value: tag } = stream.next(); tag !== 'endif'; { value: tag } = stream.next()) {
      if (tag === 'elif') elifs.push({ kind: 'if', ...this.#branch(), elifs: [], otherwise: [], line: stream.line });
      else {
        otherwise = this.#wholeBody('endif');
        break;
      }
    }
    return { kind: 'if', ...first, elifs, otherwise, line };
  }

  #branch(): Pick<If, 'test' | 'body'> {
    return { test: this.tuple({ choices: false }), body: this.#body('elif', 'else', 'endif') };
  }

  #set(line: number): Statement {
    const { stream } = this;
    const target = this.#target([], true);
    if (stream.skip('operator', '=')) return { kind: 'set', target, value: this.tuple(), line };
    return { kind: 'set block', target, filter: this.filters(null), body: this.#wholeBody('endset'), line };
  }

  #macro(line: number): MacroNode {
    const name = this.stream.expect('name').value;
    return { kind: 'macro', name, signature: this.#signature(), body: this.#wholeBody('endmacro'), line };
  }

  #callBlock(line: number): CallBlock {
    const signature = this.stream.is('operator', '(') ? this.#signature() : { names: [], defaults: [] };
    const call = this.expression();
    if (call.kind !== 'call') throw this.stream.failure('expected a call behind the tag call', line);
    return { kind: 'call block', call, signature, body: this.#wholeBody('endcall'), line };
  }

  #with(line: number): Statement {
    const { stream } = this;
    const [targets, values]: [Target[], Expression[]] = [[], []];
    while (!stream.is('block_end')) {
      if (targets.length > 0) stream.expect('operator', ',');
      targets.push(this.#target([], false));
      stream.expect('operator', '=');
      values.push(this.expression());
    }
    return { kind: 'with', targets, values, body: this.#wholeBody('endwith'), line };
  }

  #blockFilter() {
    let filter = this.filter(null);
    while (this.stream.skip('operator', '|')) filter = this.filter(filter);
    return filter;
  }

  #print(line: number): Statement[] {
    const { stream } = this;
    const outputs: Statement[] = [];
    while (!stream.is('block_end')) {
      if (outputs.length > 0) stream.expect('operator', ',');
      outputs.push({ kind: 'output', value: this.expression(), line });
    }
    return outputs;
  }

  #signature(): Signature {
    const { stream } = this;
    const [names, defaults]: [Name[], Expression[]] = [[], []];
    stream.expect('operator', '(');
    while (!stream.is('operator', ')')) {
      if (names.length > 0) stream.expect('operator', ',');
      const { value, line } = stream.expect('name');
      names.push({ kind: 'name', name: value, use: 'store', line });
      if (stream.skip('operator', '=')) defaults.push(this.expression());
      else if (defaults.length > 0) throw stream.failure('a parameter without a default follows one with a default');
    }
    stream.next();
    return { names, defaults };
  }

  /** One name, several with commas or in parentheses, or (in `set`) a field of a namespace. */
  #target(endsAt: readonly string[], withFields: boolean): Target {
    const { stream } = this;
    const { line } = stream;
    const items: Target[] = [];
    let isTuple = false;
    while (!this.tupleEnds(endsAt) && !stream.is('operator', '=', '|')) {
      items.push(this.#oneTarget(withFields));
      if (!stream.skip('operator', ',')) break;
      isTuple = true;
    }
    if (items.length === 0) throw stream.failure(`expected a name, got ${stream.describe()}`);
    return isTuple ? { kind: 'targets', items, line } : items[0];
  }

  #oneTarget(withFields: boolean): Target {
    const { stream } = this;
    const { line } = stream;
    if (stream.skip('operator', '(')) {
      const inside = this.#target([], false);
      stream.expect('operator', ')');
      return inside;
    }
    const name = stream.expect('name').value;
    if (withFields && stream.skip('operator', '.')) {
      return { kind: 'field', namespace: name, name: stream.expect('name').value, line };
    }
    if (/^(true|false|none)$/i.test(name)) throw stream.failure(`'${name}' cannot be assigned to`, line);
    if (name === 'loop' && this.#loops > 0) throw stream.failure("'loop' cannot be assigned to inside of a loop", line);
    return { kind: 'name', name, use: 'store', line };
  }
}
