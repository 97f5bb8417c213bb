/** An adapter over all linear layers of a model, with drawn numbers in place of trained ones. */
import type { ModelShape } from '../../../main/contract/families/family.ts';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import { createRandom } from '../../../main/engine/random.ts';
import { writePeftFolder } from '../../../main/formats/peftFolder.ts';
import { getMethodSpec } from '../../../main/methods/registry.ts';
import { initAdapter } from '../../support/initAdapter.ts';

export interface Drawn {
  readonly method: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Added to each trained number: so much up or down at most. */
  readonly strength: number;
}

/** Of mixed ranks and methods: three LoRA to one VeRA and one VB-LoRA. */
export const mixture: readonly Drawn[] = [
  { method: 'lora', options: { rank: 4 }, strength: 0.05 },
  { method: 'vera', options: { rank: 64, saveProjection: false }, strength: 0.1 },
  { method: 'lora', options: { rank: 16 }, strength: 0.03 },
  { method: 'vblora', options: { rank: 4, vectorLength: 32, numVectors: 64 }, strength: 0.02 },
  { method: 'lora', options: { rank: 64 }, strength: 0.02 },
];

export async function writeDrawn(folder: string, drawn: Drawn, shape: ModelShape, seed: number): Promise<void> {
  const random = createRandom(seed, 'initialisation');
  const options = getMethodSpec(drawn.method).options.parse(drawn.options);
  const weights = await initAdapter(drawn.method, { options, targets: shape.linears, shape, random });
  for (const { data } of Object.values(weights.trained))
    data.forEach((value, at) => (data[at] = value + drawn.strength * (2 * random() - 1)));
  await writePeftFolder(folder, getAdapterMethod(drawn.method).toPeft(weights, 'bench'));
}
