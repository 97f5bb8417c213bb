/** Runs the real command line as a child process, in a folder and a home of its own. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { errorSchema, type ErrorAnswer } from '../acceptance/jsonContract.ts';

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
  readonly env?: Readonly<Record<string, string>>;
}

function environment({ home, env }: CliOptions): NodeJS.ProcessEnv {
  const { GRAFT_HOME: _, ...inherited } = process.env;
  return { ...inherited, NO_COLOR: '1', GRAFT_HOME: home, ...env };
}

export function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return new Promise((resolve) => {
    const settings = { cwd: options.cwd, env: environment(options), maxBuffer: 2 ** 28 };
    const child = execFile(process.execPath, [main, ...args], settings, (_error, stdout, stderr) => {
      const json = (): unknown => JSON.parse(stdout);
      resolve({ status: child.exitCode, stdout, stderr, json, error: () => failureSchema.parse(json()).error });
    });
  });
}

/** For tests that interrupt or type. */
export function startCli(args: readonly string[], options: CliOptions): ChildProcess {
  return spawn(process.execPath, [main, ...args], { cwd: options.cwd, env: environment(options), stdio: ['pipe', 'pipe', 'pipe'] });
}
