/**
 * The words of the studio. Each screen or part has a file with its words in every language; TypeScript compares them
 * key by key. A word with values in it is a function.
 */
export const languages = ['en', 'ja'] as const;
export type Language = (typeof languages)[number];

type Words = Readonly<Record<string, string | ((...values: never[]) => string)>>;

/** The same keys, and functions of the same values. */
type Translation<English extends Words> = {
  readonly [Key in keyof English]: English[Key] extends (...values: infer Values) => string
    ? (...values: Values) => string
    : string;
};

export interface Catalogue<Words> {
  readonly en: Words;
  readonly ja: Words;
}

export function catalogue<const English extends Words>(
  en: English,
  ja: Translation<English>,
): Catalogue<Translation<English>> {
  return { en: en as unknown as Translation<English>, ja };
}
