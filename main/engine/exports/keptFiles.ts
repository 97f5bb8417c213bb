/** An adapter's folder as it is kept, for exports that hand it on as it is. */
import { statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unscaledWords } from '../../contract/words/unscaled.ts';
import type { Said } from '../../contract/words/words.ts';
import { peftConfigName, peftWeightsName } from '../../formats/peftFolder.ts';
import type { AdapterWeights } from '../adapters/adapterMethod.ts';
import type { ExportJob } from './weightExport.ts';

type KeptFolder = Pick<ExportJob, 'adapterDir'>;

export function keptBytes(job: KeptFolder): number {
  return kept(job).reduce((sum, { path }) => sum + statSync(path).size, 0);
}

export async function copyKept(job: KeptFolder & Pick<ExportJob, 'outDir'>): Promise<void> {
  for (const { path, name } of kept(job)) await copyFile(path, join(job.outDir, name));
}

/** Loaders of adapters have a scale too. */
export function unscaledNotes({ replaced }: Pick<AdapterWeights, 'replaced'>): readonly Said[] {
  return replaced === undefined || replaced.names.length === 0
    ? []
    : [unscaledWords.export({ weights: replaced.names })];
}

function kept({ adapterDir }: KeptFolder) {
  return [peftConfigName, peftWeightsName].map((name) => ({ name, path: join(adapterDir ?? '', name) }));
}
