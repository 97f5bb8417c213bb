/** What a number of resident VeRA adapters take in a process that serves SmolLM2: one process without and with them. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

export interface ResidentMemory {
  readonly count: number;
  readonly added_mb: number;
  readonly kb_each: number;
  readonly load_ms_p50: number;
}

export function residentMemory(asked: {
  readonly modelDir: string;
  readonly adapterDir: string;
  readonly count: number;
}): ResidentMemory {
  const script = path.join(import.meta.dirname, 'residentOnce.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', script, JSON.stringify(asked)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`residentOnce ended with ${String(status)}:\n${stderr.slice(-2000)}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ResidentMemory;
}
