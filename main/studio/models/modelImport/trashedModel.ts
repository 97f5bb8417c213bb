/** Where in the data folder's trash things of a model lie. */
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
