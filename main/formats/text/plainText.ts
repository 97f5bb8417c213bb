/**
 * Plain text as rows of one field, `text`. With `paragraphs` a row is a block of lines between blank lines, line ends
 * kept as \n; with `lines` each line that is not blank is a row. The importer takes paragraphs for a file that has any
 * blank line between two lines of text, else lines.
 */
import { readLines } from './lines.ts';
import { faultyRow } from './rows.ts';
import type { RawRow, RawRows, RowText } from './rows.ts';

export type PlainTextSplit = 'paragraphs' | 'lines';

export async function* readPlainText({ pieces, file, faults }: RowText, split: PlainTextSplit): RawRows {
  const toRow = (line: number, text: string): RawRow => faultyRow({ line }, text, faults) ?? { line, value: { text } };
  let block: string[] = [];
  let start = 0;
  for await (const { number, text } of readLines(pieces, file)) {
    const blank = text.trim() === '';
    if (!blank) {
      if (block.length === 0) start = number;
      block.push(text);
    }
    if (block.length > 0 && (blank || split === 'lines')) {
      yield toRow(start, block.join('\n'));
      block = [];
    }
  }
  if (block.length > 0) yield toRow(start, block.join('\n'));
}

/** Reads up to the first blank line that has text before and after it. */
export async function findPlainTextSplit({ pieces, file }: RowText): Promise<PlainTextSplit> {
  let seen: 'nothing' | 'text' | 'blank' = 'nothing';
  for await (const { text } of readLines(pieces, file)) {
    const blank = text.trim() === '';
    if (!blank && seen === 'blank') return 'paragraphs';
    if (!blank) seen = 'text';
    else if (seen === 'text') seen = 'blank';
  }
  return 'lines';
}
