/**
 * Where the programs of other processes and threads are. They are named without an ending: .ts as written, .js once
 * compiled.
 */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The file `name` (relative, without ending) beside the module `near` (its import.meta.url). */
export function programFile(name: string, near: string): string {
  return fileURLToPath(new URL(`${name}${extname(near)}`, near));
}
