/**
 * `npm start`: makes the checkout ready, then runs the command line (main/cli/main.ts) on a current Node with the same
 * arguments, streams, folder and exit status. Prints nothing of its own on stdout. Without arguments: the demo.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

/** npm runs scripts in the package's folder and leaves the caller's in INIT_CWD; a relative path means the caller's. */
function callersFolder() {
  const startedByNpm = process.env.npm_lifecycle_event === 'start' && process.cwd() === root;
  return (startedByNpm && process.env.INIT_CWD) || process.cwd();
}

/**
 * Passes signals on. Ctrl-C at a terminal goes to the whole process group, so the child has had it already; repeats
 * within a moment are npm passing on the same one.
 */
function forwardSignals(child) {
  const sameSignalMs = 500;
  let lastMs = -Infinity;
  const forward = (signal) => {
    const nowMs = performance.now();
    const repeated = nowMs - lastMs < sameSignalMs;
    lastMs = nowMs;
    const fromTerminal = signal === 'SIGINT' && (process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);
    if (!repeated && !fromTerminal) child.kill(signal);
  };
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
}

function runCommandLine(node, args) {
  const main = join(root, 'main', 'cli', 'main.ts');
  // Early versions of Node 24 warn that running TypeScript is experimental; engine processes inherit this too.
  const NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning`.trim();
  const child = spawn(node, [main, ...args], { cwd: callersFolder(), stdio: 'inherit', env: { ...process.env, NODE_OPTIONS } });
  forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

try {
  const args = process.argv.slice(2);
  const node = await prepare();
  process.exitCode = await runCommandLine(node, args.length === 0 ? ['demo'] : args);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
