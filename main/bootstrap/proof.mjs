/**
 * `npm run proof`: what `npm test` takes samples of in its full breadth (tests/support/breadth.ts): every training
 * curve on every backend, every family, kill and resume of every method. Prints each figure with its bound as a table
 * for LOG.md.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  endWith,
  environmentOf,
  finishRuntimeInstall,
  headline,
  runTests,
  startRuntimeInstall,
  summarise,
} from './checks.mjs';
import { prepare } from './prepare.mjs';

async function main() {
  const node = await prepare();
  const env = environmentOf(node);
  const steps = [await finishRuntimeInstall(startRuntimeInstall(node, env))];
  const folder = mkdtempSync(join(tmpdir(), 'graft-proof-'));
  try {
    const GRAFT_PROOF_FIGURES = join(folder, 'figures.jsonl');
    const tests = await runTests(node, { ...env, GRAFT_PROOF: '1', GRAFT_PROOF_FIGURES }, process.argv.slice(2));
    printFigures(GRAFT_PROOF_FIGURES);
    return summarise(steps, tests);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In the order of what they are of; tests of several files run at once. */
function printFigures(file) {
  headline('Figures');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const figures = lines.map((line) => JSON.parse(line)).sort((a, b) => key(a).localeCompare(key(b)));
  console.log('| of | where | difference | at most |\n|---|---|---|---|');
  for (const { of, where, difference, tolerance } of figures) {
    console.log(`| ${of} | ${where} | ${shown(difference)} | ${shown(tolerance)} |`);
  }
}

const key = ({ of, where }) => `${of} ${where}`;
/** null: not a number. */
const shown = (number) => (number === null ? 'NaN' : number === 0 ? '0' : number.toExponential(1));

await endWith(main);
