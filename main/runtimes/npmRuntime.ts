/** The files of a runtime that comes from npm: fetched, thinned out, and each hashed for the manifest. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { CallOptions } from '../contract/progress.ts';
import { installPackages } from './npm.ts';
import { requirePublished } from './npmVersions.ts';
import type { NpmContents, RuntimePackage } from './runtimePackage.ts';
import { hashFile } from './wheel.ts';
import type { UnpackedFile } from './wheel.ts';

export async function fillFromNpm(
  intoDir: string,
  runtime: RuntimePackage,
  contents: NpmContents,
  options: CallOptions,
): Promise<readonly UnpackedFile[]> {
  const { id, version, unpackedBytes } = runtime;
  const { dependencies, lock, unneeded } = contents;
  await requirePublished(runtime, contents, options.signal);
  await installPackages({ id, version, dependencies, lock, unpackedBytes, intoDir, ...options });
  const files: UnpackedFile[] = [];
  for (const path of await listFiles(intoDir)) {
    const file = join(intoDir, path);
    if (unneeded.test(path)) await rm(file);
    else
      files.push({
        path,
        sizeBytes: (await stat(file)).size,
        sha256: await hashFile(file, { signal: options.signal }),
      });
  }
  return files;
}

/** Relative, with `/`. */
async function listFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(dir, join(parentPath, name)).replaceAll(sep, '/')).sort();
}
