/** JSON columns: written as text, read back through a schema, so that a row never hands out a shape its type denies. */
import type { z } from 'zod';
import { GraftError } from '../contract/errors.ts';
import { problemsOf } from '../contract/plainWords.ts';
import { databaseWords } from '../contract/words/database.ts';

/** `column` names the place for the message, e.g. `runs.configuration of 01jabc`. Throws GraftError('integrity'). */
export function parseJsonColumn<T>(schema: z.ZodType<T>, text: string, column: string): T {
  const result = schema.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  const problems = problemsOf(result.error.issues);
  throw new GraftError('integrity', databaseWords.otherColumn({ column }), { field: column, problems });
}

/** As `parseJsonColumn`, with NULL as `null`. */
export function parseOptionalJson<T>(schema: z.ZodType<T>, text: string | null, column: string): T | null {
  return text === null ? null : parseJsonColumn(schema, text, column);
}

/** NULL for null and undefined. */
export function optionalJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
