/**
 * What the core says to a person: a code with parameters, and words for it in every language beside the code that says
 * them. A file of this folder has the words of one domain; `registry.ts` lists the files, and `inLanguage.ts` says
 * again in another language what was said in English.
 */

export const wordLanguages = ['en', 'ja'] as const;
export type WordLanguage = (typeof wordLanguages)[number];

/** Words without parameters, which belong to what they describe and stand beside it: the options of a method. */
export type Translated = Readonly<Record<WordLanguage, string>>;

/** What a sentence can hold: values, quoted data, and other sentences. Plain JSON. */
export type Parameter = string | number | boolean | null | Said | readonly Parameter[];

/** A sentence that was said: plain JSON, to be kept, sent and said again. */
export interface Said {
  /** `<domain>.<sentence>`, for scripts. */
  readonly code: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** In English, as the command line shows it. */
  readonly text: string;
}

/** In each language: a pattern, or a function of parameters in which other sentences have become text. */
export interface Entry<Parameters> {
  readonly en: string | ((parameters: Parameters) => string);
  readonly ja: string | ((parameters: Parameters) => string);
}

/**
 * The places of a pattern: `{name}` takes a text or a number, `{names, list}` and `{problems, clauses}` several texts,
 * set apart as the language does, `{shape, sizes}` several numbers, `{rows, row|rows}` a number and what it counts, one
 * or many; JSON, with its quotes, is text. Functions are for what else depends on a value, such as what may be missing.
 */
type PlaceIn<Pattern> = Pattern extends `${string}{${infer Place}}${infer Rest}`
  ? (Place extends `${string}"${string}` ? never : Place) | PlaceIn<Rest>
  : never;

type ParametersOf<Words> = Words extends string
  ? {
      readonly [Place in PlaceIn<Words> as Place extends `${infer Name}, ${string}` ? Name : Place]: Place extends
        | `${string}, list`
        | `${string}, clauses`
        ? readonly string[]
        : Place extends `${string}, sizes`
          ? readonly number[]
          : Place extends `${string}|${string}`
            ? number
            : string | number;
    }
  : Words extends (parameters: infer Parameters) => string
    ? Parameters
    : never;

const separators: Readonly<Record<string, Readonly<Record<WordLanguage, string>>>> = {
  list: { en: ', ', ja: '、' },
  clauses: { en: '; ', ja: '／' },
  sizes: { en: ', ', ja: ', ' },
};

/** As the words see them and as a caller gives them: where there is text a sentence may stand. */
type Given<Parameters> = {
  readonly [Key in keyof Parameters]: Parameters[Key] extends readonly string[]
    ? readonly (string | Said)[]
    : string extends Parameters[Key]
      ? Parameters[Key] | Said
      : Parameters[Key];
};

/** Says one sentence. */
export interface Speaker<Parameters> {
  (...given: keyof Parameters extends never ? readonly [] : readonly [parameters: Given<Parameters>]): Said;
  readonly code: string;
  readonly words: Entry<never>;
}

type English = string | ((parameters: never) => string);

/** The sentences of a domain. A sentence without parameters is a text, one with parameters takes one object of them. */
export function wordsOf<Sentences extends Readonly<Record<string, English>>>(
  domain: string,
  entries: {
    readonly [Name in keyof Sentences]: {
      readonly en: Sentences[Name];
      readonly ja: string | ((parameters: ParametersOf<Sentences[Name]>) => string);
    };
  },
): { readonly [Name in keyof Sentences]: Speaker<ParametersOf<Sentences[Name]>> } {
  const speakers = Object.entries(entries as Readonly<Record<string, Entry<never>>>).map(([name, words]) => [
    name,
    speaker(`${domain}.${name}`, words),
  ]);
  return Object.fromEntries(speakers) as { [Name in keyof Sentences]: Speaker<ParametersOf<Sentences[Name]>> };
}

function speaker(code: string, words: Entry<never>): Speaker<Record<string, Parameter>> {
  const say = (parameters: Said['parameters'] = {}): Said => ({
    code,
    parameters,
    text: phrase(words, 'en', texts(parameters, englishOf)),
  });
  return Object.assign(say, { code, words });
}

/** The words of an entry, with parameters whose sentences are texts of that language already. */
export function phrase(words: Entry<never>, language: WordLanguage, parameters: Said['parameters']): string {
  const given = words[language];
  if (typeof given !== 'string') return (given as (parameters: object) => string)(parameters);
  return given.replace(/\{(\w+)(?:, ([^{}"]+))?\}/g, (_, name: string, kind: string = 'list') => {
    const value = parameters[name] as string | number | readonly (string | number)[];
    const [one, many] = kind.split('|');
    if (many !== undefined) return `${String(value)} ${value === 1 ? one : many}`;
    return typeof value === 'object' ? value.join(separators[kind][language]) : String(value);
  });
}

/** Parameters with each sentence, at any depth, as what `say` makes of it. */
export function texts(parameters: Said['parameters'], say: (said: Said) => string): Said['parameters'] {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, textOf(value, say)]));
}

function textOf(value: Parameter, say: (said: Said) => string): Parameter {
  if (Array.isArray(value)) return value.map((entry: Parameter) => textOf(entry, say));
  return isSaid(value) ? say(value) : value;
}

export function isSaid(value: unknown): value is Said {
  if (typeof value !== 'object' || value === null) return false;
  return 'code' in value && 'parameters' in value && 'text' in value && typeof value.text === 'string';
}

const verbatimCode = 'verbatim';

/**
 * What a library or a system said, or what was kept before there were words for it: the same in every language. Words
 * of our own stand in this folder.
 */
export const verbatim = (text: string): Said => ({ code: verbatimCode, parameters: {}, text });

export const isVerbatim = ({ code }: Said): boolean => code === verbatimCode;

/** The English of either. */
export function englishOf(words: string | Said): string {
  return typeof words === 'string' ? words : words.text;
}
