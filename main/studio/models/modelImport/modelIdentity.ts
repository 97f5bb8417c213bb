/**
 * What makes a model the same model: its weights, its configuration, and everything that decides how text becomes ids.
 * Its card and its licence do not. A model that has nothing beside weights and config.json is told by these alone.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Model } from '../../../contract/entities.ts';
import type { CallOptions } from '../../../contract/progress.ts';
import { documentNames, modelFileNames } from '../../../formats/modelFolder.ts';
import type { InspectedModel } from '../../../formats/modelFolder.ts';
import { hashInSteps } from '../../shared/copyFiles.ts';

export type ModelIdentity = Pick<Model, 'contentHash' | 'computationHash'> & { readonly weightsHash: string };

const configName = 'config.json';
/** In the order in which they are hashed. */
const identityNames = modelFileNames.filter((name) => name !== configName && !documentNames.includes(name));

/** Reads every file once. Throws GraftError('cancelled' | 'notFound'). */
export async function identifyModel(inspected: InspectedModel, options: CallOptions): Promise<ModelIdentity> {
  const { weightFiles, contentFiles, otherFiles } = inspected;
  const [weightsHash = '', computationHash = ''] = await hashInSteps(
    [weightFiles, contentFiles.slice(weightFiles.length)],
    options,
  );
  return { weightsHash, computationHash, contentHash: await contentHashOf(computationHash, otherFiles) };
}

/** Of the weights and configuration with these files beside them; files that do not make the model are passed over. */
export async function contentHashOf(computationHash: string, files: readonly string[]): Promise<string> {
  const named = new Map(files.map((file) => [basename(file), file]));
  const hash = createHash('sha256').update(computationHash);
  let count = 0;
  for (const name of identityNames) {
    const file = named.get(name);
    if (file === undefined) continue;
    const bytes = await readFile(file);
    hash.update(`\n${name} ${bytes.byteLength}\n`).update(bytes);
    count += 1;
  }
  return count === 0 ? computationHash : hash.digest('hex');
}

/** The files of a model's folder beside its weights. */
export function smallFilesIn(dir: string): readonly string[] {
  return modelFileNames.map((name) => join(dir, name)).filter((file) => existsSync(file));
}

/** The documents of `from` that `kept` lacks or has otherwise. */
export async function differingDocuments(from: readonly string[], kept: string): Promise<readonly string[]> {
  const documents = from.filter((file) => documentNames.includes(basename(file)));
  const differ = await Promise.all(
    documents.map(async (file) => !(await haveSameContent(file, join(kept, basename(file))))),
  );
  return documents.filter((_, index) => differ[index]).map((file) => basename(file));
}

/** Of files small enough to be read whole. */
export async function haveSameContent(file: string, kept: string): Promise<boolean> {
  if (!existsSync(kept)) return false;
  const [bytes, keptBytes] = await Promise.all([readFile(file), readFile(kept)]);
  return bytes.equals(keptBytes);
}
