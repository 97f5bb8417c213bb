/**
 * A studio as a person starts it: the real command in its own process, on a data folder of its own, with the real
 * engine.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';

const root = join(import.meta.dirname, '..', '..', '..');

export interface StudioProcess {
  readonly home: string;
  /** With the token. */
  readonly address: string;
  readonly pid: number;
  /** Ids of its engine processes, by purpose. */
  enginePids(purpose: 'train' | 'chat'): readonly number[];
  /** As Ctrl-C does. */
  stop(): Promise<void>;
  /** As kill -9 does. */
  kill(): Promise<void>;
}

/** Throws with the command's output when it ends before it prints its address. */
export async function startStudio(home: string, flags: readonly string[] = []): Promise<StudioProcess> {
  const args = [
    join(root, 'main', 'cli', 'main.ts'),
    'studio',
    '--no-open',
    '--no-prepare',
    '--home',
    home,
    '--json',
    ...flags,
  ];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const { address } = await firstAnswer(child);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  };
  return {
    home,
    address,
    pid: child.pid ?? -1,
    enginePids: (purpose) =>
      childrenOf(child.pid ?? -1).filter((pid) => commandLine(pid).includes(`--purpose ${purpose}`)),
    stop: async () => end('SIGINT'),
    kill: async () => end('SIGKILL'),
  };
}

async function firstAnswer(child: ChildProcess): Promise<{ readonly address: string }> {
  return new Promise((resolve, reject) => {
    let output = '';
    const take = (piece: string): void => {
      output += piece;
      const line = output.split('\n').find((part) => part.includes('"address"'));
      if (line !== undefined) resolve(JSON.parse(line) as { address: string });
    };
    child.stdout?.setEncoding('utf8').on('data', take);
    child.stderr?.setEncoding('utf8').on('data', take);
    child.once('exit', (code) => reject(new Error(`The studio ended with ${code}:\n${output}`)));
  });
}

/** Linux alone: browser tests need its Chromium anyway. */
function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
}

function parentOf(pid: number): number | undefined {
  const stat = readProc(pid, 'stat');
  return stat === '' ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function commandLine(pid: number): string {
  return readProc(pid, 'cmdline').replaceAll('\0', ' ');
}

/** Empty for a process that has ended meanwhile. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
