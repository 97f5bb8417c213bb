/**
 * Starts an engine process and hands out its port. `EngineSpawner` is the seam where Electron's utility process takes
 * fork's place. The child is always ended by its own handle, never by name, and exits by itself when the channel closes.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import type { FramePort } from '../contract/engineFrame.ts';
import type { EngineExit } from './exitError.ts';

export type EnginePurpose = 'train' | 'chat';

export interface EngineChild {
  readonly pid: number;
  readonly port: FramePort;
  readonly exited: Promise<EngineExit>;
  kill(): void;
}

export interface SpawnOptions {
  readonly purpose: EnginePurpose;
  readonly generation: number;
  readonly onStderr?: (line: string) => void;
}

export type EngineSpawner = (options: SpawnOptions) => EngineChild;

const keptStderrLines = 20;

/** A spawner that forks `entry` (a .ts file) with this Node. */
export function forkSpawner(entry: string): EngineSpawner {
  return ({ purpose, generation, onStderr }) => {
    const child = fork(entry, ['--purpose', purpose, '--generation', String(generation)], {
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { TF_CPP_MIN_LOG_LEVEL: '1', ...process.env },
    });
    const stderr: string[] = [];
    const keep = (line: string): void => {
      stderr.push(line);
      if (stderr.length > keptStderrLines) stderr.shift();
      onStderr?.(line);
    };
    readLines(child.stderr, keep);
    readLines(child.stdout, keep);
    return { pid: child.pid ?? -1, port: childPort(child), exited: exitOf(child, stderr), kill: () => void child.kill('SIGKILL') };
  };
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  if (stream === null) return;
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? '';
    lines.filter((line) => line.trim() !== '').forEach(onLine);
  });
  stream.on('end', () => {
    if (rest.trim() !== '') onLine(rest);
  });
}

function childPort(child: ChildProcess): FramePort {
  return {
    post: (frame) => {
      // A send that loses the race with the child's death fails; `exited` tells the reason then.
      if (child.connected) child.send(frame, () => undefined);
    },
    onFrame: (listener) => void child.on('message', listener),
    onClose: (listener) => void child.once('disconnect', listener),
    close: () => {
      if (child.connected) child.disconnect();
    },
  };
}

/** Exit and the end of stderr; not `close`, which Node never emits once this side has disconnected. */
async function exitOf(child: ChildProcess, stderr: string[]): Promise<EngineExit> {
  const drained = [child.stdout, child.stderr].flatMap((stream) => (stream === null ? [] : [finished(stream).catch(() => undefined)]));
  const exit = await new Promise<Omit<EngineExit, 'stderr'>>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => {
      stderr.push(error.message);
      resolve({ code: null, signal: null });
    });
  });
  // A grandchild may hold the pipes open: a second is enough for last words.
  await Promise.race([Promise.all(drained), setTimeout(1_000, undefined, { ref: false })]);
  return { ...exit, stderr: [...stderr] };
}
