/** A VeRA adapter over all linear layers with drawn vectors in place of trained ones: it costs a token the same. */
import { getMethodSpec } from '../../../main/methods/registry.ts';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import { initAdapter } from '../../support/initAdapter.ts';
import { createRandom } from '../../../main/engine/random.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { writePeftFolder } from '../../../main/formats/peftFolder.ts';

const strength = 0.2;

export async function writeDrawnVera(
  folder: string,
  { modelDir, seed }: { readonly modelDir: string; readonly seed: number },
): Promise<void> {
  const { shape } = inspectModel(modelDir);
  const method = getAdapterMethod('vera');
  const random = createRandom(seed, 'initialisation');
  const options = getMethodSpec('vera').options.parse({ rank: 256, saveProjection: false });
  const weights = await initAdapter('vera', { options, targets: shape.linears, shape, random });
  for (const [name, { data }] of Object.entries(weights.trained)) {
    if (name.endsWith('lambda_b')) data.forEach((_, at) => (data[at] = strength * (random() - 0.5)));
  }
  await writePeftFolder(folder, method.toPeft(weights, 'bench'));
}
