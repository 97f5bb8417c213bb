/**
 * A user of the command line with a data folder of their own, `--home` and `--json` on each command. Commands run
 * within the test's process; those that are started, to be interrupted, are real ones.
 */
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect } from 'vitest';
import type { z } from 'zod';
import { openCli, type OpenCli } from '../cli/openCli.ts';
import { type CliResult, runCli, startCli } from '../cli/runCli.ts';
import { waitForStep } from '../support/runProgress.ts';
import { errorSchema, runSchema, type ErrorAnswer, type RunJson } from './jsonContract.ts';

export class Graft {
  /** The caller's folder. */
  readonly dir = mkdtempSync(join(tmpdir(), 'graft-acceptance-'));
  readonly home = join(this.dir, 'home');
  /** Where GRAFT_HOME points: nothing may appear there, since every command names --home. */
  readonly #elsewhere = join(this.dir, 'elsewhere');
  readonly #open: OpenCli | undefined;

  /** `keepsOpen`: one studio for all commands, so that a model is loaded once for many questions. */
  constructor({ keepsOpen = false } = {}) {
    if (keepsOpen) this.#open = openCli({ home: this.#elsewhere, cwd: this.dir });
  }

  run(...args: readonly string[]): Promise<CliResult> {
    if (this.#open !== undefined) return this.#open.run(...args, '--home', this.home);
    return runCli(this.#withFlags(args), { home: this.#elsewhere, cwd: this.dir });
  }

  /** What the process prints is read away unless the test reads it, so that it never waits for a reader. */
  start(...args: readonly string[]): ChildProcess {
    const child = startCli(this.#withFlags(args), { home: this.#elsewhere, cwd: this.dir });
    child.stdout?.resume();
    child.stderr?.resume();
    return child;
  }

  /** The answer of a command that must succeed. */
  async done<T extends z.ZodType>(schema: T, ...args: readonly string[]): Promise<z.infer<T>> {
    const { status, stdout, stderr, json } = await this.run(...args);
    if (status !== 0) throw new Error(`${args.join(' ')} ended in ${status}:\n${stdout}${stderr}`);
    return schema.parse(json());
  }

  /** The error of a command that must fail with status 1: exactly one JSON value on stdout. */
  async refused(...args: readonly string[]): Promise<ErrorAnswer> {
    const { status, stdout, stderr, json } = await this.run(...args);
    if (status !== 1) throw new Error(`${args.join(' ')} ended in ${status}, not 1:\n${stdout}${stderr}`);
    const answer = json() as { readonly error?: unknown };
    return errorSchema.parse(answer.error);
  }

  showRun(idOrName: string): Promise<RunJson> {
    return this.done(runSchema, 'run', 'show', idOrName);
  }

  /** What `run show` tells once the run of this name has more steps than that. */
  async waitForStep(name: string, step: number): Promise<RunJson> {
    await waitForStep(this.home, name, step);
    return this.showRun(name);
  }

  /** Every file in the data folder but the database's own and the logs, which each command writes. */
  listing(): string[] {
    if (!existsSync(this.home)) return [];
    const entries = readdirSync(this.home, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(this.home, join(entry.parentPath, entry.name)));
    return files.filter((path) => !/^(graft\.db|logs|backups|locks)/.test(path)).sort();
  }

  async dispose(): Promise<void> {
    await this.#open?.close();
    expect(existsSync(this.#elsewhere), 'a data folder where none was asked for').toBe(false);
    rmSync(this.dir, { recursive: true, force: true });
  }

  #withFlags(args: readonly string[]): string[] {
    return [...args, '--home', this.home, '--json'];
  }
}

/** `{ rank: 4, shuffle: false }` as `--rank 4 --no-shuffle`; a switch is a flag without value. */
export function flags(values: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (typeof value !== 'boolean') return [`--${name}`, String(value)];
    return [value ? `--${name}` : `--no-${name}`];
  });
}
