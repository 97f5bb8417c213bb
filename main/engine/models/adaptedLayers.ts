/**
 * What all models are built of: linear layers, norms, table lookups and sublayers on frozen weights, each with what an
 * adapter adds to it or puts in its place. One lives as long as a traced pass. N rows, D hidden.
 */
import type { BlockPlace, BoundAdapter, Place, Sublayer } from '../adapters/adapterMethod.ts';
import { frozenLinear, linear } from '../ops/frozenLinear.ts';
import { gatherRows, gatherTrainedRows } from '../ops/gatherRows.ts';
import { layerNorm, trainedLayerNorm } from '../ops/layerNorm.ts';
import { rmsNorm, trainedRmsNorm } from '../ops/rmsNorm.ts';
import { sumOfPresent } from '../ops/sumOfPresent.ts';
import { tf, type Tensor } from '../tf.ts';
import type { ModelWeights } from './modelWeights.ts';

export class AdaptedLayers {
  readonly #adapter: BoundAdapter | undefined;
  readonly #weights: ModelWeights;
  readonly #normEpsilon: number;

  constructor(weights: ModelWeights, normEpsilon: number, adapter?: BoundAdapter) {
    this.#weights = weights;
    this.#normEpsilon = normEpsilon;
    this.#adapter = adapter;
  }

  /** The same layers with another adapter, or with none. */
  with(adapter: BoundAdapter | undefined): AdaptedLayers {
    return new AdaptedLayers(this.#weights, this.#normEpsilon, adapter);
  }

  /** Linear layers that share one input: x (N, in) → one (N, out) for each name. */
  linears(x: Tensor, names: readonly string[], at: Place): Tensor[] {
    const deltas = this.#adapter?.deltas(x, names, at);
    const products = this.#products(x, names);
    return names.map((name, index) => {
      const bias = this.trained(`${name}.bias`) ?? this.#weights.find(`${name}.bias`);
      const y = this.#multiplied(bias ? products[index].add(bias) : products[index], name, 'output');
      const weight = (): Tensor => this.trained(`${name}.weight`) ?? this.weight(`${name}.weight`);
      const ofWeight = this.#adapter?.ofWeight?.(name, x, weight);
      const delta = sumOfPresent([deltas?.[index], ofWeight]);
      return delta ? y.add(delta) : y;
    });
  }

  /** One product for all of them where their weights lie together and none has another weight or input. */
  #products(x: Tensor, names: readonly string[]): readonly Tensor[] {
    const isOwn = (name: string): boolean =>
      this.trained(`${name}.weight`) !== undefined || this.#adapter?.factor?.(name, 'input') !== undefined;
    const joined = this.#weights.findJoined(names);
    if (joined && !names.some(isOwn)) {
      const sizes = names.map((name) => this.weight(`${name}.weight`).shape[0]);
      return tf.split(frozenLinear(x, joined), sizes, 1);
    }
    return names.map((name) => {
      const trained = this.trained(`${name}.weight`);
      const input = this.#multiplied(x, name, 'input');
      return trained ? linear(input, trained) : frozenLinear(input, this.weight(`${name}.weight`));
    });
  }

  /** x (N, D) → (N, D). An adapter may train the gain alone, or the bias. */
  layerNorm(x: Tensor, name: string): Tensor {
    const [trainedGain, trainedBias] = [this.trained(`${name}.weight`), this.trained(`${name}.bias`)];
    const norm = (trainedGain ?? trainedBias) ? trainedLayerNorm : layerNorm;
    const [gain, bias] = [
      trainedGain ?? this.#normRows(`${name}.weight`),
      trainedBias ?? this.#normRows(`${name}.bias`),
    ];
    return norm(x, gain, bias, this.#normEpsilon);
  }

  /** Of a layer norm: (D), or (N, D) where rows have their own. */
  #normRows(name: string): Tensor {
    const own = this.weight(name);
    return this.#adapter?.normRows?.(name, own) ?? own;
  }

  /** x (N, D) → (N, D). `plusOne`: the gain is 1 + weight (Gemma). */
  rmsNorm(x: Tensor, name: string, plusOne = false): Tensor {
    const trained = this.trained(`${name}.weight`);
    if (!trained) return rmsNorm(x, this.weight(`${name}.weight`), this.#normEpsilon);
    return trainedRmsNorm(x, plusOne ? trained.add(1) : trained, this.#normEpsilon);
  }

  /** Rows `ids` (N) int32 of a table (V, D) → (N, D). */
  rows(table: string, ids: Tensor): Tensor {
    const trained = this.trained(`${table}.weight`);
    return trained ? gatherTrainedRows(trained, ids) : gatherRows(this.weight(`${table}.weight`), ids);
  }

  /** sum(h), h (N, D) with what the adapter adds to it. `sum` puts it on the residual stream as the model does. */
  summed(sublayer: Sublayer, h: Tensor, at: BlockPlace, sum: (h: Tensor) => Tensor): Tensor {
    const added = this.#adapter?.after?.(sublayer, h, at, () => sum(h));
    return sum(added ? h.add(added) : h);
  }

  #multiplied(x: Tensor, name: string, side: 'input' | 'output'): Tensor {
    const factor = this.#adapter?.factor?.(name, side);
    return factor ? x.mul(factor) : x;
  }

  /** What stands in for the base's weight of this name. */
  trained(name: string): Tensor | undefined {
    return this.#adapter?.weight?.(name);
  }

  weight(name: string): Tensor {
    return this.#weights.get(name);
  }
}
