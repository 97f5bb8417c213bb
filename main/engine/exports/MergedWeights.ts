/**
 * The weights of base and adapter together, one at a time: W + ΔW in float32, whatever the base is stored as, so that
 * memory holds a weight and its change and no more. Matrices are (out, in) as everywhere in memory.
 */
import type { LinearShape, ModelShape } from '../../contract/families/family.ts';
import { getMethodSpec } from '../../methods/registry.ts';
import { openWeights, type WeightSource } from '../../formats/weightSource.ts';
import type { AdapterWeights, HostTensor, Merge } from '../adapters/adapterMethod.ts';
import { getAdapterMethod } from '../adapters/registry.ts';
import { tf } from '../tf.ts';
import { layerFactors, layerRanks, plainLoraOf } from './loraFactors.ts';
import type { ExportJob } from './weightExport.ts';

export class MergedWeights {
  readonly source: WeightSource;
  readonly #adapter: AdapterWeights | null;
  /** Names that the base's configuration needs. */
  readonly #needed: ReadonlySet<string>;
  /** Weights of the base in whose place the adapter has its own. */
  readonly #replaced: ReadonlySet<string>;
  readonly #merges: ReadonlyMap<string, Merge>;
  readonly #layers: ReadonlyMap<string, { readonly layer: LinearShape; readonly scale: number }>;

  /** Close it. Throws GraftError for weights that do not fit their configuration. */
  constructor({ modelDir, model, adapter }: Pick<ExportJob, 'modelDir' | 'model' | 'adapter'>) {
    this.#adapter = adapter;
    this.#needed = new Set(model.family.weightShapes(model.shape).keys());
    this.#replaced = new Set(adapter ? replacedNames(adapter, model.shape) : []);
    this.#merges = (adapter && getAdapterMethod(adapter.methodId).merges?.(adapter)) ?? new Map<never, never>();
    const ranks = adapter && plainLoraOf(adapter) !== 'none' ? layerRanks(adapter) : [];
    this.#layers = new Map(ranks.map(({ layer, scale }) => [`${layer.name}.weight`, { layer, scale }]));
    this.source = openWeights(modelDir, model.family, model.shape); // last: what throws before it leaves no file open
  }

  /**
   * Weights that the adapter has and the base does not need: a head of its own where the base's is tied (of which some
   * checkpoints hold a copy that nobody reads), or any at all.
   */
  get added(): readonly string[] {
    const { replaced, head } = this.#adapter ?? {};
    return [...(replaced?.names ?? []), ...Object.keys(head?.tensors ?? {})].filter((name) => !this.#needed.has(name));
  }

  /** Whether the weight is another than the base's. */
  changes(name: string): boolean {
    return this.#layers.has(name) || this.#merges.has(name) || this.#trained(name) !== undefined;
  }

  shape(name: string): readonly number[] {
    return this.#trained(name)?.shape ?? this.source.shape(name);
  }

  /** A fresh array, or the adapter's own where the whole weight was trained. */
  async read(name: string): Promise<Float32Array> {
    const trained = this.#trained(name);
    if (trained) return trained.data;
    const weight = this.source.readFloat32(name);
    this.#merges.get(name)?.(weight);
    const change = this.#layers.get(name);
    if (!change || !this.#adapter) return weight;
    const delta = await product(this.#adapter, change);
    for (let i = 0; i < weight.length; i++) weight[i] += delta[i];
    return weight;
  }

  close(): void {
    this.source.close();
  }

  /** What the adapter has in the place of a weight. */
  #trained(name: string): HostTensor | undefined {
    const adapter = this.#adapter;
    if (!adapter) return undefined;
    return adapter.head?.tensors[name] ?? (this.#replaced.has(name) ? adapter.trained[name] : undefined);
  }
}

/** What the method has in the place of the base's by its table, and what was trained whole beside it. */
function replacedNames({ methodId, options, targets, replaced }: AdapterWeights, shape: ModelShape): readonly string[] {
  const ofMethod = getMethodSpec(methodId).tensors(options, targets, shape);
  return [...ofMethod.filter(({ scope }) => scope === 'base').map(({ name }) => name), ...(replaced?.names ?? [])];
}

/** scale · B A of one layer, by the backend that is open. */
async function product(
  adapter: AdapterWeights,
  { layer, scale }: { readonly layer: LinearShape; readonly scale: number },
) {
  const { a, b } = layerFactors(adapter, layer);
  const delta = tf.tidy(() => {
    const [left, right] = [b, a].map(({ data, shape }) => tf.tensor2d(data, [shape[0], shape[1]]));
    return tf.mul(tf.matMul(left, right), scale);
  });
  try {
    return await delta.data<'float32'>();
  } finally {
    delta.dispose();
  }
}
