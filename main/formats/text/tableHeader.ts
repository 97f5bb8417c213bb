/**
 * The columns of a table. A name that is missing or repeats is made up as pandas makes it up (`Unnamed: 0`, `text.1`),
 * so that each column can be named, and a file that pandas has read and written has the same columns as before.
 */
import { csvWords as words } from '../../contract/words/csv.ts';
import type { Said } from '../../contract/words/words.ts';

const mostListed = 3;

export interface TableColumn {
  readonly name: string;
  /** Whether the file names it. */
  readonly isNamed: boolean;
}

/** Columns of a header's fields; `notices` say what was made up, in whole sentences. */
export function nameColumns(header: readonly string[]): {
  readonly columns: readonly TableColumn[];
  readonly notices: readonly Said[];
} {
  const names = header.map((field) => field.trim());
  const taken = new Set(names);
  const notices: Said[] = [];
  const columns = names.map((name, index): TableColumn => {
    const isNamed = name !== '';
    if (isNamed && names.indexOf(name) === index) return { name, isNamed };
    const free = freeName(isNamed ? name : `Unnamed: ${index}`, taken);
    taken.add(free);
    if (isNamed) notices.push(words.sameName({ name, column: index + 1, called: free }));
    return { name: free, isNamed };
  });
  return { columns, notices: [...unnamedNotice(columns), ...notices] };
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let number = 1; ; number++) if (!taken.has(`${wanted}.${number}`)) return `${wanted}.${number}`;
}

function unnamedNotice(columns: readonly TableColumn[]): readonly Said[] {
  const unnamed = columns.flatMap(({ name, isNamed }, index) =>
    isNamed ? [] : [words.columnAt({ column: index + 1, name })],
  );
  if (unnamed.length === 0) return [];
  return [words.unnamed({ columns: unnamed.slice(0, mostListed), more: unnamed.length - mostListed })];
}

/** Whether fields are a row of these columns: blank ones may follow, and columns without a name may lack theirs. */
export function fitsColumns(fields: readonly string[], columns: readonly TableColumn[]): boolean {
  const hasNoMore = fields.slice(columns.length).every((field) => field.trim() === '');
  return hasNoMore && columns.slice(fields.length).every(({ isNamed }) => !isNamed);
}
