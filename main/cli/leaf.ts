/** How every command is made: --json and --home, an example under its help, and the session for its action. */
import type { Command } from 'commander';
import type { CommandSession } from './session.ts';

/** What a person types before a command. */
export const invocation = 'npm start --silent --';

export interface LeafDescription {
  /** As commander takes it: `show <model>`. */
  readonly syntax: string;
  readonly summary: string;
  /** Without `npm start --silent --`. */
  readonly example: string;
}

/** One line of commands/registry.ts. */
export type AddCommand = (program: Command, session: CommandSession) => void;

/** A command that does something. */
export function leaf(parent: Command, session: CommandSession, { syntax, summary, example }: LeafDescription): Command {
  return parent
    .command(syntax)
    .description(summary)
    .option('--json', 'one JSON value on stdout, progress on stderr')
    .option('--home <dir>', 'data folder (otherwise GRAFT_HOME, or the usual place of the platform)')
    .addHelpText('after', `\nExample:\n  ${invocation} ${example}`)
    .hook('preAction', (_, command) => {
      const { home } = command.opts<{ readonly home?: string }>();
      session.home = home === undefined ? undefined : session.path(home);
    });
}

/** A command that only holds others. */
export function group(program: Command, name: string, summary: string): Command {
  return program.command(name).description(summary);
}
