/**
 * `npm test`: everything CI runs, each step under a headline; a failed step does not keep the next from running. The
 * last line counts steps and tests together. `npm test -- PATH …` runs only the tests whose path matches. The static
 * checks take the time in which tests wait for something, and are shown after them.
 */
import { constants, setPriority } from 'node:os';
import { buildRenderer } from './build.mjs';
import {
  endWith,
  environmentOf,
  finishRuntimeInstall,
  headline,
  run,
  runTests,
  startRuntimeInstall,
  summarise,
  tool,
} from './checks.mjs';
import { prepare, root } from './prepare.mjs';

const staticChecks = [
  toolCheck('Lint of the screens (eslint)', tool('eslint'), ['--max-warnings=0', '.']),
  toolCheck('Types of the renderer (svelte-check)', tool('svelte-check'), [
    '--tsconfig',
    'tests/renderer/tsconfig.json',
    '--fail-on-warnings',
  ]),
  toolCheck('Types and lint (oxlint)', tool('oxlint'), []),
  toolCheck('Format (oxfmt)', tool('oxfmt'), ['--check', '.']),
  toolCheck('Imports (dependency-cruiser)', tool('dependency-cruiser', 'depcruise'), [
    'main',
    'electron',
    'renderer',
    'tests',
  ]),
  toolCheck('Unused code (knip)', tool('knip'), ['--no-progress', '--no-config-hints']),
];

async function main() {
  const filters = process.argv.slice(2);
  const node = await prepare();
  const env = environmentOf(node);
  if (filters.length > 0) {
    await buildRenderer(root, node);
    return summarise([], await runTests(node, env, filters));
  }
  const runtime = startRuntimeInstall(node, env);
  const screens = await runCheck(
    { title: 'Screens, which the browser tests open (vite)', work: buildScreens },
    node,
    env,
  );
  const steps = [show(screens), await finishRuntimeInstall(runtime)];
  const checks = runStaticChecks(node, env);
  const tests = await runTests(node, env, []);
  steps.push(...(await checks).map(show));
  return summarise(steps, tests);
}

async function runStaticChecks(node, env) {
  const results = [];
  for (const check of staticChecks) results.push(await runCheck(check, node, env));
  return results;
}

/** A check of one tool of the checkout, behind what else there is to do. Its output is kept until it is shown. */
function toolCheck(title, script, args) {
  const work = async (node, env) => {
    const pieces = [];
    const options = {
      env: { ...env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    };
    const behind = (pid) => setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
    const status = await run(node, [script(), ...args], options, (piece) => pieces.push(piece), behind);
    return { status, output: pieces.join('') };
  };
  return { title, work };
}

async function buildScreens(node) {
  try {
    await buildRenderer(root, node);
    return { status: 0, output: '' };
  } catch (error) {
    return { status: 1, output: `${error.message}\n` };
  }
}

async function runCheck({ title, work }, node, env) {
  const startMs = performance.now();
  const { status, output } = await work(node, env);
  return { title, status, output, seconds: (performance.now() - startMs) / 1000 };
}

function show({ title, status, output, seconds }) {
  headline(title);
  process.stdout.write(output);
  console.log(`${status === 0 ? 'ok' : 'FAILED'} (${seconds.toFixed(1)} s)`);
  return { title, state: status === 0 ? 'passed' : 'failed' };
}

await endWith(main);
