/**
 * The engine of a killed studio ends by itself, but up to a second later (engine/ownerWatch.ts), and until then it may
 * still write and prune checkpoints. Its process id is kept in the run's folder, so that whoever resumes the run can
 * wait for it. An id that the system has given to another process meanwhile costs a wait, never a kill.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const fileName = 'engine.pid';
const pollMs = 50;

/** Makes the folder where there is none. */
export function noteEngine(runDir: string, pid: number): void {
  mkdirSync(runDir, { recursive: true });
  writeFileSync(join(runDir, fileName), String(pid));
}

/** It ended in front of this process, so that nobody has to wait for it. */
export function forgetEngine(runDir: string): void {
  rmSync(join(runDir, fileName), { force: true });
}

/**
 * Resolves when the engine that last worked in the folder is gone, or after `timeoutMs`: then the id is somebody
 * else's.
 */
export async function lastEngineGone(runDir: string, timeoutMs = 5_000): Promise<void> {
  const file = join(runDir, fileName);
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8'));
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid) && Date.now() < deadline) await sleep(pollMs);
  forgetEngine(runDir);
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
