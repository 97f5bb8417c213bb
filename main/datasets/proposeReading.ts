/**
 * What the values of columns suggest where their names say nothing: two columns of texts are a prompt and its
 * completion, one beside a few short values that repeat is a text and its label. It is only proposed, never taken
 * unasked.
 */
import { completion, prompt } from '../contract/columnNames.ts';
import type { DatasetFormat } from '../contract/entities.ts';
import type { ColumnTable } from './ColumnTable.ts';
import { isProse, isRepeating } from './columnProfile.ts';
import { findLabelColumn } from './formats/labelledColumns.ts';
import type { Reading } from './readingNotices.ts';
import { nameSpeaker } from './speakers.ts';

interface Wanted {
  readonly format?: DatasetFormat | undefined;
  readonly columns?: Readonly<Record<string, string>> | undefined;
}

const answering = /answ|repl|respon|output|complet|assist|target|回答|答|返|出力|応答/;
const asking = /quest|prompt|ask|input|user|human|instruct|query|質問|入力|指示|問/;

/**
 * Nothing where the person has given columns (what they meant is not guessed at), nor for single messages of a
 * conversation.
 */
export function proposeReading(table: ColumnTable, { format, columns = {} }: Wanted): Reading | undefined {
  if (Object.keys(columns).length > 0 || nameSpeaker(table) !== undefined) return undefined;
  const readings = [labelledReading(table), promptReading(table), textReading(table)];
  return readings.find((reading) => reading !== undefined && (format === undefined || reading.format === format));
}

function labelledReading(table: ColumnTable): Reading | undefined {
  const named = findLabelColumn(table, new Set());
  const texts = textsOf(table).filter((column) => column !== named);
  if (named !== undefined && texts.length >= 2) return classified([texts[0], texts[1]], named);
  const label =
    named ?? table.columns.find((column) => isRepeating(table.profileOf(column)) && !table.isBookkeeping(column));
  return texts.length === 1 && label !== undefined ? classified(texts, label) : undefined;
}

function classified([text = '', second]: readonly (string | undefined)[], label: string): Reading {
  return { format: 'classification', columns: { text, ...(second !== undefined && { second }), label } };
}

function promptReading(table: ColumnTable): Reading | undefined {
  const texts = textsOf(table);
  const candidates = texts.length >= 2 ? texts : proseOf(table);
  if (candidates.length < 2) return undefined;
  const named = (names: readonly string[]): string | undefined =>
    candidates.find((column) => table.isNamed(column, names));
  const like = (words: RegExp): string | undefined =>
    candidates.find((column) => table.keysOf(column).some((key) => words.test(key)));
  const answer = named(completion.names) ?? like(answering);
  const question = [named(prompt.names), like(asking), ...candidates].find(
    (column) => column !== undefined && column !== answer,
  );
  const reply = answer ?? candidates.find((column) => column !== question);
  return question === undefined || reply === undefined
    ? undefined
    : { format: 'prompt', columns: { prompt: question, completion: reply } };
}

function textReading(table: ColumnTable): Reading | undefined {
  const [text] = [...textsOf(table), ...proseOf(table)];
  return text === undefined ? undefined : { format: 'text', columns: { text } };
}

/** Prose that is not a few short values again and again. */
function textsOf(table: ColumnTable): readonly string[] {
  return proseOf(table).filter((column) => !isRepeating(table.profileOf(column)));
}

function proseOf(table: ColumnTable): readonly string[] {
  const prose = table.columns.filter((column) => isProse(table.profileOf(column)) && !table.isBookkeeping(column));
  const named = prose.filter((column) => !table.isUnnamed(column));
  return named.length > 0 ? named : prose;
}
