/** The column of answers: by its name, but not one of labels that is called `target`. */
import { completion } from '../../contract/columnNames.ts';
import { labelOrAnswerNames } from '../../contract/labelColumnNames.ts';
import { isRepeating } from '../columnProfile.ts';
import type { ColumnSearch } from './datasetFormat.ts';

/** Role to column; null where none may be taken by its name alone. */
export function findCompletion({ table, given }: ColumnSearch): Readonly<Record<string, string | null>> {
  if (given['completion'] !== undefined) return {};
  const refused = new Set(Object.values(given));
  for (;;) {
    const column = table.find(completion.names, refused);
    if (column === undefined) return { completion: null };
    if (!holdsLabels(column, table)) return { completion: column };
    refused.add(column);
  }
}

/** An answer that is always one of a few may still be one. */
function holdsLabels(column: string, table: ColumnSearch['table']): boolean {
  if (!table.isNamed(column, [...labelOrAnswerNames]) || table.isNamed(column, ['answer', 'answers'])) return false;
  const profile = table.profileOf(column);
  return isRepeating(profile) || profile.numbers + profile.booleans > profile.texts;
}
