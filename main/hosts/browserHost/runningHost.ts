/**
 * The host that runs on a data folder, so that a second start opens its window instead of being a second host. What the
 * file says is believed only after the host there has shown that it knows the token: the port may be another program's.
 */
import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { writeFileAtomic } from '../../formats/atomicFile.ts';
import { isSame, proofOf, ticketOf } from './access.ts';
import { placesOf } from './places.ts';
import { newSecret } from './session.ts';

const runningSchema = z.object({ port: z.int(), token: z.string() });
export type RunningHost = z.infer<typeof runningSchema>;

const answerTimeoutMs = 3_000;
const pollMs = 200;

/** What a person opens. */
export function addressOf({ port, token }: RunningHost): string {
  return `http://127.0.0.1:${port}/?token=${token}`;
}

/** What a browser is started with: for one use. */
export function openingAddressOf({ port, token }: RunningHost): string {
  return addressOf({ port, token: ticketOf(token) });
}

/** For the person's own account alone: the token opens everything. */
export async function announceRunning(file: string, running: RunningHost): Promise<void> {
  await writeFileAtomic(file, JSON.stringify(running), 0o600);
}

export async function withdrawRunning(file: string): Promise<void> {
  await rm(file, { force: true });
}

/** undefined where none answers. */
export async function findRunningHost(home: string): Promise<RunningHost | undefined> {
  const running = readRunning(placesOf(home).runningFile);
  return running !== undefined && (await knowsToken(running)) ? running : undefined;
}

/** For a start that met another one on its way; undefined when that one does not get there. */
export async function waitForRunningHost(home: string, timeoutMs: number): Promise<RunningHost | undefined> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const running = await findRunningHost(home);
    if (running !== undefined || Date.now() > deadlineMs) return running;
    await sleep(pollMs);
  }
}

function readRunning(file: string): RunningHost | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return runningSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // damaged, or gone by now: as if there were none
  }
}

async function knowsToken({ port, token }: RunningHost): Promise<boolean> {
  const challenge = newSecret();
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/identity?challenge=${challenge}`, {
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    return answer.ok && isSame(await answer.text(), proofOf(token, 'identity', challenge));
  } catch {
    return false; // nobody listens there, or something that is no Graft
  }
}
