/** `dataset import|list|show|remove`; `show` prints what the model sees, trained tokens marked. */
import { type Command, Option } from 'commander';
import { type Dataset, type DatasetFormat, datasetFormats, trainedPartOf } from '../../contract/entities.ts';
import { areValues, type LabelCount } from '../../contract/labels.ts';
import { spelledNote } from '../../contract/spelledTokens.ts';
import { type SpellingKind, spellingKinds } from '../../contract/training.ts';
import { englishOf } from '../../contract/words/words.ts';
import type { DatasetView, RenderedRow } from '../../contract/workbench.ts';
import { datasetJson } from '../entityJson.ts';
import { bytes, dateTime, fields, integer, table } from '../format.ts';
import { group, leaf } from '../leaf.ts';
import { addRename, addTrash, type LibraryKind } from '../libraryCommands.ts';
import { pieceFields } from '../pieceFields.ts';
import { parseNumber } from '../schemaFlags.ts';
import type { CommandSession } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface ImportFlags {
  readonly name?: string;
  readonly format?: DatasetFormat;
  readonly column: Readonly<Record<string, string>>;
  readonly encoding?: string;
  readonly trainOn?: 'answers' | 'all';
}

interface ShowFlags {
  readonly model?: string;
  readonly rows: number;
  readonly from: number;
  readonly maxLength?: number;
  readonly specialTokens: SpellingKind;
}

const shownBadRows = 10;

const kind: LibraryKind<Dataset> = {
  ...{ noun: 'dataset', names: ['letters', 'mail'] },
  shelf: ({ datasets }) => datasets,
  json: datasetJson,
};

export function addDatasetCommands(program: Command, session: CommandSession): void {
  const dataset = group(program, 'dataset', 'Datasets: import, list, show, rename, remove, restore');
  addImport(dataset, session);
  addShow(dataset, session);

  leaf(dataset, session, {
    syntax: 'list',
    summary: 'List the datasets of the library',
    example: 'dataset list',
  }).action(async () => {
    const list = (await session.studio()).datasets.list();
    session.result(list.map(datasetJson), () => {
      if (list.length === 0) return 'No datasets yet. `dataset import FILE` brings one.';
      const rows = list.map((one) => [
        one.id,
        one.name,
        one.format,
        integer(one.rows),
        integer(one.badRowCount),
        trainedPartOf(one),
      ]);
      return table(['id', 'name', 'format', '>rows', '>bad rows', 'loss on'], rows);
    });
  });

  addTrash(dataset, session, kind);
  addRename(dataset, session, kind);
}

function addImport(dataset: Command, session: CommandSession): void {
  leaf(dataset, session, {
    syntax: 'import <file>',
    summary: 'Import JSONL, JSON, CSV, TSV, Parquet, text or pre-tokenised JSONL',
    example: 'dataset import ./questions.jsonl --train-on answers',
  })
    .option('--name <name>', 'name in the library (otherwise the file name)')
    .addOption(new Option('--format <format>', 'what a row is (otherwise recognised)').choices(datasetFormats))
    .option('--column <role=column>', 'which column is which, e.g. prompt=question; may be repeated', collectColumn, {})
    .option('--encoding <name>', 'utf-8, utf-16, shift_jis … (otherwise recognised)')
    .addOption(new Option('--train-on <what>', 'where the loss is taken').choices(['answers', 'all']))
    .action(async (file: string, { column, ...flags }: ImportFlags) => {
      const { datasets } = await session.studio();
      const columns = Object.keys(column).length === 0 ? undefined : column;
      const known = new Set(datasets.list().map(({ id }) => id));
      const imported = await session.working((options) =>
        datasets.import(session.path(file), {
          ...options,
          name: flags.name,
          format: flags.format,
          encoding: flags.encoding,
          trainOn: flags.trainOn,
          columns,
        }),
      );
      const labels = await datasets.labels(imported.id);
      const alreadyThere = known.has(imported.id);
      session.result({ ...labelledJson(imported, labels), alreadyThere }, () => [
        ...renderDataset(imported, labels),
        ...(alreadyThere ? [`\nAlready in the library as ${imported.name}: nothing was copied.`] : []),
      ]);
    });
}

