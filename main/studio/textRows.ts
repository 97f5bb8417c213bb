/** Texts to be classified, from a file of rows in any form that datasets come in. */
import type { TextRow } from '../contract/classification.ts';
import { GraftError } from '../contract/errors.ts';
import { secondTextColumns, textColumns } from '../contract/labels.ts';
import { readFileRows } from '../datasets/readFileRows.ts';

/** Throws GraftError('invalid') with the line of a row that has no text, and what `readFileRows` throws. */
export async function readTextRows(file: string, onNotice?: (notice: string) => void): Promise<readonly TextRow[]> {
  const rows: TextRow[] = [];
  for await (const row of readFileRows(file, { onNotice })) {
    if ('reason' in row) throw badRow(file, row.line, row.reason);
    const text = textIn(row.value, textColumns);
    if (text === undefined) throw badRow(file, row.line, `it has no text (a column ${textColumns.join(', ')})`);
    const second = textIn(row.value, secondTextColumns);
    rows.push({ text, ...(second !== undefined && { second }) });
  }
  if (rows.length === 0)
    throw new GraftError('invalid', `${file} holds no row.`, { file, remedy: 'Give it at least one row with a text.' });
  return rows;
}

function textIn(row: Readonly<Record<string, unknown>>, columns: readonly string[]): string | undefined {
  const found = columns.map((column) => row[column]).find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : undefined;
}

function badRow(file: string, line: number, reason: string): GraftError {
  return new GraftError('invalid', `${file}, line ${line}: ${reason}.`, { file, line, remedy: 'Mend or remove that line.' });
}
