/** Fresh adapters for tests. */
import type { LinearShape, ModelShape } from '../../main/contract/families/family.ts';
import type { AdapterWeights, BaseWeights, HostTensor } from '../../main/engine/adapters/adapterMethod.ts';
import { getAdapterMethod } from '../../main/engine/adapters/registry.ts';

interface FreshAdapter {
  readonly options: object;
  readonly targets: readonly LinearShape[];
  readonly shape: ModelShape;
  readonly random?: () => number;
  /** The base's, where a method asks for them. */
  readonly weights?: ReadonlyMap<string, HostTensor>;
}

export async function initAdapter(
  methodId: string,
  { options, targets, shape, random = Math.random, weights = new Map() }: FreshAdapter,
): Promise<AdapterWeights> {
  return getAdapterMethod(methodId).init({ options, targets, random, base: baseOf(shape, weights) });
}

function baseOf(shape: ModelShape, weights: ReadonlyMap<string, HostTensor>): BaseWeights {
  return {
    shape,
    has: (name) => weights.has(name),
    read(name) {
      const found = weights.get(name);
      if (found === undefined) throw new Error(`the test has no base weight ${name}`);
      return found;
    },
    topSingular: async (module) => Promise.reject(new Error(`the test decomposes nothing, not ${module} either`)),
  };
}
