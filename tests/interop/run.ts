/**
 * `npm run interop`: Graft against the programs that it must agree with, suite by suite. Each check is a line and a row
 * of its suite's table. Status 1 where one disagrees or could not be made.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Check, Suite, Verdict } from './Suite.ts';
import { suites } from './suites.ts';

const help = `npm run interop -- [--only SUITES] [--match PATTERN] [--list] [--out FOLDER]

Holds Graft against the programs that it must agree with. What a suite needs is made on its first run, in the cache folder,
through your own pip and npm.

${suites.map(({ name, about }) => `  ${name.padEnd(15)} ${about}`).join('\n')}

  --only SUITES   only these suites, separated by commas; default: all
  --match PATTERN only checks whose line in --list matches this regular expression, such as 'gemma|gpt2', 'VeRA .* peft'
  --list          only name the checks
  --out FOLDER    where each suite's table goes (default: tests/interop/results; none with --match)
  INTEROP_THREADS threads of each reader of exports (default 2)`;

interface Outcome {
  readonly check: Check;
  readonly verdict: Verdict;
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    match: { type: 'string' },
    out: { type: 'string' },
    list: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (values.help === true) say(help);
else process.exitCode = await main();

async function main(): Promise<number> {
  const names = values.only?.split(',').map((name) => name.trim()) ?? suites.map(({ name }) => name);
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown !== undefined) {
    say(
      `There is no suite '${unknown}'. Suites: ${suites.map(({ name }) => name).join(', ')}. Checks are chosen with --match.`,
    );
    return 1;
  }
  let allPassed = true;
  for (const suite of suites.filter(({ name }) => names.includes(name)))
    allPassed = (await runSuite(suite)) && allPassed;
  return allPassed ? 0 : 1;
}

/** True where there were checks and all passed, or where they were only to be named. */
async function runSuite(suite: Suite): Promise<boolean> {
  const pattern = new RegExp(values.match ?? '', 'i');
  const { checks, close } = await suite.open(say);
  try {
    const chosen = checks.filter((check) => pattern.test(lineOf(check)));
    if (values.list !== true) return await proveAll(suite, chosen);
    for (const check of chosen) say(`${suite.name}: ${lineOf(check)}`);
    return true;
  } finally {
    close();
  }
}

async function proveAll(suite: Suite, checks: readonly Check[]): Promise<boolean> {
  const outcomes: Outcome[] = [];
  for (const check of checks) {
    const outcome = { check, verdict: await prove(check) };
    outcomes.push(outcome);
    say(`${outcome.verdict.passed ? 'ok    ' : 'FAILED'}  ${lineOf(check)} · ${outcome.verdict.figures.join(' · ')}`);
  }
  const passed = outcomes.filter(({ verdict }) => verdict.passed).length;
  say(`\n${suite.name}: ${passed} of ${outcomes.length} checks agree.${writeTable(suite, outcomes)}\n`);
  return passed === outcomes.length && passed > 0;
}

async function prove(check: Check): Promise<Verdict> {
  try {
    return await check.run();
  } catch (error) {
    return { passed: false, figures: [error instanceof Error ? error.message : String(error)] };
  }
}

function lineOf({ subject }: Check): string {
  return subject.join(' · ');
}

/** Gives the words that say where it is; of a part of the checks none is written unless asked for. */
function writeTable(suite: Suite, outcomes: readonly Outcome[]): string {
  const folder = values.out ?? (values.match === undefined ? join(import.meta.dirname, 'results') : undefined);
  if (folder === undefined) return '';
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${suite.name}.md`);
  writeFileSync(file, table(suite, outcomes));
  return ` The table is in ${file}.`;
}

function table({ columns }: Suite, outcomes: readonly Outcome[]): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  const rows = outcomes.map(({ check, verdict }) => {
    const cells = [...check.subject, ...verdict.figures];
    const missing = Array<string>(Math.max(0, columns.length - cells.length)).fill('');
    return row([...cells, ...missing, verdict.passed ? 'ok' : 'FAILED']);
  });
  return [row([...columns, '']), `|${'---|'.repeat(columns.length + 1)}`, ...rows, ''].join('\n');
}
