/**
 * What is installed, from the manifests in the cache folder `<cache>/runtimes/<id>-<version>/runtime.json`. Finding
 * looks at names and sizes only, so it costs nothing at start; `verifyRuntime` reads every byte.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { CallOptions } from '../contract/progress.ts';
import type { Runtime } from '../contract/machine.ts';
import { llamaCppModule } from './llamaCppPackages.ts';
import { librarySubfolder } from './tensorflowPackages.ts';
import { hashFile } from './wheel.ts';
import { progressWords } from '../contract/words/progress.ts';

export const manifestName = 'runtime.json';

const manifestSchema = z.object({
  id: z.string(),
  version: z.string(),
  platform: z.string(),
  /** Of a runtime that came in wheels. */
  wheels: z.array(z.object({ fileName: z.string(), sha256: z.string() })).optional(),
  files: z.array(z.object({ path: z.string(), sizeBytes: z.number(), sha256: z.string() })),
});

/** What `runtime.json` says: where the files came from, and what they must be. */
export type RuntimeManifest = z.infer<typeof manifestSchema>;

export function runtimesDir(cacheDir: string): string {
  return join(cacheDir, 'runtimes');
}

/**
 * Every installed runtime, or those whose id begins so, newest version of each id first. `verified` means that all
 * files are there with their sizes; a folder without a readable manifest is no runtime.
 */
export function listRuntimes(cacheDir: string, id = ''): Runtime[] {
  const dir = runtimesDir(cacheDir);
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => !name.startsWith('.') && name.startsWith(id))
    .map((name) => readRuntime(join(dir, name)))
    .filter((runtime) => runtime !== undefined)
    .sort((a, b) => a.id.localeCompare(b.id) || b.version.localeCompare(a.version, 'en', { numeric: true }));
}

/** The newest complete runtime of this id, or undefined. */
export function findRuntime(id: string, cacheDir: string): Runtime | undefined {
  return listRuntimes(cacheDir, id).find((runtime) => runtime.id === id && runtime.verified);
}

/** What `EngineSettings.libraryDir` names: the folder with the libraries of TensorFlow, or all of another runtime. */
export function libraryDirOf({ id, dir }: Runtime): string {
  return id === 'webgpu' ? dir : join(dir, librarySubfolder);
}

/** The module to import of the runtime `llama.cpp`, for `LlamaCppSettings.modulePath`. */
export function llamaCppModuleOf(runtime: Runtime): string {
  return join(runtime.dir, llamaCppModule);
}

/**
 * Hashes every file. Returns the paths that are missing or differ; empty means intact. Throws GraftError('cancelled').
 */
export async function verifyRuntime(runtime: Runtime, options: CallOptions = {}): Promise<string[]> {
  const files = readManifest(runtime.dir)?.files ?? [];
  const wrong: string[] = [];
  for (const { path, sizeBytes, sha256 } of files) {
    const file = join(runtime.dir, path);
    const intact =
      sizeOf(file) === sizeBytes &&
      (await hashFile(file, { ...options, label: progressWords.checkingFile({ what: path }), sizeBytes })) === sha256;
    if (!intact) wrong.push(path);
  }
  return wrong;
}

function readRuntime(dir: string): Runtime | undefined {
  const manifest = readManifest(dir);
  if (manifest === undefined) return undefined;
  const { id, version, files } = manifest;
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const verified = files.every((file) => sizeOf(join(dir, file.path)) === file.sizeBytes);
  return { id, version, dir, sizeBytes, verified };
}

function readManifest(dir: string): RuntimeManifest | undefined {
  const file = join(dir, manifestName);
  if (!existsSync(file)) return undefined;
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined; // a folder that is not ours, or damaged: installing again replaces it
  }
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}
