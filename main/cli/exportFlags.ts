/**
 * The flags of `adapter export` and `model export`: --to, --out, and every option of every kind, from their schemas.
 */
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { isCut } from '../contract/exports/exportSpec.ts';
import type { ExportResult, ExportSpec, Truncation } from '../contract/exports/exportSpec.ts';
import { addSchemaFlag, type SchemaFlag, schemaFlags } from './schemaFlags.ts';
import { englishOf } from '../contract/words/words.ts';

export interface ExportFlags {
  readonly to: string;
  readonly out: string;
}

/** By the name that --to takes. */
type Kinds = Readonly<Record<string, ExportSpec>>;

/** Adds the flags; options that are given land in `options`. */
export function addExportFlags(command: Command, kinds: Kinds, options: Record<string, unknown>): Command {
  const list = Object.entries(kinds).map(
    ([name, { summary, readers }]) => `  ${name.padEnd(12)} ${summary} (${readers.join(', ')})`,
  );
  command
    .addOption(new Option('--to <kind>', 'what to write, see below').choices(Object.keys(kinds)).makeOptionMandatory())
    .requiredOption('--out <dir>', 'new folder to write')
    .addHelpText('after', `\nKinds:\n${list.join('\n')}`);
  for (const flag of mergedFlags(kinds)) addSchemaFlag(command, flag, (field, value) => (options[field] = value));
  return command;
}

/** One flag a field, whichever kinds have it; what each says is in the description. */
function mergedFlags(kinds: Kinds): SchemaFlag[] {
  const byField = new Map<string, { readonly flag: SchemaFlag; readonly says: Map<string, string[]> }>();
  for (const [name, { options }] of Object.entries(kinds)) {
    for (const flag of schemaFlags(options)) {
      const known = byField.get(flag.field) ?? {
        flag: { ...flag, choices: [] as string[] },
        says: new Map<string, string[]>(),
      };
      const choices = [...new Set([...known.flag.choices, ...flag.choices])];
      const text = flag.choices.length === 0 ? flag.description : `${flag.choices.join(' | ')}: ${flag.description}`;
      known.says.set(text, [...(known.says.get(text) ?? []), name]);
      byField.set(flag.field, { flag: { ...known.flag, choices }, says: known.says });
    }
  }
  return [...byField.values()].map(({ flag, says }) => ({
    ...flag,
    description: [...says].map(([text, names]) => `[${names.join(', ')}] ${text}`).join('; '),
  }));
}

/** For programs: files by their whole paths. */
export function withPaths(result: ExportResult, outDir: string): ExportResult {
  return { ...result, files: result.files.map((name) => join(outDir, name)) };
}

/** What was written and how it answered, for people. */
export function renderExport({ files, parity, truncation, notes }: ExportResult, out: string): string[] {
  return [
    ...files.map((name) => `${out}/${name}`),
    ...renderParity(parity),
    ...(truncation === null ? [] : renderTruncation(truncation)),
    ...notes.map(englishOf),
  ];
}

function renderParity({ of, difference, tolerance, rounding }: ExportResult['parity']): string[] {
  if (of === 'nothing') return [];
  const stored = rounding === null ? '' : `, stored as ${rounding}`;
  const allowed = tolerance === null ? '' : ` (at most ${tolerance.toExponential(0)} is allowed${stored})`;
  return [`Largest difference of ${of}, relative: ${difference.toExponential(1)}${allowed}`];
}

function renderTruncation(truncation: Truncation): string[] {
  const { rank, relativeError, layers } = truncation;
  const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`;
  if (!isCut(truncation)) return [`Nothing was cut: rank ${rank} holds the whole change.`];
  const [worst] = [...layers].sort((a, b) => b.relativeError - a.relativeError);
  return [
    `Truncated to rank ${rank}: error ${percent(relativeError)} of the change, at most ${percent(worst.relativeError)} (${worst.name})`,
  ];
}
