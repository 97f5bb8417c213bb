/**
 * Programs of ours as Electron utility processes: the packaged binary is no Node (its fuse is off), so fork has nothing
 * to run. A utility process ends with the shell, whatever becomes of it. It has no id before it is there, cannot be
 * killed before that, and its output loses its listeners with the exit; this side makes up for all three.
 */
import { PassThrough } from 'node:stream';
import { utilityProcess } from 'electron';
import { closingMessage } from '../main/processes/ownerChannel.ts';
import type { Child, ChildExit, ChildOptions, StartChild } from '../main/processes/startChild.ts';

/** What is used of Electron's UtilityProcess. */
export interface UtilityChild {
  readonly pid: number | undefined;
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'exit', listener: (code: number) => void): unknown;
  once(event: 'spawn', listener: () => void): unknown;
  kill(): boolean;
}

export interface UtilityOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly stdio: 'pipe' | 'ignore';
  readonly serviceName: string;
  readonly allowLoadingUnsignedLibraries: boolean;
}

type Fork = (file: string, args: string[], options: UtilityOptions) => UtilityChild;

/** Electron's own fork, or a stand-in of it. Only after `ready`. */
export function startUtilityChild(
  fork: Fork = (file, args, options) => utilityProcess.fork(file, args, options),
  platform: NodeJS.Platform = process.platform,
): StartChild {
  return (file, { args = [], env = process.env, withOutput = false }: ChildOptions = {}) => {
    // A Mac loads TensorFlow only where libraries need no signature of ours.
    const allowLoadingUnsignedLibraries = platform === 'darwin';
    const stdio = withOutput ? 'pipe' : 'ignore';
    try {
      return asChild(
        fork(file, [...args], { env, stdio, serviceName: 'Graft engine', allowLoadingUnsignedLibraries }),
        platform,
      );
    } catch (error) {
      return neverStarted(error instanceof Error ? error : new Error(String(error)));
    }
  };
}

function asChild(child: UtilityChild, platform: NodeJS.Platform): Child {
  let isGone = false;
  let isKilled = false;
  const { promise: exited, resolve: exit } = Promise.withResolvers<ChildExit>();
  child.once('exit', (code) => {
    isGone = true;
    exit(isKilled ? { code: null, signal: 'SIGKILL' } : exitOf(code, platform));
  });
  const send = (message: unknown): void => {
    if (!isGone) child.postMessage(message);
  };
  return {
    get pid() {
      return child.pid;
    },
    stdout: outlasting(child.stdout, exited),
    stderr: outlasting(child.stderr, exited),
    exited,
    send,
    onMessage: (listener) => void child.on('message', listener),
    onClose: (listener) => void exited.then(listener),
    close: () => send(closingMessage),
    kill: () => {
      if (isGone) return;
      isKilled = true;
      if (!child.kill()) child.once('spawn', () => void child.kill());
    },
    keepAlive: () => undefined, // Electron lives as long as its window
  };
}

/** Where a signal ended it, Electron gives the number of the signal, with 128 more where there was a core dump. */
const signals: Readonly<Record<number, NodeJS.Signals>> = {
  ...{ 6: 'SIGABRT', 134: 'SIGABRT', 9: 'SIGKILL', 11: 'SIGSEGV', 139: 'SIGSEGV' },
  ...{ 132: 'SIGILL', 133: 'SIGTRAP', 135: 'SIGBUS' },
};

function exitOf(code: number, platform: NodeJS.Platform): ChildExit {
  const signal = platform === 'win32' ? undefined : signals[code];
  return signal === undefined ? { code, signal: null } : { code: null, signal };
}

/** The same output, its last words included, which may come after the exit. */
function outlasting(source: NodeJS.ReadableStream | null, exited: Promise<unknown>): NodeJS.ReadableStream | null {
  if (source === null) return null;
  const copy = new PassThrough();
  const onData = (piece: Buffer | string): void => void copy.write(piece);
  const onEnd = (): void => void copy.end();
  const listen = (): void => {
    source.off('data', onData).off('end', onEnd);
    source.on('data', onData).once('end', onEnd);
  };
  listen();
  void exited.then(() => setImmediate(listen));
  return copy;
}

function neverStarted(error: Error): Child {
  const exited = Promise.resolve({ code: null, signal: null, error });
  return {
    ...{ pid: undefined, stdout: null, stderr: null, exited },
    ...{
      send: () => undefined,
      onMessage: () => undefined,
      close: () => undefined,
      kill: () => undefined,
      keepAlive: () => undefined,
    },
    onClose: (listener) => void exited.then(listener),
  };
}
