/** A macro, or the block of a call: what it takes and how that is bound. */
import type { Name, Signature, Statement } from './ast.ts';
import { Dict } from './Dict.ts';
import { TemplateFailure } from './errors.ts';
import { type SpecialName, specialNamesIn } from './macroNames.ts';
import { type Arguments, Callable, Tuple, Undefined, type Value } from './values.ts';

export interface MacroPlan {
  /** Null: the block of a call. */
  readonly name: string | null;
  readonly signature: Signature;
  readonly body: readonly Statement[];
  /** Renders the body with these names; for a parameter that was not given, `undefined` stands. */
  readonly run: (parameters: readonly (readonly [string, Value | undefined])[]) => Value;
}

export class Macro extends Callable {
  override readonly typeName = 'Macro';
  readonly #plan: MacroPlan;
  readonly #special: ReadonlySet<SpecialName>;

  constructor(plan: MacroPlan) {
    super(plan.name ?? 'caller', (args) => this.#invoke(args));
    this.#plan = plan;
    this.#special = specialNamesIn(plan.body);
  }

  override repr(): string {
    return `<Macro ${this.#plan.name === null ? 'anonymous' : `'${this.#plan.name}'`}>`;
  }

  override attribute(name: string): Value | undefined {
    const { signature } = this.#plan;
    if (name === 'name') return this.#plan.name;
    if (name === 'arguments') return new Tuple(signature.names.map((each) => each.name));
    if (name === 'caller') return this.#special.has('caller');
    if (name === 'catch_kwargs') return this.#special.has('kwargs');
    return name === 'catch_varargs' ? this.#special.has('varargs') : undefined;
  }

  #invoke({ positional, keyword }: Arguments): Value {
    const { names } = this.#plan.signature;
    const named = new Map(keyword);
    const parameters: (readonly [string, Value | undefined])[] = names.map((each, at) => [
      each.name,
      take(each, positional[at], named),
    ]);
    if (this.#special.has('caller') && !names.some(({ name }) => name === 'caller')) {
      parameters.push(['caller', named.get('caller') ?? new Undefined('the macro was called without a block')]);
      named.delete('caller');
    }
    if (this.#special.has('kwargs')) parameters.push(['kwargs', new Dict(named)]);
    else if (named.size > 0) throw new TemplateFailure(`${this.#words} has no argument '${[...named.keys()][0]}'`);
    if (this.#special.has('varargs')) parameters.push(['varargs', new Tuple(positional.slice(names.length))]);
    else if (positional.length > names.length)
      throw new TemplateFailure(`${this.#words} takes at most ${names.length} arguments`);
    return this.#plan.run(parameters);
  }

  get #words(): string {
    return this.#plan.name === null ? 'the block of a call' : `the macro '${this.#plan.name}'`;
  }
}

function take({ name }: Name, given: Value | undefined, named: Map<string, Value>): Value | undefined {
  if (given !== undefined) return given;
  const value = named.get(name);
  named.delete(name);
  return value;
}
