/**
 * Starts an engine process and hands out its port. `EngineSpawner` is the seam where tests put an engine in memory. The
 * child is always ended by its own handle, never by name, and exits by itself when the channel closes.
 */
import { finished } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import type { FramePort } from '../contract/engineFrame.ts';
import { type Child, startChild } from '../processes/startChild.ts';
import type { EngineExit } from './exitError.ts';

export type EnginePurpose = 'train' | 'chat';

export interface EngineChild {
  /** undefined of one that never ran, or runs in no process of its own. */
  readonly pid: number | undefined;
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

/** A spawner that starts `entry` in a process of its own. */
export function processSpawner(entry: string): EngineSpawner {
  return ({ purpose, generation, onStderr }) => {
    const child = startChild(entry, {
      args: ['--purpose', purpose, '--generation', String(generation)],
      env: { TF_CPP_MIN_LOG_LEVEL: '1', ...process.env },
      withOutput: true,
    });
    const stderr: string[] = [];
    const keep = (line: string): void => {
      stderr.push(line);
      if (stderr.length > keptStderrLines) stderr.shift();
      onStderr?.(line);
    };
    readLines(child.stderr, keep);
    readLines(child.stdout, keep);
    const port: FramePort = { post: child.send, onFrame: child.onMessage, onClose: child.onClose, close: child.close };
    return { pid: child.pid, port, exited: exitOf(child, stderr), kill: child.kill };
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

/** Exit and the end of stderr; not `close`, which Node never emits once this side has disconnected. */
async function exitOf(child: Child, stderr: string[]): Promise<EngineExit> {
  const drained = [child.stdout, child.stderr].flatMap((stream) =>
    stream === null ? [] : [finished(stream).catch(() => undefined)],
  );
  const { code, signal, error } = await child.exited;
  if (error !== undefined) stderr.push(error.message);
  // A grandchild may hold the pipes open: a second is enough for last words.
  await Promise.race([Promise.all(drained), setTimeout(1_000, undefined, { ref: false })]);
  return { code, signal, stderr: [...stderr] };
}
