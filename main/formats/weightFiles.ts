/**
 * Which files of a model folder hold its weights: one safetensors, shards listed by an index, or a GGUF. Links are
 * followed (the Hugging Face cache is made of them), but a shard's name in an index is a plain file name.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { GraftError, type Problem, problemOf, toGraftError } from '../contract/errors.ts';
import { problemList } from '../contract/problemList.ts';
import { refuseForeignFile } from './foreignFile.ts';
import { readJsonObject } from './jsonFile.ts';
import { weightWords as words } from '../contract/words/weights.ts';

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

/**
 * `path`: a folder or a .gguf file. Throws GraftError with a remedy when there is nothing that can be read, or too
 * much.
 */
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
  throw new GraftError('invalid', words.neither({ file: path }), {
    file: path,
    remedy: words.nameModel(),
  });
}

function readShardIndex(path: string): ShardIndex {
  const weightMap = readJsonObject(path).weight_map;
  const problems: Problem[] = [];
  const shards = new Map<string, string>();
  if (typeof weightMap !== 'object' || weightMap === null || Array.isArray(weightMap)) {
    problems.push(problemOf('weight_map', words.weightMap()));
  } else {
    for (const [name, file] of Object.entries(weightMap)) {
      if (isShardName(file)) shards.set(name, join(path, '..', file));
      else problems.push(problemOf(`weight_map.${name}`, words.noShardName({ name: JSON.stringify(file) })));
    }
  }
  if (problems.length === 0) return { path, shards };
  const problem = problemList(problems.slice(0, 1), 1, 'ofField');
  throw new GraftError('invalid', words.indexDoesNotHold({ file: path, problem }), {
    file: path,
    field: problems[0]?.field,
    problems: problems.slice(0, 100),
    remedy: words.fetchModel(),
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
    return new GraftError('invalid', words.severalGgufs({ dir, files: ggufs }), {
      file: dir,
      remedy: words.nameOne(),
    });
  }
  if (names.includes('adapter_config.json')) {
    return new GraftError('invalid', words.isAdapter({ dir }), { file: dir, remedy: words.importAdapter() });
  }
  const pickled = names.find((name) => pickleNames.test(name));
  if (pickled) return pickle(join(dir, pickled));
  return new GraftError('invalid', words.none({ dir, files: [singleName, indexName] }), {
    file: dir,
    remedy: words.nameWhole(),
  });
}

function pickle(file: string): GraftError {
  return new GraftError('unsupported', words.pickle({ file }), {
    file,
    remedy: words.modelWithoutPickle(),
  });
}
