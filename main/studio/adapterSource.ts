/**
 * What a person names or drops as an adapter: its folder, a folder that holds nothing but it, one of its two files, weights
 * of another name beside an adapter_config.json, or a GGUF LoRA. The last two are shown to the import as a PEFT folder.
 */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Model } from '../contract/entities.ts';
import { GraftError } from '../contract/errors.ts';
import { peftConfigName, peftWeightsName } from '../formats/peftFolder.ts';
import { withPeftOfGguf } from './ggufAdapter.ts';

/**
 * Runs `work` with the PEFT folder, and the name that the adapter would have. `model` is what a GGUF LoRA cannot do without.
 * Throws GraftError('invalid') for other files.
 */
export async function withAdapterFolder<T>(
  path: string,
  model: Model | undefined,
  work: (dir: string, name: string) => Promise<T>,
): Promise<T> {
  const source = resolve(path);
  if (lstatSync(source, { throwIfNoEntry: false })?.isFile() !== true) {
    const dir = folderWithin(source);
    const gguf = onlyGguf(dir);
    return gguf === undefined ? work(dir, basename(dir)) : withPeftOfGguf(gguf, model, work);
  }
  if (extname(source).toLowerCase() === '.gguf') return withPeftOfGguf(source, model, work);
  const [dir, file] = [dirname(source), basename(source)];
  if (file === peftConfigName || file === peftWeightsName) return work(dir, basename(dir));
  if (extname(file) === '.safetensors' && existsSync(join(dir, peftConfigName))) return withUsualNames(source, work);
  throw new GraftError('invalid', `${path} is no adapter that can be imported.`, {
    file: path,
    remedy: `Name the folder with ${peftConfigName}, a .safetensors file beside one, or a GGUF LoRA. An archive of adapters is opened as an archive.`,
  });
}

/** The folder itself, or the only folder in it, as drops of a parent folder and unpacked archives have it. */
function folderWithin(dir: string): string {
  if (existsSync(join(dir, peftConfigName)) || !existsSync(dir)) return dir;
  const folders = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const [only] = folders;
  const inner = only === undefined || folders.length > 1 ? undefined : join(dir, only.name);
  return inner !== undefined && existsSync(join(inner, peftConfigName)) ? inner : dir;
}

/** The file of an exported GGUF LoRA, which has a card and a Modelfile beside it. */
function onlyGguf(dir: string): string | undefined {
  if (existsSync(join(dir, peftConfigName)) || !existsSync(dir)) return undefined;
  const [only, ...others] = readdirSync(dir).filter((name) => extname(name).toLowerCase() === '.gguf');
  return only === undefined || others.length > 0 ? undefined : join(dir, only);
}

async function withUsualNames<T>(weights: string, work: (dir: string, name: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'graft-adapter-'));
  try {
    await copyFile(join(dirname(weights), peftConfigName), join(dir, peftConfigName));
    await copyFile(weights, join(dir, peftWeightsName));
    return await work(dir, basename(weights, extname(weights)));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
