/**
 * What a person names or drops as an adapter: its folder, a folder that holds nothing but it, one of its two files, or weights
 * of another name beside an adapter_config.json. Weights of another name are shown to the import under the usual one.
 */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { GraftError } from '../contract/errors.ts';
import { peftConfigName, peftWeightsName } from '../formats/peftFolder.ts';

/** Runs `work` with the PEFT folder, and the name that the adapter would have. Throws GraftError('invalid') for other files. */
export async function withAdapterFolder<T>(path: string, work: (dir: string, name: string) => Promise<T>): Promise<T> {
  const source = resolve(path);
  if (lstatSync(source, { throwIfNoEntry: false })?.isFile() !== true) {
    const dir = folderWithin(source);
    return work(dir, basename(dir));
  }
  const [dir, file] = [dirname(source), basename(source)];
  if (file === peftConfigName || file === peftWeightsName) return work(dir, basename(dir));
  if (extname(file) === '.safetensors' && existsSync(join(dir, peftConfigName))) return withUsualNames(source, work);
  throw new GraftError('invalid', `${path} is no adapter that can be imported.`, {
    file: path,
    remedy: `Name the folder with ${peftConfigName}, or a .safetensors file beside one. An archive of adapters is opened as an archive.`,
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
