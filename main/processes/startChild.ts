/**
 * Starts a program of ours in a process of its own. Node forks; Electron, whose binary is no Node once it is packaged,
 * puts utility processes in their place (`startChildrenWith`, once, before anything is started).
 */
import { fork, type ChildProcess } from 'node:child_process';

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it never ran. */
  readonly error?: Error;
}

export interface Child {
  readonly pid: number | undefined;
  /** null where the output was not asked for. */
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
  readonly exited: Promise<ChildExit>;
  /** Structured clone; does nothing once the child is gone. */
  readonly send: (message: unknown) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  /** Called once when nothing can be sent any more. */
  readonly onClose: (listener: () => void) => void;
  /** Closes the channel; our programs leave when it closes. */
  readonly close: () => void;
  /** Ends it at once. */
  readonly kill: () => void;
  /** Whether it keeps this process alive; it does until told otherwise. */
  readonly keepAlive: (keep: boolean) => void;
}

export interface ChildOptions {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly withOutput?: boolean;
}

export type StartChild = (file: string, options?: ChildOptions) => Child;

let starter: StartChild = forkChild;

/** Exchanges how programs are started. */
export function startChildrenWith(start: StartChild): void {
  starter = start;
}

/** Starts `file`, see `programFile`. Never throws: what goes wrong is in `exited`. */
export const startChild: StartChild = (file, options) => starter(file, options);

/** Node's own way, for those who exchange some programs alone; `execPath` is another Node than this. */
export function forkChild(
  file: string,
  { args = [], env = process.env, withOutput = false }: ChildOptions = {},
  execPath = process.execPath,
): Child {
  const output = withOutput ? 'pipe' : 'ignore';
  const child = fork(file, [...args], {
    serialization: 'advanced',
    execPath,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', output, output, 'ipc'],
    env,
  });
  return {
    pid: child.pid,
    stdout: child.stdout,
    stderr: child.stderr,
    exited: exitOf(child),
    send: (message) => {
      // A send that loses the race with the child's death fails; `exited` tells the reason then.
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (listener) => void child.on('message', listener),
    onClose: (listener) => void child.once('disconnect', listener),
    close: () => {
      if (child.connected) child.disconnect();
    },
    kill: () => void child.kill('SIGKILL'),
    keepAlive: (keep) => keepAlive(child, keep),
  };
}

function exitOf(child: ChildProcess): Promise<ChildExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
  });
}

function keepAlive(child: ChildProcess, keep: boolean): void {
  if (keep) child.ref();
  else child.unref();
  if (keep) child.channel?.ref();
  else child.channel?.unref();
}
