/**
 * The command line in a folder and a home of its own: `runCli` within the test's process, with everything that main.ts
 * gives a command put in its place, `runProcess` and `startCli` as the real command in a process of its own.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { runCommandLine } from '../../main/cli/commandLine.ts';
import { errorSchema, type ErrorAnswer } from '../acceptance/jsonContract.ts';
import { memorySurroundings } from './memorySurroundings.ts';

const main = fileURLToPath(new URL('../../main/cli/main.ts', import.meta.url));

const failureSchema = z.object({ error: errorSchema });

export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of stdout; throws when it is not exactly one JSON value. */
  json(): unknown;
  /** The error that stdout is, parsed as scripts rely on it. */
  error(): ErrorAnswer;
}

export interface CliOptions {
  readonly home: string;
  readonly cwd?: string;
  /** Beside those of this process; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What the person types, of `runCli` alone. */
  readonly stdin?: string;
}

/** What a command has in its environment. */
export function environment({ home, env }: CliOptions): NodeJS.ProcessEnv {
  const { GRAFT_HOME: _, ...inherited } = process.env;
  return { ...inherited, NO_COLOR: '1', GRAFT_HOME: home, ...env };
}

/** Within this process: a tenth of a second instead of one. Engines are real processes all the same. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const surroundings = memorySurroundings({ env: environment(options), cwd: options.cwd, stdin: options.stdin });
  const status = await runCommandLine(args, surroundings);
  return resultOf(status, surroundings.written.stdout, surroundings.written.stderr);
}

/** The real command, as a child process. */
export function runProcess(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return new Promise((resolve) => {
    const settings = { cwd: options.cwd, env: environment(options), maxBuffer: 2 ** 28 };
    const child = execFile(process.execPath, [main, ...args], settings, (_error, stdout, stderr) => {
      resolve(resultOf(child.exitCode, stdout, stderr));
    });
  });
}

/** The real command, for tests that interrupt or kill it. */
export function startCli(args: readonly string[], options: CliOptions): ChildProcess {
  return spawn(process.execPath, [main, ...args], {
    cwd: options.cwd,
    env: environment(options),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

export function resultOf(status: number | null, stdout: string, stderr: string): CliResult {
  const json = (): unknown => JSON.parse(stdout);
  return { status, stdout, stderr, json, error: () => failureSchema.parse(json()).error };
}