function addShow(dataset: Command, session: CommandSession): void {
  leaf(dataset, session, {
    syntax: 'show <dataset>',
    summary: 'Show a dataset; with --model, what that model sees, trained tokens marked',
    example: 'dataset show questions --model smollm2 --rows 2',
  })
    .option('--model <model>', 'whose tokenizer and chat template to use')
    .option('--rows <number>', 'how many rows to print', parseNumber, 3)
    .option('--from <number>', 'first row to print, from 0', parseNumber, 0)
    .option('--max-length <number>', 'tokens that a row is cut to', parseNumber)
    .addOption(
      new Option('--special-tokens <what>', 'what a special token is that a row spells')
        .choices(spellingKinds)
        .default('text'),
    )
    .action(async (idOrName: string, { model, rows, from, maxLength, specialTokens }: ShowFlags) => {
      const { datasets } = await session.studio();
      const shown = datasets.get(idOrName);
      if (model === undefined) {
        const labels = await datasets.labels(shown.id);
        return session.result(labelledJson(shown, labels), () => renderDataset(shown, labels));
      }
      const view = await session.working((call) =>
        datasets.view(shown.id, model, { ...call, from, count: rows, maxLength, specialTokens }),
      );
      const { dataset: entity, rows: renderedRows, ...figures } = view;
      session.result({ ...datasetJson(entity), ...figures, renderedRows }, () => renderView(view, session.terminal));
    });
}

function collectColumn(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [role = '', ...column] = text.split('=');
  return { ...before, [role]: column.join('=') };
}

/** With how often each label occurs, where there are labels. */
function labelledJson(dataset: Dataset, labels: readonly LabelCount[]) {
  return { ...datasetJson(dataset), ...(labels.length > 0 && { labels }) };
}

function renderDataset(dataset: Dataset, labels: readonly LabelCount[] = []): string[] {
  const bad = dataset.badRows.slice(0, shownBadRows).map(({ line, reason }) => `  line ${line}: ${englishOf(reason)}`);
  const more =
    dataset.badRowCount > bad.length
      ? [`  … and ${integer(dataset.badRowCount - bad.length)} more (--json lists the first 1,000)`]
      : [];
  return [
    ...fields([
      ['id', dataset.id],
      ['name', dataset.name],
      ['format', `${dataset.format}, loss on ${trainedPartOf(dataset)}`],
      ...readingFields(dataset),
      ['rows', integer(dataset.rows)],
      ...(labels.length === 0 ? [] : [labelField(labels, dataset)]),
      ['bad rows', integer(dataset.badRowCount)],
      ['equal rows', equalRowsText(dataset)],
      ['size', bytes(dataset.sizeBytes)],
      ['source', dataset.source],
      ['imported', dateTime(dataset.createdAt)],
    ]),
    ...bad,
    ...more,
    ...dataset.reading.notices.map((notice) => `note: ${englishOf(notice)}`),
  ];
}

/** None for a dataset of which it is not known. */
function readingFields({ reading: { usedColumns, unusedColumns } }: Dataset): (readonly [string, string])[] {
  if (usedColumns.length === 0) return [];
  const used = usedColumns.map(({ role, column }) => (role === column ? column : `${column} (${role})`));
  return [
    ['columns', used.join(', ')],
    ['left aside', unusedColumns.length === 0 ? 'none' : unusedColumns.join(', ')],
  ];
}

function equalRowsText({ equalRows, format }: Dataset): string {
  if (equalRows === null) return 'not counted when it was imported';
  if (equalRows === 0) return 'none';
  const what =
    format === 'classification' ? 'the text of an earlier one, whatever their labels' : 'the text of an earlier one';
  return `${integer(equalRows)} with ${what}; they stay on its side of an evaluation split`;
}

