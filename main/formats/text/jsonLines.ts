/** JSON Lines: one object on each line. Lines of white space alone are no rows; what is not JSON is a bad row. */
import { readLines } from './lines.ts';
import { parseJsonRow } from './rows.ts';
import type { RawRows, RowText } from './rows.ts';

export async function* readJsonLines({ pieces, file, faults }: RowText): RawRows {
  for await (const { number, text } of readLines(pieces, file)) {
    if (text.trim() !== '') yield parseJsonRow({ line: number }, text, faults);
  }
}
