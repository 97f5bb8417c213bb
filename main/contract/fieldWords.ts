/**
 * What a schema says of a field beside zod's own title and description, which are the English: everything that flags,
 * forms and lists of settings show of it stands beside its type, so that a new field is one place.
 */
import type { Translated, WordLanguage } from './words/words.ts';

interface Words {
  readonly title: string;
  readonly description: string;
}

declare module 'zod' {
  interface GlobalMeta {
    /** The same in Japanese. */
    ja?: Words;
    /** Names of an enum's values where the values themselves are no words for people. */
    choiceNames?: Readonly<Record<string, Translated>>;
    /** Behind the form's fold. */
    advanced?: boolean;
    /** The capability that a method must have for it to mean something; absent: none. */
    needs?: string;
    /** Ids of the parts of training that it is an option of; absent where it is of any run. */
    onlyWith?: readonly string[];
  }
}

export interface FieldWords extends Words {
  readonly ja?: Words | undefined;
  readonly choiceNames?: Readonly<Record<string, Translated>> | undefined;
}

export function titleIn(language: WordLanguage, { title, ja }: FieldWords): string {
  return language === 'ja' ? (ja?.title ?? title) : title;
}

export function descriptionIn(language: WordLanguage, { description, ja }: FieldWords): string {
  return language === 'ja' ? (ja?.description ?? description) : description;
}

/** The value itself where it has no name. */
export function choiceIn(language: WordLanguage, { choiceNames }: FieldWords, value: string): string {
  return choiceNames?.[value]?.[language] ?? value;
}
