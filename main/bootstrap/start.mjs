/**
 * `npm start`: makes the checkout ready, then runs the command line (main/cli/main.ts) on a current Node with the same
 * arguments, streams, folder and exit status. Prints nothing of its own on stdout. Without a command: the studio, whose
 * screens are built first, in the desktop window where Electron and a display are there, else in the browser.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { buildApp, buildRenderer } from './build.mjs';
import { onCallersGone } from './callers.mjs';
import { findElectron, hasDisplay, startElectron, wantsDesktop } from './electronApp.mjs';
import { endHelpers } from './helpers.mjs';
import { prepare, root } from './prepare.mjs';

/** npm runs scripts in the package's folder and leaves the caller's in INIT_CWD; a relative path means the caller's. */
function callersFolder() {
  const startedByNpm = process.env.npm_lifecycle_event === 'start' && process.cwd() === root;
  return (startedByNpm && process.env.INIT_CWD) || process.cwd();
}

/** Ends what makes the checkout ready, until there is a command that signals go to. */
const ending = { whilePreparing: true };

function endWhilePreparing() {
  if (!ending.whilePreparing) return;
  void endHelpers().then(() => process.exit(128 + constants.signals.SIGTERM));
}

/**
 * Passes signals on; repeats within a moment are npm passing on the same one. At a terminal the child has had Ctrl-C
 * already, as the whole process group has; it takes what comes within that moment for one (main/cli/interrupt.ts),
 * unless `countsInterrupts`: Electron ends at once, unsaved, at the second. The end of npm counts as SIGTERM, once.
 */
function forwardSignals(child, { countsInterrupts = false } = {}) {
  const samePressMs = 500;
  let lastMs = -Infinity;
  let isAskedToEnd = false;
  const forward = (signal) => {
    const nowMs = performance.now();
    const samePress = nowMs - lastMs < samePressMs;
    lastMs = nowMs;
    isAskedToEnd = true;
    if (!samePress) child.kill(signal);
  };
  ending.whilePreparing = false;
  process.on('SIGINT', countsInterrupts && process.stdin.isTTY ? () => undefined : forward);
  process.on('SIGTERM', forward);
  onCallersGone(() => {
    if (!isAskedToEnd) child.kill('SIGTERM');
  });
}

function runCommandLine(node, args) {
  const main = join(root, 'main', 'cli', 'main.ts');
  // Early versions of Node 24 warn that running TypeScript is experimental; engine processes inherit this too.
  const NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning`.trim();
  const env = { ...process.env, NODE_OPTIONS, GRAFT_STARTER: String(process.pid) };
  const child = spawn(node, [main, ...args], { cwd: callersFolder(), stdio: 'inherit', env });
  return exitOf(child);
}

/** Resolves with the exit status, as a shell would give it. */
function exitOf(child, options) {
  forwardSignals(child, options);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** `npm start` and `npm start -- --port 8080` mean the studio; `npm start -- --help` is the command line's own. */
function withCommand(args) {
  const isFlag = args[0]?.startsWith('-') ?? true;
  return isFlag && !asksForHelp(args) ? ['studio', ...args] : args;
}

function asksForHelp(args) {
  return args.includes('--help') || args.includes('-h');
}

const windowOpensWithinMs = 5_000;

/** In the desktop window where there can be one and nothing asks for the browser. */
async function runStudio(node, args) {
  await buildRenderer(root, node);
  const electron = hasDisplay() && wantsDesktop(args.slice(1)) ? findElectron(root) : undefined;
  if (electron === undefined) return runCommandLine(node, args);
  await buildApp(root, node);
  const startMs = performance.now();
  const status = await exitOf(
    startElectron(electron, root, {
      args: args.slice(1),
      cwd: callersFolder(),
      // For engines that Electron's own processes cannot be (main/processes/plainNode.ts).
      env: { ...process.env, GRAFT_STARTER: String(process.pid), GRAFT_NODE: node },
    }),
    { countsInterrupts: true },
  );
  // Where Linux forbids Chromium's sandbox, or a library is missing, Electron ends at once; the browser always works.
  if (status === 0 || performance.now() - startMs > windowOpensWithinMs) return status;
  process.stderr.write(
    `Electron ended with ${status} before its window opened; the studio opens in the browser instead.\n`,
  );
  return runCommandLine(node, args);
}

process.on('SIGTERM', endWhilePreparing);
onCallersGone(endWhilePreparing);
try {
  const args = withCommand(process.argv.slice(2));
  const node = await prepare();
  process.exitCode =
    args[0] === 'studio' && !asksForHelp(args) ? await runStudio(node, args) : await runCommandLine(node, args);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
