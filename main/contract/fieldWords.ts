/**
 * What a schema says of a field beside zod's own title and description, which are the English: everything that flags,
 * forms and lists of settings show of it stands beside its type, so that a new field is one place.
 */
import type { z } from 'zod';
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
    needs?: readonly string[];
    /** Ids of the parts of training that it is an option of; absent where it is of any run. */
    onlyWith?: readonly string[];
  }
}

export interface FieldWords extends Words {
  readonly ja?: Words | undefined;
  readonly choiceNames?: Readonly<Record<string, Translated>> | undefined;
}

interface FieldFacts extends Omit<z.GlobalMeta, keyof Words | 'ja'> {
  readonly title: Translated;
  /** One sentence without a full stop, for a person who does not write code. */
  readonly description: Translated;
}

/** A field of a schema with what is said of it. */
export function described<Schema extends z.ZodType>(
  schema: Schema,
  { title, description, ...more }: FieldFacts,
): Schema {
  const ja = { title: title.ja, description: description.ja };
  return schema.meta({ title: title.en, description: description.en, ...more, ja });
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
