/** What the weights of a GGUF take when its blocks are kept packed, for the estimate; other models have none. */
import { productsOf, type EngineSettings } from '../../contract/engine.ts';
import type { Model } from '../../contract/entities.ts';
import { getFamily } from '../../contract/families/registry.ts';
import { blockForms, bytesOfForm } from '../../formats/ggufBlockForms.ts';
import { openWeights } from '../../formats/weightSource.ts';

interface Sizes {
  /** Of blocks, and of blocks of types that are not kept. */
  readonly packedBytes: number;
  readonly otherElements: number;
}

const known = new Map<string, Sizes>();

/** undefined unless `settings` ask for it. */
export function packedBytesOf(model: Model, settings: EngineSettings): number | undefined {
  if (settings.precision !== 'packed' || model.format !== 'gguf') return undefined;
  const key = `${model.dir} ${model.contentHash}`;
  const { packedBytes, otherElements } = known.get(key) ?? measure(model);
  known.set(key, { packedBytes, otherElements });
  return packedBytes + otherElements * (productsOf(settings) === 'bf16' ? 2 : 4);
}

function measure({ dir, shape }: Model): Sizes {
  const family = getFamily(shape.family);
  const source = openWeights(dir, family, shape);
  let [packedBytes, otherElements] = [0, 0];
  for (const [name, size] of family.weightShapes(shape)) {
    const elements = size.reduce((product, each) => product * each, 1);
    const type = source.blocks(name)?.type;
    const form = type && blockForms[type.name];
    if (type && form) packedBytes += (elements / type.blockSize) * bytesOfForm(form, type.blockSize);
    else otherElements += elements;
  }
  source.close();
  return { packedBytes, otherElements };
}
