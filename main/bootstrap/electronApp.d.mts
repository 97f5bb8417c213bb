import type { ChildProcess } from 'node:child_process';

type Env = Readonly<Record<string, string | undefined>>;

export function findElectron(folder: string, env?: Env, platform?: NodeJS.Platform): string | undefined;
export function hasDisplay(env?: Env, platform?: NodeJS.Platform): boolean;
export function wantsDesktop(args: readonly string[]): boolean;
export function startElectron(
  binary: string,
  folder: string,
  options: { readonly args: readonly string[]; readonly cwd: string; readonly env?: Env },
): ChildProcess;
