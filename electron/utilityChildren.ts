/**
 * Programs of ours as Electron utility processes: the packaged binary is no Node (its fuse is off), so fork has nothing to
 * run. A utility process ends with the shell, whatever becomes of it.
 */
import { utilityProcess } from 'electron';
import { closingMessage } from '../main/processes/ownerChannel.ts';
import type { Child, ChildExit, StartChild } from '../main/processes/startChild.ts';

/** What is used of Electron's UtilityProcess. */
interface UtilityChild {
  readonly pid: number | undefined;
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'exit', listener: (code: number) => void): unknown;
  kill(): boolean;
}

type Fork = (
  file: string,
  args: string[],
  options: { env: NodeJS.ProcessEnv; stdio: 'pipe' | 'ignore'; serviceName: string },
) => UtilityChild;

/** Electron's own fork, or a stand-in of it. */
export function startUtilityChild(fork: Fork = (file, args, options) => utilityProcess.fork(file, args, options)): StartChild {
  return (file, { args = [], env = process.env, withOutput = false } = {}) => {
    const child = fork(file, [...args], { env, stdio: withOutput ? 'pipe' : 'ignore', serviceName: 'Graft engine' });
    return asChild(child);
  };
}

function asChild(child: UtilityChild): Child {
  let isGone = false;
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code) => {
      isGone = true;
      resolve({ code, signal: null });
    });
  });
  const send = (message: unknown): void => {
    if (!isGone) child.postMessage(message);
  };
  return {
    pid: child.pid,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    send,
    onMessage: (listener) => void child.on('message', listener),
    onClose: (listener) => void exited.then(listener),
    close: () => send(closingMessage),
    kill: () => void child.kill(),
    keepAlive: () => undefined, // Electron lives as long as its window
  };
}
