/**
 * What `npm test` and `npm run proof` have in common: tools of the checkout, the TensorFlow runtime, vitest and the
 * last line.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { root } from './prepare.mjs';

/** The script of an installed tool. Resolved when run: before the installation there is nothing to look into. */
export function tool(name, binary = name) {
  return () => {
    const folder = join(root, 'node_modules', name);
    const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return join(folder, typeof bin === 'string' ? bin : bin[binary]);
  };
}

/** With this Node first. */
export function environmentOf(node) {
  return { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
}

/** Resolves with the exit status; `onStart` gets the process id. */
export function run(node, args, options, onOutput, onStart) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { cwd: root, ...options });
    child.stdout?.setEncoding('utf8').on('data', onOutput);
    child.stderr?.setEncoding('utf8').on('data', onOutput);
    if (child.pid !== undefined) onStart?.(child.pid);
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Its output is kept and shown under its own headline. */
export function startRuntimeInstall(node, env) {
  const pieces = [];
  const exit = run(
    node,
    [join(root, 'main', 'bootstrap', 'ensureRuntime.ts')],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
    (piece) => pieces.push(piece),
  );
  return { exit, output: () => pieces.join('') };
}

export async function finishRuntimeInstall({ exit, output }) {
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

/**
 * Counts of passed, failed and skipped tests, and the reasons of those skipped. The tests have a temporary folder of
 * their own, which goes with them; what Graft or a test forgets in it is named.
 */
export async function runTests(node, env, filters) {
  headline('Tests (vitest)');
  const folder = mkdtempSync(join(tmpdir(), 'graft-test-'));
  const summaryFile = join(folder, 'summary.json');
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  try {
    const args = [tool('vitest')(), 'run', ...filters];
    const status = await run(node, args, {
      env: { ...env, GRAFT_TEST_SUMMARY: summaryFile, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const summary = existsSync(summaryFile)
      ? JSON.parse(readFileSync(summaryFile, 'utf8'))
      : { passed: 0, failed: 1, skipped: 0, reasons: [], failures: [] };
    const forgotten = readdirSync(temporary).filter((name) => name.startsWith('graft-'));
    if (forgotten.length > 0) console.log(`Left in the temporary folder: ${forgotten.join(', ')}`);
    return status === 0 || summary.failed > 0 ? summary : { ...summary, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the exit status. */
export function summarise(steps, tests) {
  headline('Summary');
  for (const { title, state } of steps) console.log(`${state.padEnd(8)}${title}`);
  for (const [reason, names] of tests.reasons) console.log(`skipped ${names.length} suites, because ${reason}`);
  for (const failure of tests.failures) console.log(`failed  ${failure}`);
  const count = (state) => steps.filter((step) => step.state === state).length + tests[state];
  console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
  return count('failed') === 0 && count('passed') > 0 ? 0 : 1;
}

/** Ends with what `main` returns; a broken start is a failure with a last line like any other. */
export async function endWith(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    console.log('0 passed, 1 failed, 0 skipped');
    process.exitCode = 1;
  }
}

export function headline(title) {
  console.log(`\n── ${title} ${'─'.repeat(Math.max(3, 90 - title.length))}`);
}
