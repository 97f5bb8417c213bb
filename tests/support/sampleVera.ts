/**
 * VeRA adapters for the sample model with drawn vectors: enough to make it say something else, and each something of
 * its own.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getMethodSpec } from '../../main/methods/registry.ts';
import { getAdapterMethod } from '../../main/engine/adapters/registry.ts';
import { createRandom } from '../../main/engine/random.ts';
import { inspectModel } from '../../main/formats/modelFolder.ts';
import { initAdapter } from './initAdapter.ts';
import { writePeftFolder } from '../../main/formats/peftFolder.ts';

export const sampleModelDir = fileURLToPath(new URL('../../resources/sample-model', import.meta.url));

/** Of the drawn vectors; the method's own beginning is zero. */
const strength = 40;

/** Writes `<dir>/<name>` and gives it back. */
export async function writeSampleVera(dir: string, name: string, seed: number): Promise<string> {
  const { shape } = inspectModel(sampleModelDir);
  const method = getAdapterMethod('vera');
  const random = createRandom(seed, 'initialisation');
  const targets = shape.linears.filter(({ name: path }) => /\.(q_proj|v_proj|down_proj)$/.test(path));
  const options = getMethodSpec('vera').options.parse({ rank: 16, targets: ['q_proj', 'v_proj', 'down_proj'] });
  const weights = await initAdapter('vera', { options, targets, shape, random });
  for (const [path, { data }] of Object.entries(weights.trained)) {
    if (path.endsWith('lambda_b')) data.forEach((_, at) => (data[at] = strength * (random() - 0.5)));
  }
  const folder = join(dir, name);
  await writePeftFolder(folder, method.toPeft(weights, 'sample'));
  return folder;
}
