/** What was found of llama.cpp with a base: one small file, by base, storage and version of llama.cpp. */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { EngineCheck, EngineSpeeds } from '../../../contract/llamaCppUse.ts';
import { writeFileAtomic } from '../../../formats/atomicFile.ts';
import { engineChecksDir } from '../../shared/places.ts';

/** Counted up when a check changes, so that what an earlier one found is found again. */
const checkVersion = 1;

const check = z.object({ tokens: z.number(), difference: z.number(), sameTop: z.number(), bound: z.number() });
const schema = z.object({
  checks: z.record(z.string(), check),
  speeds: z.object({ tensors: z.number(), llamaCpp: z.number() }).nullable(),
});

export interface EngineRecord {
  readonly checks: Readonly<Record<string, EngineCheck>>;
  readonly speeds: EngineSpeeds | null;
}

export interface RecordPlace {
  readonly key: string;
  readonly storage: string;
  /** Of llama.cpp's runtime. */
  readonly version: string;
}

/** Names of checks beside `base`. */
export const methodKey = (method: string): string => `method:${method}`;
export const adapterKey = (hash: string): string => `adapter:${hash}`;

const nothing: EngineRecord = { checks: {}, speeds: null };

/** What cannot be read counts as not measured. */
export function readRecord(cacheDir: string, place: RecordPlace): EngineRecord {
  try {
    return schema.parse(JSON.parse(readFileSync(recordFile(cacheDir, place), 'utf8')));
  } catch {
    return nothing;
  }
}

export async function addToRecord(
  cacheDir: string,
  place: RecordPlace,
  found: { readonly checks?: EngineRecord['checks']; readonly speeds?: EngineSpeeds },
): Promise<void> {
  const file = recordFile(cacheDir, place);
  const before = readRecord(cacheDir, place);
  const record = { checks: { ...before.checks, ...found.checks }, speeds: found.speeds ?? before.speeds };
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, JSON.stringify(record));
}

function recordFile(cacheDir: string, { key, storage, version }: RecordPlace): string {
  return join(engineChecksDir(cacheDir), `${key}-${storage}-${version}-${checkVersion}.json`);
}
