/**
 * Entry of the command line. Everything written reaches its reader before the process ends, and a stuck handle may not
 * keep a finished command alive. A reader that goes away (`| head`) is no error.
 */
import { constants } from 'node:os';
import { watchStarter } from '../processes/watchStarter.ts';
import { keepCompiled } from '../studio/shared/keepCompiled.ts';

keepCompiled(); // before anything else is compiled
watchStarter(endAsBySignal);
const { runCommandLine } = await import('./commandLine.ts');

const graceMs = 2_000;

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

process.exitCode = await runCommandLine(process.argv.slice(2));
await new Promise((resolve) => process.stdout.write('', resolve));
setTimeout(() => process.exit(), graceMs).unref();

/** As SIGTERM does: what runs is stopped and saved. */
function endAsBySignal(): void {
  if (!process.emit('SIGTERM')) process.exit(128 + constants.signals.SIGTERM);
}
