/**
 * What the last self-test of each backend found, kept in the user's cache: `auto` goes by it. It counts for the version
 * of the runtime that was tested, and no other.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { KeptTest } from '../../backends/backendSpec.ts';
import type { SelfTestResult } from '../../contract/engine.ts';
import { englishOf } from '../../contract/words/words.ts';
import { writeFileAtomic } from '../../formats/atomicFile.ts';
import { tryParseJson } from '../../formats/jsonText.ts';

const keptSchema = z.record(
  z.string(),
  z.object({
    version: z.string(),
    device: z.string(),
    isSoftware: z.boolean(),
    failed: z.string().nullable(),
    stepGflops: z.number().nullable(),
  }),
);
type Kept = z.infer<typeof keptSchema>;

const fileOf = (cacheDir: string): string => join(cacheDir, 'self-tests.json');

/** undefined: of this version there is none. */
export function findKeptTest(cacheDir: string, place: string, version: string): KeptTest | undefined {
  const test = readKept(cacheDir)[place];
  return test?.version === version ? test : undefined;
}

export async function keepTest(
  cacheDir: string,
  place: string,
  version: string,
  result: SelfTestResult,
): Promise<void> {
  const { device, checks, isSoftware = false, step } = result;
  const failed = checks.filter(({ passed }) => !passed);
  const test = {
    ...{ version, device: englishOf(device), isSoftware, stepGflops: step?.gflops ?? null },
    failed:
      failed.length === 0
        ? null
        : failed.map(({ name, detail }) => `${englishOf(name)}: ${englishOf(detail)}`).join('; '),
  };
  await writeFileAtomic(
    fileOf(cacheDir),
    `${JSON.stringify({ ...readKept(cacheDir), [place]: test }, undefined, 2)}\n`,
  );
}

/** One that cannot be read is none: the next test writes another. */
function readKept(cacheDir: string): Kept {
  const file = fileOf(cacheDir);
  if (!existsSync(file)) return {};
  const parsed = keptSchema.safeParse(tryParseJson(readFileSync(file, 'utf8')));
  return parsed.success ? parsed.data : {};
}
