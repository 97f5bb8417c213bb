/** Sentences of the core, at any depth, as their English: to be compared with what a person reads. */
import { type Said, isSaid } from '../../main/contract/words/words.ts';

export type InEnglish<T> = T extends Said
  ? string
  : T extends readonly (infer Entry)[]
    ? readonly InEnglish<Entry>[]
    : T extends object
      ? { readonly [Key in keyof T]: InEnglish<T[Key]> }
      : T;

export function inEnglish<T>(value: T): InEnglish<T> {
  return plain(value) as InEnglish<T>;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (isSaid(value)) return value.text;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}
