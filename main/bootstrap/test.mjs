/**
 * `npm test`: everything CI runs, each step under a headline; a failed step does not keep the next from running. The last
 * line counts steps and tests together. `npm test -- PATH …` runs only the tests whose path matches. The static checks run
 * two at a time, and the TensorFlow runtime is fetched into the user's cache meanwhile.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { buildRenderer } from './build.mjs';
import { prepare, root } from './prepare.mjs';

const lint = { script: tool('eslint'), args: ['--max-warnings=0'] };
/** In the order in which they begin; linting the screens takes as long as all others together. */
const staticChecks = [
  { title: 'Lint of the renderer (eslint)', ...lint, args: [...lint.args, 'renderer'] },
  { title: 'Format (prettier)', script: tool('prettier'), args: ['--check', '--log-level=warn', '.'] },
  { title: 'Types (tsc)', script: tool('typescript', 'tsc'), args: ['-p', '.'] },
  {
    title: 'Types of the renderer (svelte-check)',
    script: tool('svelte-check'),
    args: ['--tsconfig', 'tests/renderer/tsconfig.json', '--fail-on-warnings'],
  },
  {
    title: 'Imports (dependency-cruiser)',
    script: tool('dependency-cruiser', 'depcruise'),
    args: ['main', 'electron', 'renderer', 'tests'],
  },
  { title: 'Unused code (knip)', script: tool('knip'), args: ['--no-progress', '--no-config-hints'] },
  { title: 'Lint of the rest (eslint)', ...lint, args: [...lint.args, '.', '--ignore-pattern', 'renderer/'] },
];

/** Resolved when run: before the installation there is nothing to look into. */
function tool(name, binary = name) {
  return () => {
    const folder = join(root, 'node_modules', name);
    const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return join(folder, typeof bin === 'string' ? bin : bin[binary]);
  };
}

async function main() {
  const filters = process.argv.slice(2);
  const node = await prepare();
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
  const onlyTests = filters.length > 0;
  await buildRenderer(root, node); // what the browser tests open
  const runtime = onlyTests ? null : startRuntimeInstall(node, env);
  const steps = onlyTests ? [] : await runStaticChecks(node, env);
  if (runtime !== null) steps.push(await finishRuntimeInstall(runtime));
  const tests = await runTests(node, env, filters);
  return summarise(steps, tests);
}

async function runStaticChecks(node, env) {
  const waiting = [...staticChecks];
  const results = [];
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) results.push(report(await runCheck(check, node, env)));
  };
  await Promise.all([work(), work()]);
  return results;
}

/** Its output is kept, so that two at once do not mix. */
async function runCheck({ title, script, args }, node, env) {
  const startMs = performance.now();
  const pieces = [];
  const options = { env: { ...env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' }, stdio: ['ignore', 'pipe', 'pipe'] };
  const status = await run(node, [script(), ...args], options, (piece) => pieces.push(piece));
  return { title, status, output: pieces.join(''), took: seconds(startMs) };
}

function report({ title, status, output, took }) {
  headline(title);
  process.stdout.write(output);
  console.log(`${status === 0 ? 'ok' : 'FAILED'} (${took})`);
  return { title, state: status === 0 ? 'passed' : 'failed' };
}

/** Its output is kept and shown under its own headline. */
function startRuntimeInstall(node, env) {
  const pieces = [];
  const exit = run(node, [join(root, 'main', 'bootstrap', 'ensureRuntime.ts')], { env, stdio: ['ignore', 'pipe', 'pipe'] }, (piece) =>
    pieces.push(piece),
  );
  return { exit, output: () => pieces.join('') };
}

async function finishRuntimeInstall({ exit, output }) {
  const title = 'TensorFlow runtime';
  headline(title);
  const status = await exit;
  process.stdout.write(output());
  if (status === 0) return { title, state: 'passed' };
  if (process.env.CI) {
    console.log('FAILED: where CI is set the TensorFlow runtime must be there.');
    return { title, state: 'failed' };
  }
  console.log('The tests that need TensorFlow are skipped, for the reason above.');
  return { title, state: 'skipped' };
}

async function runTests(node, env, filters) {
  headline('Tests (vitest)');
  const folder = mkdtempSync(join(tmpdir(), 'graft-test-'));
  const summaryFile = join(folder, 'summary.json');
  try {
    const args = [tool('vitest')(), 'run', ...filters];
    const status = await run(node, args, { env: { ...env, GRAFT_TEST_SUMMARY: summaryFile }, stdio: ['ignore', 'inherit', 'inherit'] });
    const summary = existsSync(summaryFile)
      ? JSON.parse(readFileSync(summaryFile, 'utf8'))
      : { passed: 0, failed: 1, skipped: 0, reasons: [] };
    return status === 0 || summary.failed > 0 ? summary : { ...summary, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the exit status. */
function summarise(steps, tests) {
  headline('Summary');
  for (const { title, state } of steps) console.log(`${state.padEnd(8)}${title}`);
  for (const [reason, names] of tests.reasons) console.log(`skipped ${names.length} suites, because ${reason}`);
  const count = (state) => steps.filter((step) => step.state === state).length + tests[state];
  console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
  return count('failed') === 0 && count('passed') > 0 ? 0 : 1;
}

function run(node, args, options, onOutput) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd: root, ...options });
    child.stdout?.setEncoding('utf8').on('data', onOutput);
    child.stderr?.setEncoding('utf8').on('data', onOutput);
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

function headline(title) {
  console.log(`\n── ${title} ${'─'.repeat(Math.max(3, 90 - title.length))}`);
}

function seconds(startMs) {
  return `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exitCode = 1;
}