function renderView(view: DatasetView, terminal: Terminal): string[] {
  const { lengths, duplicates, unusable = [] } = view;
  const firstDuplicates = duplicates.slice(0, 3).map(({ row, of }) => `${row} of ${of}`);
  return [
    ...renderDataset(view.dataset, view.labels),
    ...fields([
      ['tokens', `${integer(view.totalTokens)}, trained on ${integer(view.trainedTokens)}`],
      ['lengths', `${lengths.min} to ${lengths.max}, median ${lengths.median}, 95 % up to ${lengths.p95}`],
      ...pieceFields(view.pieceCounts),
      ...spelledFields(view),
      ['cut rows', cutText(view)],
      [
        'unusable',
        unusable.length === 0
          ? 'none'
          : `${integer(unusable.length)}: line ${unusable[0]?.line ?? ''}: ${englishOf(unusable[0]?.reason ?? '')}`,
      ],
      ['nothing trained', `${integer(view.emptyRows)} rows`],
      [
        'duplicates',
        duplicates.length === 0
          ? 'none'
          : `${integer(duplicates.length)}: row ${firstDuplicates.join(', ')}${duplicates.length > 3 ? ', …' : ''}`,
      ],
    ]),
    '',
    ...renderHistogram(view),
    ...view.rows.flatMap((row) => ['', ...renderRow(row, terminal)]),
  ];
}

function cutText({ truncatedRows, lostTrainedTokens, trainedTokens }: DatasetView): string {
  if (truncatedRows === 0) return 'none';
  return `${integer(truncatedRows)}, which lose ${integer(lostTrainedTokens)} of ${integer(trainedTokens + lostTrainedTokens)} trained tokens`;
}

/** The first ten classes with their rows, or from where to where the values go. */
function labelField(labels: readonly LabelCount[], { reading }: Dataset): [string, string] {
  const names = labels.map(({ label }) => label);
  if (reading.classes === null && areValues(names)) {
    return ['labels', `numbers from ${names[0] ?? ''} to ${names.at(-1) ?? ''}, ${integer(names.length)} different`];
  }
  const shown = labels.slice(0, 10).map(({ label, rows }) => `${label.slice(0, 40)} (${integer(rows)})`);
  return ['labels', `${shown.join(', ')}${labels.length > 10 ? `, … ${integer(labels.length)} in all` : ''}`];
}

/** None where no row spells a special token. */
function spelledFields({ spelled }: DatasetView): [string, string][] {
  const note = spelledNote(spelled);
  return note === undefined ? [] : [['special tokens', note]];
}

function renderHistogram({ lengths }: DatasetView): string[] {
  const most = Math.max(1, ...lengths.histogram.map(({ count }) => count));
  const rows = lengths.histogram.map(({ from, to, count }) => [
    to - from === 1 ? String(from) : `${from}–${to - 1}`,
    integer(count),
    '█'.repeat(Math.ceil((24 * count) / most)),
  ]);
  return table(['>tokens', '>rows', ''], rows);
}

/** Trained tokens are green and underlined; without colours they stand in ‹ ›. */
function renderRow({ row, piece, pieces, tokens, truncated }: RenderedRow, terminal: Terminal): string[] {
  const mark = (text: string): string => {
    const coloured = terminal.green(terminal.underline(text));
    return coloured === text ? `‹${text}›` : coloured;
  };
  let text = '';
  let trained = '';
  for (const token of tokens) {
    if (token.trained) {
      trained += token.text;
      continue;
    }
    if (trained !== '') text += mark(trained);
    trained = '';
    text += token.text;
  }
  if (trained !== '') text += mark(trained);
  const cut = truncated === 0 ? '' : `, ${truncated} more cut off`;
  const which = pieces > 1 ? `, piece ${piece + 1} of ${pieces}` : '';
  return [terminal.bold(`Row ${row}${which}`) + terminal.dim(` (${tokens.length} tokens${cut})`), text];
}
