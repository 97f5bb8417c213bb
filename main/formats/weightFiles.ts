/**
 * Which files of a model folder hold its weights: one safetensors, shards listed by an index, or a GGUF. Links are
 * followed (the Hugging Face cache is made of them), but a shard's name in an index is a plain file name.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { GraftError, toGraftError } from '../contract/errors.ts';
import type { Problem } from '../contract/errors.ts';
import { refuseForeignFile } from './foreignFile.ts';
import { readJsonObject } from './jsonFile.ts';

export type WeightFiles =
  | { readonly format: 'safetensors'; readonly files: readonly string[]; readonly index: ShardIndex | null }
  | { readonly format: 'gguf'; readonly files: readonly string[] };

export interface ShardIndex {
  readonly path: string;
  /** Tensor name to absolute path of its shard. */
  readonly shards: ReadonlyMap<string, string>;
}

const singleName = 'model.safetensors';
const indexName = 'model.safetensors.index.json';
const pickleNames = /^(pytorch_model.*\.bin|.*\.(pt|pth|ckpt|pkl)|consolidated.*\.pth)$/;

/** `path`: a folder or a .gguf file. Throws GraftError with a remedy when there is nothing that can be read, or too much. */
export function findWeightFiles(path: string): WeightFiles {
  if (!isDir(path)) return findSingleFile(path);
  const names = readdirSync(path);
  if (names.includes(singleName)) return { format: 'safetensors', files: [join(path, singleName)], index: null };
  if (names.includes(indexName)) {
    const index = readShardIndex(join(path, indexName));
    return { format: 'safetensors', files: [...new Set(index.shards.values())].sort(), index };
  }
  const ggufs = names.filter((name) => name.toLowerCase().endsWith('.gguf')).sort();
  const [only] = ggufs;
  if (only && ggufs.length === 1) return { format: 'gguf', files: [join(path, only)] };
  throw nothingToRead(path, names, ggufs);
}

function findSingleFile(path: string): WeightFiles {
  const name = basename(path).toLowerCase();
  if (!pickleNames.test(name)) refuseForeignFile(path, 'model');
  if (name.endsWith('.gguf')) return { format: 'gguf', files: [path] };
  if (pickleNames.test(name) || name.endsWith('.bin')) throw pickle(path);
  throw new GraftError('invalid', `${path} is neither a model folder nor a GGUF file.`, {
    file: path,
    remedy: 'Name the folder that holds config.json and the weights, or a file that ends in .gguf.',
  });
}

function readShardIndex(path: string): ShardIndex {
  const weightMap = readJsonObject(path).weight_map;
  const problems: Problem[] = [];
  const shards = new Map<string, string>();
  if (typeof weightMap !== 'object' || weightMap === null || Array.isArray(weightMap)) {
    problems.push({ field: 'weight_map', message: 'must map tensor names to file names' });
  } else {
    for (const [name, file] of Object.entries(weightMap)) {
      if (isShardName(file)) shards.set(name, join(path, '..', file));
      else
        problems.push({
          field: `weight_map.${name}`,
          message: `${JSON.stringify(file)} is not the name of a safetensors file in this folder`,
        });
    }
  }
  if (problems.length === 0) return { path, shards };
  throw new GraftError('invalid', `${path} does not hold: ${problems[0]?.field}: ${problems[0]?.message}.`, {
    file: path,
    field: problems[0]?.field,
    problems: problems.slice(0, 100),
    remedy: 'Fetch the model again.',
  });
}

function isShardName(file: unknown): file is string {
  return typeof file === 'string' && /^[^/\\\0]+\.safetensors$/.test(file);
}

function isDir(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw toGraftError(error);
  }
}

function nothingToRead(dir: string, names: readonly string[], ggufs: readonly string[]): GraftError {
  if (ggufs.length > 1) {
    return new GraftError('invalid', `${dir} holds ${ggufs.length} GGUF files: ${ggufs.join(', ')}.`, {
      file: dir,
      remedy: 'Name the one file you want.',
    });
  }
  if (names.includes('adapter_config.json')) {
    return new GraftError('invalid', `${dir} is an adapter, not a model.`, { file: dir, remedy: 'Import it as an adapter.' });
  }
  const pickled = names.find((name) => pickleNames.test(name));
  if (pickled) return pickle(join(dir, pickled));
  return new GraftError('invalid', `${dir} holds no weights: no ${singleName}, no ${indexName}, no .gguf file.`, {
    file: dir,
    remedy: 'Name a folder that holds a whole model.',
  });
}

function pickle(file: string): GraftError {
  return new GraftError(
    'unsupported',
    `${file} is a pickle, a file that can run any program when it is opened. Graft does not open pickles.`,
    {
      file,
      remedy: 'Fetch the model in safetensors or GGUF form, or convert it with save_pretrained(dir, safe_serialization=True).',
    },
  );
}
