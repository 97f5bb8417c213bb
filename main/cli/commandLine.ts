/**
 * Parses a command line, runs its command and turns every outcome into an exit status: 0 done, 1 failed, 2 wrong usage,
 * 130 interrupted. With --json stdout carries exactly one value, an error included.
 */
import { Command, CommanderError } from 'commander';
import { GraftError, toGraftError } from '../contract/errors.ts';
import { commands } from './commands/registry.ts';
import { errorJson, renderError } from './errorText.ts';
import { invocation } from './leaf.ts';
import { Interrupt } from './interrupt.ts';
import { CommandSession } from './session.ts';
import { ownSurroundings, type Surroundings } from './surroundings.ts';
import { Terminal } from './terminal.ts';
import { commandLineWords } from '../contract/words/commandLine.ts';
import { verbatim } from '../contract/words/words.ts';

const exitStatus = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Returns the exit status; prints everything. Without `surroundings` the command has those of this process. */
export async function runCommandLine(
  argv: readonly string[],
  surroundings: Surroundings = ownSurroundings(),
): Promise<number> {
  const terminal = new Terminal({ json: argv.includes('--json'), surroundings });
  const interrupt = new Interrupt(terminal, surroundings);
  const session = new CommandSession(terminal, interrupt, surroundings);
  try {
    return await runCommand(argv, session);
  } finally {
    await closeQuietly(session, terminal);
    interrupt.dispose();
  }
}

/**
 * One command in a session, which stays open: its studio and engines are there for the next. Returns the exit status.
 */
export async function runCommand(argv: readonly string[], session: CommandSession): Promise<number> {
  session.exitStatus = exitStatus.done;
  try {
    await buildProgram(session).parseAsync([...argv], { from: 'user' });
    return session.exitStatus;
  } catch (thrown) {
    return report(thrown, session.terminal, session.interrupt);
  }
}

/** Every command, ready to parse. */
export function buildProgram(session: CommandSession): Command {
  const { stdout, stderr } = session.surroundings;
  const program = new Command(invocation)
    .configureOutput({ writeOut: (text) => void stdout.write(text), writeErr: (text) => void stderr.write(text) })
    .description('Trains tiny adapters (VeRA, VB-LoRA, LoRA) on your own machine, keeps them, and chats with them.')
    .helpCommand('help [command]', 'Show help for a command')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText(
      'after',
      `\nExample:\n  ${invocation} demo\n\nWithout a command the studio opens. Every command has --help, --json and --home DIR.`,
    );
  for (const add of commands) add(program, session);
  overrideExits(program);
  return program;
}

/** exitOverride is not inherited by commands that are there already. */
function overrideExits(command: Command): void {
  command.exitOverride();
  command.commands.forEach(overrideExits);
}

function report(thrown: unknown, terminal: Terminal, interrupt: Interrupt): number {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitStatus.done;
  if (thrown instanceof CommanderError) {
    const message = thrown.message.replace(/^error: /, '');
    if (terminal.json) terminal.printJson(errorJson(new GraftError('usage', verbatim(message)).toJSON()));
    return exitStatus.usage;
  }
  const isAbort = interrupt.signal.aborted && thrown instanceof Error && thrown.name === 'AbortError';
  const error = isAbort ? new GraftError('cancelled', commandLineWords.interrupted()) : toGraftError(thrown);
  terminal.endLive();
  if (terminal.json) terminal.printJson(errorJson(error.toJSON()));
  else terminal.note(renderError(error, terminal));
  if (error.code === 'internal' && thrown instanceof Error) terminal.note(terminal.dim(thrown.stack ?? ''));
  return statusOf(error, interrupt);
}

function statusOf(error: GraftError, interrupt: Interrupt): number {
  if (error.code === 'usage') return exitStatus.usage;
  if (error.code === 'cancelled' || interrupt.signal.aborted) return exitStatus.interrupted;
  return exitStatus.failed;
}

async function closeQuietly(session: CommandSession, terminal: Terminal): Promise<void> {
  try {
    await session.close();
  } catch (error) {
    terminal.note(`While closing: ${toGraftError(error).message}`);
  }
}
