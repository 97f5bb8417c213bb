/**
 * What a person names or drops as an adapter: its folder, a folder that holds nothing but it, one of its files, weights
 * of another name beside an adapter_config.json, a GGUF LoRA, and folders of programs that lay adapters out in their
 * own way. Whatever is not PEFT's folder already is shown to the import as one.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Model } from '../../../contract/entities.ts';
import { GraftError } from '../../../contract/errors.ts';
import {
  adapterWeightsNames,
  findAdapterLayout,
  readForeignAdapter,
} from '../../../formats/adapterLayouts/registry.ts';
import { refuseForeignFile } from '../../../formats/foreignFile.ts';
import {
  findInPeftFolder,
  peftConfigName,
  peftPromptNames,
  peftWeightsName,
  writePeftFolder,
} from '../../../formats/peftFolder.ts';
import { withPeftOfGguf } from './ggufAdapter.ts';
import { libraryWords } from '../../../contract/words/library.ts';

export interface AdapterSource {
  /** PEFT's. */
  readonly dir: string;
  /** What the adapter would be called. */
  readonly name: string;
  /** The program whose layout it had; null for PEFT's own. */
  readonly convertedFrom: string | null;
}

type Work<T> = (source: AdapterSource) => Promise<T>;

/**
 * Runs `work` with the PEFT folder. `model` is what a GGUF LoRA cannot do without. Throws GraftError('invalid' |
 * 'unsupported') for other files.
 */
export async function withAdapterFolder<T>(path: string, model: Model | undefined, work: Work<T>): Promise<T> {
  const source = resolve(path);
  const ofGguf = async (dir: string, name: string): Promise<T> =>
    work({ dir, name, convertedFrom: 'llama.cpp (GGUF)' });
  if (statSync(source, { throwIfNoEntry: false })?.isFile() !== true) {
    const dir = folderWithin(source);
    const gguf = onlyGguf(dir);
    return gguf === undefined ? withFolder(dir, work) : withPeftOfGguf(gguf, model, ofGguf);
  }
  refuseForeignFile(source, 'adapter');
  if (extname(source).toLowerCase() === '.gguf') return withPeftOfGguf(source, model, ofGguf);
  const [dir, file] = [dirname(source), basename(source)];
  if (file === peftConfigName || adapterWeightsNames.includes(file)) return withFolder(dir, work);
  if (extname(file) === '.safetensors' && existsSync(join(dir, peftConfigName))) return withUsualNames(source, work);
  throw new GraftError('invalid', libraryWords.noAdapter({ path }), {
    file: path,
    remedy: libraryWords.nameAdapter({ config: peftConfigName }),
  });
}

async function withFolder<T>(dir: string, work: Work<T>): Promise<T> {
  const layout = findAdapterLayout(dir);
  const name = basename(dir);
  if (layout === undefined) return work({ dir, name, convertedFrom: null });
  return withTemporaryDir(async (temporary) => {
    const converted = join(temporary, 'adapter');
    await writePeftFolder(converted, readForeignAdapter(dir, layout));
    return work({ dir: converted, name, convertedFrom: layout.tool });
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

async function withUsualNames<T>(weights: string, work: Work<T>): Promise<T> {
  return withTemporaryDir(async (dir) => {
    await copyFile(join(dirname(weights), peftConfigName), join(dir, peftConfigName));
    await copyFile(weights, join(dir, peftWeightsName));
    for (const name of peftPromptNames) {
      const own = findInPeftFolder(dirname(weights), name);
      if (own !== undefined) await copyFile(own, join(dir, name));
    }
    return work({ dir, name: basename(weights, extname(weights)), convertedFrom: null });
  });
}

async function withTemporaryDir<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'graft-adapter-'));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
