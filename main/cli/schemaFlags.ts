/**
 * Flags out of zod schemas: a field `warmupSteps` becomes `--warmup-steps <number>`, a switch that is on by default
 * becomes `--no-…`. The schemas stay the only list of options; here are only the friendlier names of some.
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { parseNames } from '../contract/nameList.ts';
import { readNumber } from '../contract/numberText.ts';

export interface SchemaFlag {
  /** The field of the schema. */
  readonly field: string;
  /** `--warmup-steps <number>`. */
  readonly flags: string;
  readonly description: string;
  readonly kind: FlagKind;
  readonly choices: readonly string[];
}

type FlagKind = 'number' | 'switch' | 'off-switch' | 'choice' | 'list' | 'record' | 'text';

interface FieldSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly FieldSchema[];
  readonly items?: FieldSchema;
  readonly onlyWith?: readonly string[];
}

const placeholders: Readonly<Record<Exclude<FlagKind, 'text'>, string>> = {
  number: ' <number>',
  switch: '',
  'off-switch': '',
  choice: ' <name>',
  list: ' <names>',
  record: ' <json>',
};

/** One flag for each field of a flat object schema; `names` gives a field another flag name than its own. */
export function schemaFlags(schema: z.ZodType, names: Readonly<Record<string, string>> = {}): SchemaFlag[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(json.properties ?? {}).map(([field, property]) => {
    const fieldSchema = property as FieldSchema;
    const kind = kindOf(fieldSchema);
    const name = names[field] ?? kebabCase(field);
    const ofKind = kind === 'list' && isOfNumbers(fieldSchema) ? ' <numbers>' : undefined;
    const placeholder =
      kind === 'text' ? ` <${name.slice(name.lastIndexOf('-') + 1)}>` : (ofKind ?? placeholders[kind]);
    const flags = `--${kind === 'off-switch' ? 'no-' : ''}${name}${placeholder}`;
    return { field, flags, description: describe(fieldSchema, kind), kind, choices: fieldSchema.enum ?? [] };
  });
}

/** Adds a flag; `keep` gets the parsed value when it is given, and gives what the command's action finds. */
export function addSchemaFlag(
  command: Command,
  flag: SchemaFlag,
  keep: (field: string, value: unknown) => unknown,
): void {
  const option = new Option(flag.flags, flag.description);
  if (flag.kind === 'switch' || flag.kind === 'off-switch') {
    command.on(`option:${option.name()}`, () => keep(flag.field, flag.kind === 'switch'));
  } else {
    if (flag.kind === 'choice') option.choices(flag.choices); // names them in --help
    option.argParser((text) => keep(flag.field, parseFlag(flag, text)));
  }
  command.addOption(option);
}

function parseFlag({ kind, choices }: SchemaFlag, text: string): unknown {
  if (kind === 'number') return parseNumber(text);
  if (kind === 'list') return parseNames(text);
  if (kind === 'record') return parseRecord(text);
  if (kind === 'choice' && !choices.includes(text))
    throw new InvalidArgumentError(`Choose one of: ${choices.join(', ')}.`);
  return text;
}

/** For commander's options. Throws its InvalidArgumentError. */
export function parseNumber(text: string): number {
  const value = readNumber(text);
  if (value === undefined || value === null) throw new InvalidArgumentError('It must be a number.');
  return value;
}

function parseRecord(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('It must be a JSON object such as {"q_proj": 8}.');
  }
}

function kindOf({ type, default: fallback, enum: choices, anyOf }: FieldSchema): FlagKind {
  if (choices !== undefined) return 'choice';
  if (type === 'boolean') return fallback === true ? 'off-switch' : 'switch';
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'object') return 'record';
  if (type === 'array' || anyOf?.some((each) => each.type === 'array') === true) return 'list';
  const [only, ...others] = (anyOf ?? []).filter((each) => each.type !== 'null');
  return only !== undefined && others.length === 0 ? kindOf(only) : 'text';
}

function isOfNumbers({ items, anyOf = [] }: FieldSchema): boolean {
  return /^(integer|number)$/.test(items?.type ?? '') || anyOf.some(isOfNumbers);
}

/** What belongs to some parts of training alone says to which. */
function describe({ title, description = '', default: fallback, onlyWith }: FieldSchema, kind: FlagKind): string {
  const isPlain = typeof fallback === 'number' || typeof fallback === 'string';
  const text = kind === 'off-switch' ? `Turns off: ${title ?? ''}. ${description}` : description;
  const whose = onlyWith === undefined ? '' : `[${onlyWith.join(', ')}] `;
  return whose + (isPlain ? `${text} (default: ${fallback})` : text);
}

/** `learningRate` as a flag has it: `learning-rate`. */
export function kebabCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
