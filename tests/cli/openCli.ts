/**
 * The command line within the test's own process, on one studio for all of its commands: what is loaded stays for the
 * next.
 */
import { runCommand } from '../../main/cli/commandLine.ts';
import { Interrupt } from '../../main/cli/interrupt.ts';
import { CommandSession } from '../../main/cli/session.ts';
import { Terminal } from '../../main/cli/terminal.ts';
import { memorySurroundings } from './memorySurroundings.ts';
import { type CliOptions, type CliResult, environment, resultOf } from './runCli.ts';

export interface OpenCli {
  /** One after another; with --json. */
  run(...args: readonly string[]): Promise<CliResult>;
  /** Ends studio and engines. */
  close(): Promise<void>;
}

export function openCli(options: CliOptions): OpenCli {
  const surroundings = memorySurroundings({ env: environment(options), cwd: options.cwd });
  const { written } = surroundings;
  const terminal = new Terminal({ json: true, surroundings });
  const interrupt = new Interrupt(terminal, surroundings);
  const session = new CommandSession(terminal, interrupt, surroundings);
  return {
    async run(...args) {
      Object.assign(written, { stdout: '', stderr: '' });
      const status = await runCommand([...args, '--json'], session);
      return resultOf(status, written.stdout, written.stderr);
    },
    async close() {
      await session.close();
      interrupt.dispose();
    },
  };
}
