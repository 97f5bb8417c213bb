/** Where llama.cpp's form of a base is kept: in the cache, by what the base holds; whole or not there. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConvertedPrecision, convertedPrecisions } from '../../../contract/engine.ts';
import type { Model } from '../../../contract/entities.ts';
import { isTemporaryName } from '../../../formats/atomicFile.ts';
import { isWriterGone } from '../../../processes/writerNote.ts';
import { convertedAdaptersDir, convertedModelsDir } from '../../shared/places.ts';

/** Counted up when the conversion changes, so that what an earlier one made is made again. */
const conversion = 1;
const [hashLength, stateLength] = [20, 8];
const computedWith = /\.(safetensors|gguf)$|^config\.json$/;
/** Where nobody said who writes: a process that does touches its files more often. */
const abandonedAfterMs = 10 * 60_000;

/**
 * What a base holds: its hash from the import, and size and time of the files that it computes with, so that files
 * which were exchanged behind the library's back are another base. Throws GraftError where they are gone.
 */
export async function baseKey({ dir, contentHash }: Pick<Model, 'dir' | 'contentHash'>): Promise<string> {
  const names = (await readdir(dir)).filter((name) => computedWith.test(name)).sort();
  const states = names.map(async (name) => {
    const { size, mtimeMs } = await stat(join(dir, name));
    return `${name} ${size} ${Math.floor(mtimeMs)}`;
  });
  const state = (await Promise.all(states)).join('\n');
  const stateHash = createHash('sha256').update(state).digest('hex');
  return `${contentHash.slice(0, hashLength)}-${stateHash.slice(0, stateLength)}-${conversion}`;
}

export interface ConvertedModel {
  readonly dir: string;
  readonly file: string;
  readonly precision: ConvertedPrecision;
}

export function convertedModel(cacheDir: string, key: string, precision: ConvertedPrecision): ConvertedModel {
  const dir = join(convertedModelsDir(cacheDir), `${key}-${precision}`);
  return { dir, file: join(dir, `model-${precision}.gguf`), precision };
}

/** The one that is there, the more precise first. */
export function findConverted(cacheDir: string, key: string): ConvertedModel | undefined {
  const all = convertedPrecisions.map((precision) => convertedModel(cacheDir, key, precision));
  return all.find(({ file }) => existsSync(file));
}

/** Bytes of the file, about. */
export function convertedBytes({ shape }: Pick<Model, 'shape'>, precision: ConvertedPrecision): number {
  return Math.ceil(shape.parameterCount * (precision === 'bf16' ? 2 : 34 / 32));
}

/** Removes what a killed process left half-written, of bases and adapters. Returns how many bytes that were. */
export async function clearAbandoned(cacheDir: string, now = Date.now()): Promise<number> {
  let bytes = 0;
  for (const dir of [convertedModelsDir(cacheDir), convertedAdaptersDir(cacheDir)]) {
    const names = existsSync(dir) ? await readdir(dir) : [];
    for (const path of names.filter(isTemporaryName).map((name) => join(dir, name))) {
      if (!isWriterGone(path) && now - (await lastChange(path)) <= abandonedAfterMs) continue;
      bytes += await filesBytes(path).catch(() => 0);
      await rm(path, { recursive: true, force: true });
    }
  }
  return bytes;
}

async function lastChange(dir: string): Promise<number> {
  const names = await readdir(dir).catch(() => []);
  const times = [dir, ...names.map((name) => join(dir, name))].map(async (path) => (await stat(path)).mtimeMs);
  return Math.max(...(await Promise.all(times.map((time) => time.catch(() => 0)))));
}

/** Of a folder without folders. */
async function filesBytes(dir: string): Promise<number> {
  const sizes = (await readdir(dir)).map(async (name) => (await stat(join(dir, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/**
 * Converted adapters within `budget` bytes: those that were used longest ago go; an engine that has one loaded needs
 * its file no more. `used` was used now and stays. Returns the names of those that went.
 */
export async function keepWithinBudget(
  cacheDir: string,
  { budget, used }: { readonly budget: number; readonly used: string },
): Promise<readonly string[]> {
  if (existsSync(used)) await utimes(used, new Date(), new Date());
  const dir = convertedAdaptersDir(cacheDir);
  const names = (existsSync(dir) ? await readdir(dir) : []).filter((name) => !name.startsWith('.'));
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(dir, name);
      return { name, path, bytes: await filesBytes(path), usedAt: (await stat(path)).mtimeMs };
    }),
  );
  let bytes = found.reduce((sum, each) => sum + each.bytes, 0);
  const gone: string[] = [];
  for (const each of found.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (bytes <= budget) break;
    if (each.path === used) continue;
    await rm(each.path, { recursive: true, force: true });
    bytes -= each.bytes;
    gone.push(each.name);
  }
  return gone;
}
