/**
 * Number fields that hold a text which is no number: it stays in the settings as it was typed, and stops whatever would
 * use it.
 */
import type { TypedNumber } from '../../../main/contract/numberText.ts';
import type { SchemaField } from './schemaFields.ts';

/** What a number field shows of a setting. */
export function asTyped(value: unknown): TypedNumber {
  return typeof value === 'number' || typeof value === 'string' ? value : undefined;
}

/**
 * The text in a field that is no number, stretch of numbers or row of a name and a number; undefined where all is well.
 */
export function unreadText({ kind }: Pick<SchemaField, 'kind'>, value: unknown): string | undefined {
  if ((kind === 'number' || kind === 'indices') && typeof value === 'string') return value.trim();
  if (kind !== 'record' || typeof value !== 'object' || value === null) return undefined;
  const row = Object.entries(value).find(([name, number]) => name === '' || typeof number !== 'number');
  return row === undefined ? undefined : row.map(String).join(' ').trim();
}

/** Those of the fields whose text is none, in their order. */
export function unreadFields<Field extends Pick<SchemaField, 'name' | 'kind'>>(
  fields: readonly Field[],
  values: Readonly<Record<string, unknown>>,
): readonly Field[] {
  return fields.filter((field) => unreadText(field, values[field.name]) !== undefined);
}
