/**
 * Rows of a stored dataset as a table shows them: by position, through the index, or found by a text in any of their
 * turns. Searching reads every row and compares without regard to case; what was found can be kept by the caller and
 * paged.
 */
import { join } from 'node:path';
import type { DatasetRow } from '../contract/workbench.ts';
import type { Example, ExampleMessage } from './example.ts';
import { readRowBytes } from './rowIndex.ts';
import { parseStoredRow, readStoredRows, rowsFileName } from './storedRows.ts';
import type { StoredRow } from './storedRows.ts';

export interface RowRange {
  readonly from: number;
  readonly count: number;
}

/** As many as there are. Throws GraftError('integrity') for damaged files. */
export async function readStoredRowRange(datasetDir: string, range: RowRange): Promise<readonly StoredRow[]> {
  const file = join(datasetDir, rowsFileName);
  const decoder = new TextDecoder();
  const rows = await readRowBytes(datasetDir, file, range);
  return rows.map((bytes, index) => parseStoredRow(decoder.decode(bytes), { file, row: range.from + index }));
}

/** Indices of the rows that hold the text, in order. */
export async function searchStoredRows(datasetDir: string, search: string): Promise<readonly number[]> {
  const wanted = search.toLowerCase();
  const found: number[] = [];
  for await (const { row, example } of readStoredRows(datasetDir)) {
    if (turnsOf(example).some(({ text }) => text.toLowerCase().includes(wanted))) found.push(row);
  }
  return found;
}

export function toDatasetRow({ row, line, example }: StoredRow): DatasetRow {
  return { row, line, turns: turnsOf(example) };
}

function turnsOf(example: Example): DatasetRow['turns'] {
  switch (example.kind) {
    case 'chat':
      return [
        ...(example.tools === undefined ? [] : [{ role: 'tools', text: JSON.stringify(example.tools) }]),
        ...example.messages.map((message) => ({ role: message.role, text: messageText(message) })),
      ];
    case 'completion':
      return [
        { role: 'prompt', text: example.prompt },
        { role: 'completion', text: example.completion },
      ];
    case 'labelled':
      return [
        { role: 'text', text: example.text },
        ...(example.second === undefined ? [] : [{ role: 'second', text: example.second }]),
        { role: 'label', text: example.label },
      ];
    case 'text':
      return [{ role: 'text', text: example.text }];
    case 'tokens':
      return [{ role: 'tokens', text: example.ids.join(' ') }];
  }
}

/** All that a message says: thoughts, content, and calls as JSON. */
function messageText({ content, reasoning, tool_calls: calls }: ExampleMessage): string {
  return [reasoning, content, calls && JSON.stringify(calls)]
    .filter((part) => part !== undefined && part !== null)
    .join('\n\n');
}
