/** Entry of the command line. A stuck handle may not keep a finished command alive. */
import { runCommandLine } from './commandLine.ts';

const graceMs = 2_000;

process.exitCode = await runCommandLine(process.argv.slice(2));
setTimeout(() => process.exit(), graceMs).unref();
