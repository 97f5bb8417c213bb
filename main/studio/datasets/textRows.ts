/** Texts to be classified, from a file of rows in any form that datasets come in. */
import type { TextRow } from '../../contract/classification.ts';
import { labelledSecond, labelledText } from '../../contract/labelColumnNames.ts';
import { GraftError } from '../../contract/errors.ts';
import { ColumnTable } from '../../datasets/ColumnTable.ts';
import { findTextColumns } from '../../datasets/formats/labelledColumns.ts';
import { readFileRows } from '../../datasets/readFileRows.ts';
import { rowWords } from '../../contract/words/rows.ts';
import type { Said } from '../../contract/words/words.ts';

type Row = Readonly<Record<string, unknown>>;

/** Columns are told by as many. */
const sampleRows = 200;

/** Throws GraftError('invalid') with the line of a row that has no text, and what `readFileRows` throws. */
export async function readTextRows(file: string, onNotice?: (notice: Said) => void): Promise<readonly TextRow[]> {
  const rows: { readonly line: number; readonly value: Row }[] = [];
  for await (const row of readFileRows(file, { onNotice })) {
    if ('reason' in row) throw badRow(file, row.line, row.reason);
    rows.push(row);
  }
  if (rows.length === 0)
    throw new GraftError('invalid', rowWords.noRowIn({ file }), { file, remedy: rowWords.giveRow() });
  const columns = findTextColumns(new ColumnTable(rows.slice(0, sampleRows).map(({ value }) => value)));
  return rows.map(({ line, value }) => {
    const text = textIn(value, columns.text) ?? textNamed(value, labelledText.names);
    if (text === undefined) throw badRow(file, line, rowWords.noText({ columns: labelledText.names.slice(0, 12) }));
    const second = textIn(value, columns.second) ?? textNamed(value, labelledSecond.names);
    return { text, ...(second !== undefined && { second }) };
  });
}

function textIn(row: Row, column: string | undefined): string | undefined {
  const value = column === undefined ? undefined : row[column];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Of a row with other columns than the first ones. */
function textNamed(row: Row, names: readonly string[]): string | undefined {
  return textIn(row, new ColumnTable([row]).find(names));
}

function badRow(file: string, line: number, reason: Said): GraftError {
  return new GraftError('invalid', rowWords.inFile({ file, line, reason }), {
    file,
    line,
    remedy: rowWords.mendLine(),
  });
}
