/** The names that every template has: Jinja's functions and those that transformers adds for chat templates. */
import { bind, integerOf } from './arguments.ts';
import { Dict } from './Dict.ts';
import { TemplateFailure, TemplateRefusal } from './errors.ts';
import { fromKeys } from './methods/collectionMethods.ts';
import { Range } from './Range.ts';
import { iterate } from './sequences.ts';
import { strftime } from './strftime.ts';
import { expectText, textOf } from './text.ts';
import { type Arguments, Callable, Namespace, PythonObject, type Value } from './values.ts';

function refuse(args: Arguments): never {
  const [message = ''] = bind({ of: 'raise_exception()', names: ['message'], required: 1 }, args);
  throw new TemplateRefusal(textOf(message));
}

function range(args: Arguments): Range {
  const bounds = args.positional.map((each) => integerOf(each, 0n, 'the argument of range()'));
  if (args.keyword.size > 0 || bounds.length === 0 || bounds.length > 3)
    throw new TemplateFailure('range() takes one to three numbers');
  return bounds.length === 1 ? new Range(0n, bounds[0], 1n) : new Range(bounds[0], bounds[1], bounds[2] ?? 1n);
}

/** Of another dict, or of pairs, and of names. */
function pairsOf(of: string, { positional, keyword }: Arguments): (readonly [Value, Value])[] {
  if (positional.length > 1) throw new TemplateFailure(`${of} takes at most one argument beside names`);
  const [source] = positional;
  const pairs =
    source === undefined
      ? []
      : source instanceof Dict
        ? Array.from(source.entries())
        : Array.from(iterate(source), pairOf);
  return [...pairs, ...keyword];
}

function pairOf(item: Value): readonly [Value, Value] {
  const parts = Array.from(iterate(item));
  if (parts.length !== 2) throw new TemplateFailure('a dict is made of pairs');
  return [parts[0], parts[1]];
}

/** Names that begin with an underscore are refused, as transformers does. */
export function checkField(name: Value): string {
  const text = expectText(name, 'a name in a namespace');
  if (!text.startsWith('_')) return text;
  throw new TemplateFailure(`a name in a namespace must not begin with an underscore, as '${text}' does`);
}

function namespace(args: Arguments): Namespace {
  return new Namespace(new Map(pairsOf('namespace()', args).map(([name, value]) => [checkField(name), value])));
}

/** `dict()`, with `dict.fromkeys()`. */
class DictMaker extends Callable {
  constructor() {
    super('dict', (args) => new Dict(pairsOf('dict()', args)));
  }

  override attribute(name: string): Value | undefined {
    return name === 'fromkeys' ? new Callable(name, fromKeys) : undefined;
  }
}

/** What `cycler()` makes. */
class Cycler extends PythonObject {
  readonly typeName = 'Cycler';
  readonly #items: readonly Value[];
  #at = 0;

  constructor(items: readonly Value[]) {
    super();
    if (items.length === 0) throw new TemplateFailure('cycler() needs at least one item');
    this.#items = items;
  }

  override attribute(name: string): Value | undefined {
    if (name === 'current') return this.#items[this.#at];
    if (name === 'reset') return new Callable(name, () => this.#reset());
    return name === 'next' ? new Callable(name, () => this.#next()) : undefined;
  }

  #next(): Value {
    const item = this.#items[this.#at];
    this.#at = (this.#at + 1) % this.#items.length;
    return item;
  }

  #reset(): null {
    this.#at = 0;
    return null;
  }
}

/** `self`, by which templates reach blocks: there are none here. */
class SelfReference extends PythonObject {
  readonly typeName = 'TemplateReference';

  override attribute(): never {
    throw new TemplateFailure("the name 'self' is not supported in a chat template");
  }
}

/**
 * A token of the tokenizer that transformers hands over and Graft does not know: nothing of it gets into a prompt
 * unseen.
 */
class UnknownToken extends PythonObject {
  readonly typeName = 'str';
  readonly #name: string;

  constructor(name: string) {
    super();
    this.#name = name;
  }

  override get truth(): never {
    return this.#fail();
  }

  override repr(): never {
    return this.#fail();
  }

  override attribute(): never {
    return this.#fail();
  }

  #fail(): never {
    throw new TemplateFailure(`the token '${this.#name}' is not handed to chat templates`);
  }
}

const unknownTokens = ['unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token', 'additional_special_tokens'];

function joiner(args: Arguments): Callable {
  const [separator = ', '] = bind({ of: 'joiner()', names: ['sep'] }, args);
  let isUsed = false;
  return new Callable('joiner', () => {
    const before = isUsed ? separator : '';
    isUsed = true;
    return before;
  });
}

function now(args: Arguments): string {
  const [format] = bind({ of: 'strftime_now()', names: ['format'], required: 1 }, args);
  return strftime(new Date(), expectText(format, 'the format of strftime_now()'));
}

const functions: Readonly<Record<string, (args: Arguments) => Value>> = {
  ...{ raise_exception: refuse, range, namespace, joiner, strftime_now: now },
  cycler: ({ positional }) => new Cycler(positional),
  lipsum: () => {
    throw new TemplateFailure("the function 'lipsum' is not supported: it writes a text by chance");
  },
};

/** By name. */
export const globals: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...Object.entries(functions).map(([name, call]) => [name, new Callable(name, call)] as const),
  ['dict', new DictMaker()],
  ['self', new SelfReference()],
  ...unknownTokens.map((name) => [name, new UnknownToken(name)] as const),
]);
