import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Sends the signals at these times after the program is ready; returns its status and what it printed. */
async function interrupted(
  savingMs: number,
  atMs: readonly number[],
): Promise<{ status: number | null; stdout: string }> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('interruptible.ts', import.meta.url)), String(savingMs)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let stdout = '';
  child.stdout.on('data', (piece: Buffer) => {
    stdout += piece.toString();
    if (stdout === 'ready\n') for (const ms of atMs) setTimeout(() => child.kill('SIGINT'), ms);
  });
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, stdout };
}

describe('Ctrl-C', () => {
  it('once, arriving three times (terminal, npm, start.mjs), still lets the command save', async () => {
    const { status, stdout } = await interrupted(300, [0, 1, 10]);
    expect(stdout).toContain('saved');
    expect(status).toBe(0);
  });

  it('pressed again later ends the command at once', async () => {
    const { status, stdout } = await interrupted(60_000, [0, 1_000]);
    expect(stdout).not.toContain('saved');
    expect(status).toBe(130);
  });
});
