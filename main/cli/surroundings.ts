/** What a command line has around it: those of its own process, or others that a program puts in their place. */
import type { EventEmitter } from 'node:events';

export interface Surroundings {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** The caller's folder: relative paths are meant from here. */
  readonly cwd: string;
  /** Emits SIGINT and SIGTERM. */
  readonly signals: Pick<EventEmitter, 'on' | 'off'>;
  /** Ends the command at once, whatever it is doing. */
  readonly exit: (status: number) => void;
}

/** Streams are looked up when used: opening stdin keeps a process waiting for it. */
export function ownSurroundings(): Surroundings {
  return {
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
    env: process.env,
    cwd: process.cwd(),
    signals: process,
    exit: (status) => process.exit(status),
  };
}
