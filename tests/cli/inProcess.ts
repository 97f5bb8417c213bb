/** The command line within the test's own process, on one studio for all of its commands: engines alone are started. */
import { buildProgram } from '../../main/cli/commandLine.ts';
import { Interrupt } from '../../main/cli/interrupt.ts';
import { CommandSession } from '../../main/cli/session.ts';
import { Terminal } from '../../main/cli/terminal.ts';
import { memorySurroundings } from './memorySurroundings.ts';

export interface InProcessCli {
  /** The answer of a command with --json; throws what the command throws. */
  run(...args: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

export function inProcessCli(home: string): InProcessCli {
  const surroundings = memorySurroundings({ env: process.env });
  const { written } = surroundings;
  const terminal = new Terminal({ json: true, surroundings });
  const interrupt = new Interrupt(terminal, surroundings);
  const session = new CommandSession(terminal, interrupt, surroundings);
  return {
    async run(...args) {
      written.stdout = '';
      await buildProgram(session).parseAsync([...args, '--json', '--home', home], { from: 'user' });
      return JSON.parse(written.stdout);
    },
    async close() {
      await session.close();
      interrupt.dispose();
    },
  };
}
