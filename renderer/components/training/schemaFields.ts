/**
 * Form fields out of the same zod schemas that give the command line its flags. The kind of a field follows from its
 * type alone; what it means is in its meta. Nothing is parsed here, so the page needs no generated code.
 */
import { z } from 'zod';
import type { FieldWords } from '../../../main/contract/fieldWords.ts';

export type FieldKind = 'number' | 'choice' | 'switch' | 'names' | 'indices' | 'record' | 'texts' | 'text';

export interface SchemaField extends FieldWords {
  /** In its schema. */
  readonly name: string;
  readonly kind: FieldKind;
  readonly isAdvanced: boolean;
  /** The capabilities that a method must have for it to mean something; undefined: none. */
  readonly needs: readonly string[] | undefined;
  /** Ids of the parts of training that it is an option of; undefined: of any run. */
  readonly onlyWith: readonly string[] | undefined;
  /** What is taken when nothing is given; undefined where that hangs on method and data. */
  readonly fallback: unknown;
  readonly choices: readonly string[];
  readonly isWhole: boolean;
  readonly mostItems: number;
}

interface JsonSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly ja?: FieldWords['ja'];
  readonly choiceNames?: FieldWords['choiceNames'];
  readonly advanced?: boolean;
  readonly needs?: readonly string[];
  readonly onlyWith?: readonly string[];
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly maxItems?: number;
}

/** In the schema's order. */
export function schemaFields(schema: z.ZodType): readonly SchemaField[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => toField(name, property as JsonSchema));
}

function toField(name: string, property: JsonSchema): SchemaField {
  const {
    title = name,
    description = '',
    advanced = false,
    default: fallback,
    maxItems = Infinity,
    needs,
    onlyWith,
    ja,
    choiceNames,
  } = property;
  const kind = kindOf(property);
  return {
    ...{
      name,
      kind,
      title,
      description,
      ja,
      choiceNames,
      isAdvanced: advanced,
      needs,
      onlyWith,
      fallback,
      mostItems: maxItems,
    },
    choices: property.enum ?? [],
    isWhole: property.type === 'integer',
  };
}

function kindOf({ type, enum: choices, anyOf = [], items }: JsonSchema): FieldKind {
  if (choices !== undefined) return 'choice';
  if (type === 'boolean') return 'switch';
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'object') return 'record';
  if (type === 'array') return items?.type === 'integer' || items?.type === 'number' ? 'indices' : 'texts';
  const kinds = flatten(anyOf).map(kindOf);
  // A list of names, or one pattern: what layers are called by.
  if (kinds.includes('texts')) return 'names';
  return kinds[0] ?? 'text';
}

function flatten(schemas: readonly JsonSchema[]): readonly JsonSchema[] {
  return schemas.flatMap((schema) => (schema.anyOf ? flatten(schema.anyOf) : schema.type === 'null' ? [] : [schema]));
}
