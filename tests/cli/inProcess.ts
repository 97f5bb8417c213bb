/** The command line within the test's own process, on one studio for all of its commands: engines alone are started. */
import { buildProgram } from '../../main/cli/commandLine.ts';
import { Interrupt } from '../../main/cli/interrupt.ts';
import { CommandSession } from '../../main/cli/session.ts';
import { Terminal } from '../../main/cli/terminal.ts';

export interface InProcessCli {
  /** The answer of a command with --json; throws what the command throws. */
  run(...args: readonly string[]): Promise<unknown>;
  close(): Promise<void>;
}

export function inProcessCli(home: string): InProcessCli {
  let written = '';
  const write = (text: string): boolean => {
    written += text;
    return true;
  };
  const stdout = { write, isTTY: false } as unknown as NodeJS.WriteStream;
  const stderr = { write: () => true, isTTY: false } as unknown as NodeJS.WriteStream;
  const terminal = new Terminal({ json: true, stdout, stderr });
  const interrupt = new Interrupt(terminal);
  const session = new CommandSession(terminal, interrupt);
  return {
    async run(...args) {
      written = '';
      await buildProgram(session).parseAsync([...args, '--json', '--home', home], { from: 'user' });
      return JSON.parse(written);
    },
    async close() {
      await session.close();
      interrupt.dispose();
    },
  };
}
