/**
 * What a host remembers between its starts, readable by its owner alone: the secret that the browser's cookie carries,
 * so that an open tab survives a restart, and the port, so that the tab's address does. It travels with the data
 * folder.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../formats/atomicFile.ts';
import { tryParseJson } from '../../formats/jsonText.ts';

const sessionSchema = z.object({ secret: z.string().min(32), port: z.int().min(1).max(65535).optional() });
export type Session = z.infer<typeof sessionSchema>;

/** 256 random bits as text that fits into an address and a cookie. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** A file that is missing or damaged counts as a first start. */
export function readSession(file: string): Session {
  if (!existsSync(file)) return { secret: newSecret() };
  const parsed = sessionSchema.safeParse(tryParseJson(readFileSync(file, 'utf8')));
  return parsed.success ? parsed.data : { secret: newSecret() };
}

export async function writeSession(file: string, session: Session): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, JSON.stringify(session), 0o600);
}

/** Cookies do not know ports: two hosts of one machine tell theirs apart by this name. */
export function cookieNameOf({ secret }: Session): string {
  return `graft-${createHash('sha256').update(secret).digest('hex').slice(0, 12)}`;
}
