/**
 * The table of a method's options: a zod object whose fields say all there is to say of each. Flags, form fields, the
 * JSON schema, words in every language, the model card, and reading and writing of adapter_config.json follow from it;
 * an option is written down nowhere else.
 */
import { z } from 'zod';
import { described } from '../contract/fieldWords.ts';
import type { Translated } from '../contract/words/words.ts';

export interface OptionFacts<Value> {
  readonly title: Translated;
  /** One sentence without a full stop, for a person who does not write code. */
  readonly description: Translated;
  /** Folded away in the form. */
  readonly advanced?: true;
  /** Its field in adapter_config.json: PEFT's name for it, a name of our own where PEFT does not know the method. */
  readonly stored: string;
  /**
   * Reads that field where files hold what cannot be given as the option (undefined: the file has no such field). Else
   * the option's own schema does.
   */
  readonly read?: z.ZodType<Value>;
  /** What the field holds where that is not the option's own value; undefined: it is left out. */
  readonly write?: (value: Value) => unknown;
}

/** The options of one method by field. A field of the same name in another method means the same and has its type. */
export type OptionTable<Options extends object = object> = z.ZodType<Options> & {
  readonly shape: Readonly<Record<string, z.ZodType>>;
};

/** Of a field of ours in folders of PEFT: it stands there only where it is not what PEFT does anyway. */
export function unlessUsual<Value>(usual: Value): Pick<OptionFacts<Value>, 'write'> {
  return { write: (value) => (value === usual ? undefined : value) };
}

interface StoredField {
  readonly stored: string;
  readonly read?: z.ZodType;
  readonly write?: (value: never) => unknown;
}

const storedFields = new WeakMap<z.ZodType, StoredField>();

/** One field of a table. `schema` has a default: every option can be left out. */
export function option<Schema extends z.ZodType>(schema: Schema, about: OptionFacts<z.output<Schema>>): Schema {
  const { title, description, advanced } = about;
  const field = described(schema, { title, description, ...(advanced && { advanced }) });
  storedFields.set(field, about);
  return field;
}

/** Throws for a field that was not made by `option`. */
function storedField(name: string, field: z.ZodType): StoredField {
  const known = storedFields.get(field);
  if (known === undefined) throw new Error(`the option ${name} is not made by option() of methods/optionTable.ts`);
  return known;
}

/**
 * The fields of adapter_config.json that keep the options, under their names there: for what reads a folder's
 * configuration (PeftReader.readConfig). Its problems have those names.
 */
export function configSchema(options: Pick<OptionTable, 'shape'>): z.ZodObject {
  const fields = Object.entries(options.shape).map(([name, field]) => {
    const { stored, read } = storedField(name, field);
    return [stored, read ?? field] as const;
  });
  return z.object(Object.fromEntries(fields));
}

/**
 * Options out of a configuration that `configSchema` has read. They may be others than a person can give (LoRA of alpha
 * 0): what they are for must bear that.
 */
export function readOptions<Options extends object>(
  options: OptionTable<Options>,
  config: Readonly<Record<string, unknown>>,
): Options {
  const values = Object.entries(options.shape).map(([name, field]) => [name, config[storedField(name, field).stored]]);
  return Object.fromEntries(values) as Options;
}

/**
 * The fields of adapter_config.json for these options. `target_modules` is here what was asked for, which may be null;
 * a folder has those that were found.
 */
export function writeOptions<Options extends object>(
  options: OptionTable<Options>,
  values: Options,
): Readonly<Record<string, unknown>> {
  const given = new Map<string, unknown>(Object.entries(values));
  const fields = Object.entries(options.shape).map(([name, field]) => {
    const { stored, write } = storedField(name, field);
    return [stored, write === undefined ? given.get(name) : write(given.get(name) as never)] as const;
  });
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}
