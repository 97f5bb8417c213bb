/** Reading what a call hands over: by place or by name, as Python binds it. */
import { TemplateFailure } from './errors.ts';
import { type Arguments, numberOf, typeNameOf, type Value } from './values.ts';

export interface Parameters {
  /** For messages. */
  readonly of: string;
  readonly names: readonly string[];
  /** So many of them must be given; default 0. */
  readonly required?: number;
}

/** The values in the order of the names; undefined: not given. Throws where one is missing, unknown or given twice. */
export function bind(
  { of, names, required = 0 }: Parameters,
  { positional, keyword }: Arguments,
): readonly (Value | undefined)[] {
  if (positional.length > names.length) {
    throw new TemplateFailure(`${of} takes at most ${names.length} arguments, ${positional.length} were given`);
  }
  const values: (Value | undefined)[] = names.map((_, at) => positional[at]);
  for (const [name, value] of keyword) {
    const at = names.indexOf(name);
    if (at < 0) throw new TemplateFailure(`${of} has no argument '${name}'`);
    if (at < positional.length) throw new TemplateFailure(`${of} was given '${name}' twice`);
    values[at] = value;
  }
  const missing = names.slice(0, required).find((_, at) => values[at] === undefined);
  if (missing !== undefined) throw new TemplateFailure(`${of} needs the argument '${missing}'`);
  return values;
}

/** An int or bool; `fallback` where nothing was given. */
export function integerOf(value: Value | undefined, fallback: bigint, of: string): bigint {
  if (value === undefined) return fallback;
  const number = numberOf(value);
  if (typeof number !== 'bigint') throw new TemplateFailure(`${of} must be a whole number, not '${typeNameOf(value)}'`);
  return number;
}
