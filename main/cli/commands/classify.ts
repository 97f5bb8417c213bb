/** `classify`: labels and probabilities of texts, by the base's own head or by adapters. */
import type { Command } from 'commander';
import type { ClassificationAnswer, LabelledText, TextRow } from '../../contract/classification.ts';
import { GraftError } from '../../contract/errors.ts';
import type { LabelTask } from '../../contract/labels.ts';
import type { BackendRequest } from '../../contract/trainRequest.ts';
import { addBackendFlags, backendRequest } from '../backendFlags.ts';
import { milliseconds } from '../format.ts';
import { leaf } from '../leaf.ts';
import type { CommandSession } from '../session.ts';
import { commandLineWords } from '../../contract/words/commandLine.ts';

interface Flags extends BackendRequest {
  readonly model: string;
  readonly adapter: readonly string[];
  readonly text: readonly string[];
  readonly second?: string;
  readonly file?: string;
}

const collect = (text: string, before: readonly string[]): readonly string[] => [...before, text];

export function addClassifyCommand(program: Command, session: CommandSession): void {
  const command = leaf(program, session, {
    syntax: 'classify',
    summary: 'Sort texts with an encoder and its adapters',
    example: 'classify --model minilm --adapter reviews --text "What a film!"',
  })
    .requiredOption('--model <model>', 'an encoder')
    .option('--adapter <adapter>', 'answer with this adapter; may be repeated; none: the base', collect, [])
    .option('--text <text>', 'a text; may be repeated', collect, [])
    .option('--second <text>', 'the second of two texts that belong together, with one --text')
    .option(
      '--file <file>',
      'rows with a column text (and second), or as datasets call them, in any form that datasets have',
    );
  addBackendFlags(command).action(async (flags: Flags) => {
    requireOneSource(flags);
    const rows = flags.file === undefined ? rowsOf(flags) : await readRows(session, flags.file);
    const { classification } = await session.studio();
    const adapters = flags.adapter.length === 0 ? [null] : flags.adapter.map((name) => (name === 'none' ? null : name));
    const request = { model: flags.model, adapters, rows, backend: backendRequest(flags) };
    const answers = await session.working((options) => classification.classify(request, options));
    session.result({ answers: answers.map((answer) => answerJson(answer, rows)) }, () =>
      answers.flatMap((answer) => render(answer, rows, session)),
    );
  });
}

/** Throws GraftError('usage') for texts and a file together. */
function requireOneSource({ text, second, file }: Flags): void {
  if (file === undefined || (text.length === 0 && second === undefined)) return;
  throw new GraftError('usage', commandLineWords.textsOrFile(), { field: '--file' });
}

function rowsOf({ text, second }: Flags): readonly TextRow[] {
  if (text.length === 0) throw new GraftError('usage', commandLineWords.giveText(), { field: '--text' });
  if (second !== undefined && text.length > 1)
    throw new GraftError('usage', commandLineWords.secondWithOne(), { field: '--second' });
  return text.map((each) => ({ text: each, ...(second !== undefined && { second }) }));
}

async function readRows(session: CommandSession, file: string): Promise<readonly TextRow[]> {
  const { readTextRows } = await import('../../studio/datasets/textRows.ts');
  return readTextRows(session.path(file), (notice) => session.terminal.note(session.terminal.dim(notice.text)));
}

function answerJson({ rows, task, ...answer }: ClassificationAnswer, texts: readonly TextRow[]) {
  return { ...answer, task, rows: rows.map((row, index) => ({ ...texts[index], ...named(row, task) })) };
}

function named(row: LabelledText, task: LabelTask | null) {
  if (row.kind === 'regression') return { value: row.value };
  const probabilities = Object.fromEntries(
    row.probabilities.map((value, id) => [task?.labels[id] ?? String(id), value]),
  );
  return { label: row.label, probabilities };
}

function render(answer: ClassificationAnswer, texts: readonly TextRow[], { terminal }: CommandSession): string[] {
  const title = terminal.bold(answer.adapterName ?? 'base');
  if (answer.error !== null) return [`${title}: ${answer.error.message}`];
  const lines = answer.rows.map((row, index) => `${shown(row, answer.task)}  ${oneLine(texts[index].text)}`);
  return [`${title} ${terminal.dim(`swap ${milliseconds(answer.swapMs)}`)}`, ...lines];
}

function shown(row: LabelledText, task: LabelTask | null): string {
  if (row.kind === 'regression') return row.value.toFixed(3).padStart(8);
  const best = Math.max(...row.probabilities);
  const widest = Math.max(...(task?.labels ?? []).map(({ length }) => length));
  return `${row.label.padEnd(widest)} ${(100 * best).toFixed(1).padStart(5)} %`;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
