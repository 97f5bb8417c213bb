/**
 * What a command line has around it within a test: a folder, an environment and what is typed, and a place for what it
 * writes.
 */
import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import type { Surroundings } from '../../main/cli/surroundings.ts';

export interface MemorySurroundings extends Surroundings {
  /** So far. */
  readonly written: { stdout: string; stderr: string };
}

export interface MemoryOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string | undefined;
  readonly stdin?: string | undefined;
}

export function memorySurroundings({ env, cwd = process.cwd(), stdin = '' }: MemoryOptions): MemorySurroundings {
  const written = { stdout: '', stderr: '' };
  return {
    ...{ written, env, cwd },
    stdin: Readable.from([stdin]) as unknown as NodeJS.ReadStream,
    stdout: keepingIn(written, 'stdout'),
    stderr: keepingIn(written, 'stderr'),
    signals: new EventEmitter(),
    exit: (status) => {
      throw new Error(`The command ended itself with ${status}.`);
    },
  };
}

/** No terminal, as a script's pipe is none. */
function keepingIn<Name extends string>(written: Record<Name, string>, name: Name): NodeJS.WriteStream {
  const stream = new Writable({
    decodeStrings: false,
    write: (piece: string, _encoding, done) => {
      written[name] += piece;
      done();
    },
  });
  return stream as unknown as NodeJS.WriteStream;
}
