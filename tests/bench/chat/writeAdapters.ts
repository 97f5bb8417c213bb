/** Adapters of all linear layers with drawn numbers in place of trained ones: they cost a token the same. */
import path from 'node:path';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import { createRandom } from '../../../main/engine/random.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { writePeftFolder } from '../../../main/formats/peftFolder.ts';
import { getMethodSpec } from '../../../main/methods/registry.ts';
import { initAdapter } from '../../support/initAdapter.ts';

const strength = 0.02;
export const benchMethods: Readonly<Record<string, object>> = {
  lora: { rank: 8, alpha: 16 },
  vera: { rank: 256, saveProjection: false },
};

/** `<dir>/<method><number>`, so many of each method. Returns the folders by method. */
export async function writeAdapters(
  dir: string,
  { modelDir, count }: { readonly modelDir: string; readonly count: number },
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { shape } = inspectModel(modelDir);
  const folders: Record<string, string[]> = {};
  for (const [id, given] of Object.entries(benchMethods)) {
    const options = getMethodSpec(id).options.parse(given);
    folders[id] = [];
    for (let index = 0; index < count; index++) {
      const random = createRandom(index, 'initialisation');
      const weights = await initAdapter(id, { options, targets: shape.linears, shape, random });
      for (const { data } of Object.values(weights.trained))
        if (data.every((value) => value === 0)) data.forEach((_, at) => (data[at] = strength * (random() - 0.5)));
      const folder = path.join(dir, `${id}${index}`);
      await writePeftFolder(folder, getAdapterMethod(id).toPeft(weights, 'bench'));
      folders[id].push(folder);
    }
  }
  return folders;
}
