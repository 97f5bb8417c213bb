/** Places in the data folder's trash and in the cache that more than one wing of the studio knows. */
import { basename, join } from 'node:path';

export const formerFilesPrefix = 'model-files-';

/** `dir`: the folder of the model in the library. */
export function trashedModelDir(home: string, dir: string): string {
  return join(home, 'trash', `model-${basename(dir)}`);
}

/** The small files that the last correction of a model replaced. */
export function formerFilesDir(home: string, id: string): string {
  return join(home, 'trash', formerFilesPrefix + id);
}

/** `dir`: the folder of the dataset in the library. */
export function trashedDatasetDir(home: string, dir: string): string {
  return join(home, 'trash', `dataset-${basename(dir)}`);
}

/** `id`: that of the adapter, which is the name of its folder in the library. */
export function trashedAdapterDir(home: string, id: string): string {
  return join(home, 'trash', `adapter-${id}`);
}

/** llama.cpp's forms of adapters. */
export function convertedAdaptersDir(cacheDir: string): string {
  return join(cacheDir, 'llama.cpp-adapters');
}

/** llama.cpp's forms of bases. */
export function convertedModelsDir(cacheDir: string): string {
  return join(cacheDir, 'llama.cpp-models');
}

/** What was found of llama.cpp's exactness and speed: small, and measured again where it is gone. */
export function engineChecksDir(cacheDir: string): string {
  return join(cacheDir, 'llama.cpp-checks');
}

/** Singular vectors of weights; see keptDecompositions.ts. */
export function decompositionsDir(cacheDir: string): string {
  return join(cacheDir, 'decompositions');
}

/** What Node compiled; of one version of Node and one processor each. */
export function compiledDir(cacheDir: string): string {
  return join(cacheDir, 'compiled');
}
