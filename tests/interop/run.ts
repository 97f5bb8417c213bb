/**
 * `npm run interop`: our exports in the hands of those they are for, and theirs in ours. Each pair is a line: what was
 * exported, who read it, how far its logits are from ours. Status 1 where one is too far or could not be read.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Comparison } from './compare.ts';
import { openReaders } from './environment.ts';
import { type Pair, pairsOf } from './pairs.ts';
import { subjects } from './subjects.ts';
import { Workshop } from './Workshop.ts';

const help = `npm run interop -- [--only PATTERN] [--list] [--out FILE]

Exports models and adapters with the real command line, opens each file in PEFT, transformers and llama.cpp, and compares
logits with ours. The first run makes a Python environment in the cache folder (torch, transformers, PEFT; some GB).

  --only PATTERN  pairs whose title or reader matches this regular expression, such as 'gemma|gpt2', 'VeRA .* peft'
  --list          only name the pairs
  --out FILE      where the table goes (default: tests/interop/results.md; none with --only)
  INTEROP_THREADS threads of each reader (default 2)`;

interface Outcome {
  readonly pair: Pair;
  readonly comparison: Comparison | null;
  readonly error: string | null;
}

const { values } = parseArgs({
  options: { only: { type: 'string' }, out: { type: 'string' }, list: { type: 'boolean' }, help: { type: 'boolean' } },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (values.help === true) say(help);
else process.exitCode = await main();

async function main(): Promise<number> {
  const workshop = new Workshop();
  const readers = await openReaders(workshop.folder('logits'), say);
  try {
    const pattern = new RegExp(values.only ?? '', 'i');
    const all = subjects.flatMap((subject) => pairsOf({ workshop, readers, subject }));
    const pairs = all.filter(({ title, reader }) => pattern.test(title) || pattern.test(reader));
    if (values.list === true) {
      for (const { title, reader } of pairs) say(`${title} → ${reader}`);
      return 0;
    }
    return await proveAll(pairs);
  } finally {
    for (const reader of [readers.peft, ...readers.olderPeft, readers.llamaCpp]) reader.stop();
    workshop.dispose();
  }
}

async function proveAll(pairs: readonly Pair[]): Promise<number> {
  const outcomes: Outcome[] = [];
  for (const pair of pairs) {
    const outcome = await prove(pair);
    outcomes.push(outcome);
    say(`${passed(outcome) ? 'ok    ' : 'FAILED'}  ${pair.title} · ${pair.reader} · ${figures(outcome)}`);
  }
  const failed = outcomes.filter((outcome) => !passed(outcome)).length;
  const out = values.out ?? (values.only === undefined ? join(import.meta.dirname, 'results.md') : undefined);
  if (out !== undefined) writeFileSync(out, table(outcomes));
  say(`\n${outcomes.length - failed} of ${outcomes.length} pairs agree.${out === undefined ? '' : ` The table is in ${out}.`}`);
  return failed === 0 && outcomes.length > 0 ? 0 : 1;
}

async function prove(pair: Pair): Promise<Outcome> {
  try {
    return { pair, comparison: await pair.compare(), error: null };
  } catch (error) {
    return { pair, comparison: null, error: error instanceof Error ? error.message : String(error) };
  }
}

function passed({ pair, comparison }: Outcome): boolean {
  return comparison !== null && comparison.difference <= pair.tolerance;
}

function figures({ pair, comparison, error }: Outcome): string {
  if (comparison === null) return error ?? '';
  const { difference, sameTop } = comparison;
  return `largest difference ${difference.toExponential(1)} of ${pair.tolerance.toExponential(0)}, same likeliest token ${Math.round(100 * sameTop)} %`;
}

function table(outcomes: readonly Outcome[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const rows = outcomes.map((outcome) => {
    const [subject = '', adapter = '', what = ''] = outcome.pair.title.split(' · ');
    const cells = [subject, adapter, what, outcome.pair.reader, figures(outcome), passed(outcome) ? 'ok' : 'FAILED'];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  return ['| model | adapter | export | read by | logits against ours | |', '|---|---|---|---|---|---|', ...rows, ''].join('\n');
}
