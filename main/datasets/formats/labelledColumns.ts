/**
 * The columns of labelled texts where their names alone do not tell: the label by its name and its values, two texts by
 * each other, and one text of any name by being the only one.
 */
import {
  judgedPairs,
  labelledPairs,
  labelledSecond,
  labelledText,
  labelNames,
  labelOrAnswerNames,
  plainLabelNames,
} from '../../contract/labelColumnNames.ts';
import type { ColumnTable } from '../ColumnTable.ts';
import { canBeLabel, isProse, isRepeating } from '../columnProfile.ts';
import type { Columns, ColumnSearch } from './datasetFormat.ts';

/** Role to column; null where none may be taken by its name alone. */
export function findLabelledColumns({ table, given, leftOut }: ColumnSearch): Readonly<Record<string, string | null>> {
  const taken = new Set(Object.values(given));
  const label = given['label'] ?? findLabelColumn(table, taken) ?? null;
  if (label !== null) taken.add(label);
  return { ...findTexts(table, { given, leftOut, label, taken }), label };
}

/** By its name (or its declared classes), where its values can be labels. */
export function findLabelColumn(table: ColumnTable, taken: ReadonlySet<string>): string | undefined {
  const refused = new Set(taken);
  for (;;) {
    const column = table.find(labelNames.names, refused);
    if (column === undefined || isLabel(table, column)) return column ?? findUnnamedLabel(table, taken);
    refused.add(column);
  }
}

function isLabel(table: ColumnTable, column: string): boolean {
  const profile = table.profileOf(column);
  if (!table.isNamed(column, [...labelOrAnswerNames])) return canBeLabel(profile);
  return (
    profile.meanChars <= 30 && (profile.filled < 20 || profile.texts * 2 <= profile.filled || isRepeating(profile))
  );
}

function findUnnamedLabel(table: ColumnTable, taken: ReadonlySet<string>): string | undefined {
  const declared = table.columns.find((column) => table.declared.has(column) && !taken.has(column));
  if (declared !== undefined) return declared;
  const answer = table.find(labelNames.weak ?? [], taken);
  if (answer === undefined) return undefined;
  const { numbers, booleans, filled } = table.profileOf(answer);
  return filled > 0 && numbers + booleans === filled ? answer : undefined;
}

/** Of texts that have no label (yet). */
export function findTextColumns(table: ColumnTable): { readonly text?: string; readonly second?: string } {
  const label = findLabelColumn(table, new Set()) ?? null;
  const taken = new Set(label === null ? [] : [label]);
  const [text, second] = findPair(table, { label, taken }) ?? [];
  const { names, weak = [] } = labelledText;
  const only = text ?? table.find(names, taken) ?? table.find(weak, taken) ?? findOnlyText(table, taken);
  const other = second ?? table.find(labelledSecond.names, taken);
  return { ...(only !== undefined && { text: only }), ...(other !== undefined && other !== only && { second: other }) };
}

interface TextSearch {
  readonly given: Columns;
  readonly leftOut: ReadonlySet<string>;
  readonly label: string | null;
  readonly taken: ReadonlySet<string>;
}

function findTexts(
  table: ColumnTable,
  { given, leftOut, label, taken }: TextSearch,
): Readonly<Record<string, string | null>> {
  if (given['text'] !== undefined || leftOut.has('text')) return {};
  const pair = given['second'] !== undefined || leftOut.has('second') ? undefined : findPair(table, { label, taken });
  if (pair !== undefined) return { text: pair[0], second: pair[1] };
  const { names, weak = [] } = labelledText;
  const text =
    table.find(names, taken) ?? table.find(weak, taken) ?? (label === null ? undefined : findOnlyText(table, taken));
  return text === undefined ? {} : { text };
}

function findPair(
  table: ColumnTable,
  { label, taken }: Pick<TextSearch, 'label' | 'taken'>,
): readonly [string, string] | undefined {
  const isJudged = label !== null && table.isNamed(label, plainLabelNames);
  for (const [first, second] of [...labelledPairs, ...(isJudged ? judgedPairs : [])]) {
    const [left, right] = [table.find([first], taken), table.find([second], taken)];
    if (left !== undefined && right !== undefined && left !== right) return [left, right];
  }
  if (table.find(labelledText.names, taken) !== undefined && table.find(labelledSecond.names, taken) !== undefined)
    return undefined;
  return findNumberedPair(table, taken);
}

/** `summary_a` and `summary_b`, `post1` and `post2`, where there are just these two and both are texts. */
function findNumberedPair(table: ColumnTable, taken: ReadonlySet<string>): readonly [string, string] | undefined {
  const ends: readonly (readonly [RegExp, string])[] = [
    [/_?1$/, '2'],
    [/_?a$/, 'b'],
  ];
  const isText = (column: string): boolean => !taken.has(column) && isProse(table.profileOf(column));
  for (const [end, other] of ends) {
    const pairs = table.columns.flatMap((first) => {
      const [key = ''] = table.keysOf(first);
      if (!end.test(key) || !isText(first)) return [];
      const second = table.find([key.slice(0, -1) + other], taken);
      return second === undefined || !isText(second) ? [] : [[first, second] as const];
    });
    if (pairs.length === 1) return pairs[0];
  }
  return undefined;
}

/**
 * The one column of texts; undefined where there are several. One that the file does not name only where no other has
 * any.
 */
export function findOnlyText(table: ColumnTable, taken: ReadonlySet<string>): string | undefined {
  const free = table.columns.filter((column) => !taken.has(column) && !table.isBookkeeping(column));
  const allProse = free.filter((column) => isProse(table.profileOf(column)));
  const namedProse = allProse.filter((column) => !table.isUnnamed(column));
  const prose = namedProse.length > 0 ? namedProse : allProse;
  const lasting = prose.filter((column) => !isRepeating(table.profileOf(column)));
  for (const candidates of [
    prose,
    lasting,
    prose.length > 0 ? [] : free.filter((column) => table.profileOf(column).texts > 0),
  ]) {
    if (candidates.length === 1) return candidates[0];
  }
  return undefined;
}
