/**
 * How many threads llama.cpp takes here, measured once for a version on a machine and kept beside the runtimes. What
 * was measured while the machine had other work is used too, and measured again at a later chance.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { LlamaCppSettings, LlamaThreads } from '../../contract/engine.ts';
import { writeFileAtomic } from '../../formats/atomicFile.ts';
import { readJsonObject } from '../../formats/jsonFile.ts';
import { runtimesDir } from '../../runtimes/findRuntimes.ts';
import type { Machine } from './machine.ts';

const rateSchema = z.object({ threads: z.number(), token: z.number(), prompt: z.number() });
const keptSchema = z.object({
  /** Of the runtime. */
  version: z.string(),
  cpu: z.string(),
  cores: z.number(),
  /** ISO 8601. */
  at: z.string(),
  sizes: z
    .array(
      z.object({
        hiddenSize: z.number(),
        token: z.number().int().min(1),
        prompt: z.number().int().min(1),
        rates: z.array(rateSchema),
      }),
    )
    .min(1),
  steady: z.boolean(),
});

export type KeptThreads = z.infer<typeof keptSchema>;

const fileName = 'llama.cpp-threads.json';
const unsteadyForMs = 60 * 60 * 1000;

/** Undefined where nothing was measured, or another version, or on another machine. */
export function readKeptThreads(
  cacheDir: string,
  { version, machine }: { readonly version: string; readonly machine: Machine },
): KeptThreads | undefined {
  try {
    const kept = keptSchema.parse(readJsonObject(join(runtimesDir(cacheDir), fileName)));
    const isHere = kept.version === version && kept.cpu === machine.cpu && kept.cores === machine.cores;
    return isHere ? kept : undefined;
  } catch {
    return undefined; // not measured yet, or no file of ours: measuring writes it
  }
}

export async function keepThreads(
  cacheDir: string,
  { threads, version, machine }: { threads: LlamaThreads; version: string; machine: Machine },
): Promise<void> {
  const { cpu, cores } = machine;
  const kept: KeptThreads = keptSchema.parse({ version, cpu, cores, at: new Date().toISOString(), ...threads });
  mkdirSync(runtimesDir(cacheDir), { recursive: true });
  await writeFileAtomic(join(runtimesDir(cacheDir), fileName), `${JSON.stringify(kept, null, 2)}\n`);
}

/** Whether to measure before a model is loaded. */
export function isMeasuringDue(kept: KeptThreads | undefined, now = Date.now()): boolean {
  if (kept === undefined) return true;
  return !kept.steady && now - Date.parse(kept.at) > unsteadyForMs;
}

/** For the engine: figures alone, so that equal choices are equal settings. */
export function measuredOf({ sizes }: KeptThreads): LlamaCppSettings['measured'] {
  return sizes.map(({ hiddenSize, token, prompt }) => ({ hiddenSize, token, prompt }));
}
