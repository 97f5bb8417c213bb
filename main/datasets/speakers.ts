/** Rows that are single messages: a column that says whose each is. */
import type { ColumnTable } from './ColumnTable.ts';
import { valueAt } from './nestedColumns.ts';

const speakers = new Set([
  'system',
  'user',
  'assistant',
  'human',
  'gpt',
  'prompter',
  'bot',
  'model',
  'chatgpt',
  'ai',
  'tool',
  'function',
  'developer',
]);

/** The column that names the speakers, in most of the rows that have it. */
export function nameSpeaker(table: ColumnTable): string | undefined {
  const column = table.find(['role', 'from', 'speaker']);
  if (column === undefined) return undefined;
  const values = table.rows.map((row) => valueAt(row, column)).filter((value) => typeof value === 'string');
  const named = values.filter((value) => speakers.has(value.trim().toLowerCase()));
  return named.length * 2 > values.length ? column : undefined;
}
