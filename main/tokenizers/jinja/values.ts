/**
 * The values of a template, as Python has them: int is bigint and float is number, so that 1 and 1.0 stay two things;
 * list is a JavaScript array that nothing changes; everything else is a class of its own.
 */
import { TemplateFailure } from './errors.ts';

export type Value = null | boolean | bigint | number | string | readonly Value[] | PythonObject;

/** What a call hands over. */
export interface Arguments {
  readonly positional: readonly Value[];
  readonly keyword: ReadonlyMap<string, Value>;
}

/** What all objects can do; whoever can more says so. */
export abstract class PythonObject {
  /** Python's name of the type, for messages. */
  abstract readonly typeName: string;

  get truth(): boolean {
    return true;
  }

  /** How it looks inside of a list. Where that holds an address in memory it is a failure, not another text. */
  repr(): string {
    throw new TemplateFailure(`a value of the type ${this.typeName} was written as text, which means nothing`);
  }

  text(): string {
    return this.repr();
  }

  /** Undefined: it has no length. */
  get size(): number | undefined {
    return undefined;
  }

  /** Undefined: it cannot be iterated. */
  iterate(): Iterable<Value> | undefined {
    return undefined;
  }

  /** What `.name` gives; undefined: nothing of its own. */
  attribute(name: string): Value | undefined;
  attribute(): Value | undefined {
    return undefined;
  }

  /** What `[key]` gives; undefined: nothing. */
  item(key: Value): Value | undefined;
  item(): Value | undefined {
    return undefined;
  }
}

/**
 * A name or attribute that is not there: prints nothing, counts as false, and fails as soon as something is done with
 * it.
 */
export class Undefined extends PythonObject {
  readonly typeName = 'Undefined';
  readonly message: string;

  constructor(message: string) {
    super();
    this.message = message;
  }

  override get truth(): boolean {
    return false;
  }

  override repr(): string {
    return 'Undefined';
  }

  override text(): string {
    return '';
  }

  override get size(): number {
    return 0;
  }

  override iterate(): Iterable<Value> {
    return [];
  }

  fail(): never {
    throw new TemplateFailure(this.message);
  }
}

/** A row of values that stays as it is: a tuple, or what keys(), values() and items() of a dict give. */
export abstract class FixedItems extends PythonObject {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    super();
    this.items = items;
  }

  override get truth(): boolean {
    return this.items.length > 0;
  }

  override get size(): number {
    return this.items.length;
  }

  override iterate(): Iterable<Value> {
    return this.items;
  }
}

export class Tuple extends FixedItems {
  readonly typeName = 'tuple';
}

/** What filters such as `map` and `select` give: it can be gone through once, and has neither length nor text. */
export class Generator extends PythonObject {
  readonly typeName = 'generator';
  readonly #iterator: Iterator<Value>;

  /** `start` is asked when the first item is. */
  constructor(start: () => Iterable<Value>) {
    super();
    this.#iterator = delayed(start);
  }

  override repr(): string {
    throw new TemplateFailure(
      'the result of a filter such as map or select was written as text; it needs `| list` behind it',
    );
  }

  override *iterate(): Iterable<Value> {
    for (let next = this.#iterator.next(); next.done !== true; next = this.#iterator.next()) yield next.value;
  }
}

function* delayed(start: () => Iterable<Value>): Iterator<Value> {
  yield* start();
}

/** A function or method; `call` may fail. */
export class Callable extends PythonObject {
  readonly typeName: string = 'function';
  readonly name: string;
  readonly call: (args: Arguments) => Value;

  constructor(name: string, call: (args: Arguments) => Value) {
    super();
    this.name = name;
    this.call = call;
  }

  override repr(): string {
    throw new TemplateFailure(`the function ${this.name} was written as text instead of being called`);
  }
}

/** What `namespace()` makes; the one thing that a template can change. */
export class Namespace extends PythonObject {
  readonly typeName = 'Namespace';
  readonly fields: Map<string, Value>;

  constructor(fields: Map<string, Value>) {
    super();
    this.fields = fields;
  }

  override attribute(name: string): Value | undefined {
    return this.fields.get(name);
  }
}

/** Text that counts as safe HTML: it escapes what is added to it. */
export class Markup extends PythonObject {
  readonly typeName = 'Markup';
  readonly value: string;

  constructor(value: string) {
    super();
    this.value = value;
  }

  override get truth(): boolean {
    return this.value !== '';
  }

  override text(): string {
    return this.value;
  }

  override get size(): number {
    return Array.from(this.value).length;
  }

  override iterate(): Iterable<Value> {
    return this.value;
  }
}

/** Python's name of the type of a value, for messages. */
export function typeNameOf(value: Value): string {
  if (value === null) return 'NoneType';
  if (value instanceof PythonObject) return value.typeName;
  if (Array.isArray(value)) return 'list';
  const names: Readonly<Record<string, string>> = { boolean: 'bool', bigint: 'int', number: 'float', string: 'str' };
  return names[typeof value] ?? typeof value;
}

/** bool is a kind of int. Undefined: the value is no number. */
export function numberOf(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

export function isTrue(value: Value): boolean {
  if (value instanceof PythonObject) return value.truth;
  if (Array.isArray(value)) return value.length > 0;
  return Boolean(value);
}
