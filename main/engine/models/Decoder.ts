/**
 * The decoder that all families share: embedding, then layer by layer attention and feed-forward, each with a norm
 * before it and perhaps one after, then norm and head. What a family does differently is in its plan (decoderPlan.ts).
 * Weights are keyed by their Hugging Face names; an adapter adds to the outputs of linear layers, or (full fine-tuning)
 * replaces weights. Axes: B rows, T tokens, D hidden, H heads, KV key/value heads, d head dim, C and W cache slots.
 */
import type { ModelShape } from '../../contract/families/family.ts';
import type { BoundAdapter } from '../adapters/adapterMethod.ts';
import { attention, softCapped } from '../ops/attention.ts';
import { cachedAttention } from '../ops/cachedAttention.ts';
import { crossEntropySum } from '../ops/crossEntropy.ts';
import { frozenLinear, linear } from '../ops/frozenLinear.ts';
import { gatherRows, gatherTrainedRows } from '../ops/gatherRows.ts';
import { layerNorm, trainedLayerNorm } from '../ops/layerNorm.ts';
import { recomputed } from '../ops/recomputed.ts';
import { rmsNorm, trainedRmsNorm } from '../ops/rmsNorm.ts';
import { rope } from '../ops/rope.ts';
import { swiGlu } from '../ops/swiGlu.ts';
import { geGlu, tanhGelu } from '../ops/tanhGelu.ts';
import { tf, type Tensor } from '../tf.ts';
import type { CausalModel, DecodeCache, ForwardOptions } from './causalModel.ts';
import type { AttentionPlan, DecoderPlan, FeedForwardPlan, LayerPlan, NormPlan } from './decoderPlan.ts';
import { type DecodePass, decodePass } from './decodePass.ts';
import { DecoderTables, MASKED, type Rotation } from './decoderTables.ts';

/** Weights on the backend: matrices in its precision, vectors float32; of `plusOne` norms it is 1 + weight. */
export type Weights = ReadonlyMap<string, Tensor>;

export class Decoder implements CausalModel {
  readonly shape: ModelShape;
  readonly #plan: DecoderPlan;
  readonly #weights: Weights;
  readonly #tables: DecoderTables;

  constructor(shape: ModelShape, plan: DecoderPlan, weights: Weights) {
    this.shape = shape;
    this.#plan = plan;
    this.#weights = weights;
    this.#tables = new DecoderTables(shape.headDim);
  }

  hidden(ids: Tensor, { adapter, attentionMask, recompute = false }: ForwardOptions = {}): Tensor {
    const [B, T] = ids.shape as [number, number];
    const pass = this.#forwardPass(B, T, attentionMask);
    let x = this.#embed(ids.reshape([B * T]), () => tf.tile(tf.range(0, T, 1, 'int32'), [B]), adapter);
    for (const layer of this.#plan.layers) {
      const block = (input: Tensor): Tensor =>
        this.#block(input, layer, adapter, (h) => this.#attend(h, layer.attention, pass, adapter));
      x = recompute ? recomputed(x, block, adapter?.tensorsUnder(layer.prefix) ?? []) : block(x);
    }
    return this.#norm(x, this.#plan.finalNorm, adapter);
  }

  logits(hidden: Tensor, adapter?: BoundAdapter): Tensor {
    const trained = this.#trainedHead(adapter);
    const logits = trained ? linear(hidden, trained) : frozenLinear(hidden, this.#weight(`${this.#plan.head}.weight`));
    return this.#plan.logitSoftCap === undefined ? logits : softCapped(logits, this.#plan.logitSoftCap);
  }

  crossEntropySum(hidden: Tensor, targets: Tensor, weights: Tensor, adapter?: BoundAdapter): Tensor {
    const trained = this.#trainedHead(adapter);
    const head = trained ?? this.#weight(`${this.#plan.head}.weight`);
    return crossEntropySum({
      hidden,
      head,
      targets,
      weights,
      trainHead: trained !== undefined,
      softCap: this.#plan.logitSoftCap,
    });
  }

  /** Where the base ties its head to the embedding, an adapter may still bring one of its own. */
  #trainedHead(adapter?: BoundAdapter): Tensor | undefined {
    return adapter?.weight?.('lm_head.weight') ?? adapter?.weight?.(`${this.#plan.head}.weight`);
  }

  emptyCache(slots: number, rows = 1): Tensor[] {
    const { layerCount, keyValueHeadCount, headDim } = this.shape;
    return Array.from({ length: 2 * layerCount }, () => tf.zeros([rows, keyValueHeadCount, slots, headDim]));
  }

  decode(
    ids: Tensor,
    cache: DecodeCache,
    adapter?: BoundAdapter,
  ): { readonly hidden: Tensor; readonly recent: Tensor[] } {
    const [B, T] = ids.shape as [number, number];
    const { headCount, keyValueHeadCount: keyValueHeads } = this.shape;
    const pass = decodePass({ B, T, groups: headCount / keyValueHeads, keyValueHeads }, cache, this.#tables);
    let x = this.#embed(ids.reshape([B * T]), () => pass.positions, adapter);
    const recent: Tensor[] = [];
    for (const [index, layer] of this.#plan.layers.entries()) {
      const attend = (h: Tensor): Tensor => {
        const step = this.#attendCached(h, layer.attention, pass, layerCache(cache, index), adapter);
        recent.push(step.recent.keys, step.recent.values);
        return step.output;
      };
      x = this.#block(x, layer, adapter, attend);
    }
    return { hidden: this.#norm(x, this.#plan.finalNorm, adapter), recent };
  }

  dispose(): void {
    for (const weight of this.#weights.values()) weight.dispose();
    this.#tables.dispose();
  }

  /** x (B·T, D) → the same after attention and feed-forward have added their share. */
  #block(x: Tensor, layer: LayerPlan, adapter: BoundAdapter | undefined, attend: (h: Tensor) => Tensor): Tensor {
    const attended = attend(this.#norm(x, layer.attentionNorm, adapter));
    const y = x.add(layer.afterAttention ? this.#norm(attended, layer.afterAttention, adapter) : attended);
    const fed = this.#feedForward(this.#norm(y, layer.feedForwardNorm, adapter), layer.feedForward, adapter);
    return y.add(layer.afterFeedForward ? this.#norm(fed, layer.afterFeedForward, adapter) : fed);
  }

  #attend(h: Tensor, plan: AttentionPlan, { B, T, rotationOf, maskOf }: ForwardPass, adapter?: BoundAdapter): Tensor {
    const { headCount: H, keyValueHeadCount: KV, headDim: d } = this.shape;
    const { query, key, value } = this.#queryKeyValue(h, plan, { B, T, rotation: rotationOf(plan) }, adapter);
    const grouped = query.reshape([B, KV, (H / KV) * T, d]);
    return this.#project(attention(grouped, key, value, maskOf(plan), plan), plan, { B, T }, adapter);
  }

  #attendCached(
    h: Tensor,
    plan: AttentionPlan,
    pass: DecodePass,
    cache: LayerCache,
    adapter?: BoundAdapter,
  ): { readonly output: Tensor; readonly recent: KeysAndValues } {
    const { headCount: H, keyValueHeadCount: KV, headDim: d } = this.shape;
    const { B, T, rotationOf, masksOf, write } = pass;
    const { query, key, value } = this.#queryKeyValue(h, plan, { B, T, rotation: rotationOf(plan) }, adapter);
    const recent = { keys: write(cache.recent.keys, key), values: write(cache.recent.values, value) };
    const masks = masksOf(plan);
    const parts = [
      { ...cache.settled, mask: masks.settled },
      { ...recent, mask: masks.recent },
    ];
    const grouped = query.reshape([B, KV, (H / KV) * T, d]);
    return { output: this.#project(cachedAttention(grouped, parts, plan), plan, { B, T }, adapter), recent };
  }

  /** h (B·T, D) → query (B, H, T, d), key and value (B, KV, T, d), normed and rotated where the plan says so. */
  #queryKeyValue(
    h: Tensor,
    plan: AttentionPlan,
    { B, T, rotation }: Rows & { readonly rotation?: Rotation | undefined },
    adapter?: BoundAdapter,
  ) {
    const { headCount: H, keyValueHeadCount: KV, headDim: d } = this.shape;
    const outputs = this.#linears(h, plan.queryKeyValue, adapter);
    const [q, k, v] = outputs.length === 3 ? outputs : tf.split(outputs[0], [H * d, KV * d, KV * d], 1);
    const heads = (y: Tensor, count: number, norm?: NormPlan): Tensor => {
      const normed = norm ? this.#norm(y.reshape([B * T * count, d]), norm, adapter) : y;
      return headsFirst(normed, { B, T }, count, d);
    };
    return {
      query: rotated(heads(q, H, plan.headNorms?.query), rotation),
      key: rotated(heads(k, KV, plan.headNorms?.key), rotation),
      value: heads(v, KV),
    };
  }

  /** o (B, KV, G·T, d) → (B·T, D). */
  #project(o: Tensor, plan: AttentionPlan, { B, T }: Rows, adapter?: BoundAdapter): Tensor {
    const { headCount: H, headDim: d } = this.shape;
    const merged = T === 1 ? o : o.reshape([B, H, T, d]).transpose([0, 2, 1, 3]);
    return this.#linears(merged.reshape([B * T, H * d]), [plan.output], adapter)[0];
  }

  #feedForward(h: Tensor, { inputs, activation, output }: FeedForwardPlan, adapter?: BoundAdapter): Tensor {
    const outputs = this.#linears(h, inputs, adapter);
    return this.#linears(activated(outputs, activation), [output], adapter)[0];
  }

  /** Linear layers that share one input: x (N, in) → one (N, out) for each name. */
  #linears(x: Tensor, names: readonly string[], adapter?: BoundAdapter): Tensor[] {
    const deltas = adapter?.deltas(x, names);
    return names.map((name, index) => {
      const trained = adapter?.weight?.(`${name}.weight`);
      const product = trained ? linear(x, trained) : frozenLinear(x, this.#weight(`${name}.weight`));
      const bias = adapter?.weight?.(`${name}.bias`) ?? this.#weights.get(`${name}.bias`);
      const y = bias ? product.add(bias) : product;
      const delta = deltas?.[index];
      return delta ? y.add(delta) : y;
    });
  }

  #norm(x: Tensor, { kind, name, plusOne }: NormPlan, adapter?: BoundAdapter): Tensor {
    const { normEpsilon } = this.shape;
    const trained = adapter?.weight?.(`${name}.weight`);
    if (kind === 'layer') return this.#layerNorm(x, name, trained, adapter);
    if (trained) return trainedRmsNorm(x, plusOne ? trained.add(1) : trained, normEpsilon);
    return rmsNorm(x, this.#weight(`${name}.weight`), normEpsilon);
  }

  /** An adapter may train the bias alone. */
  #layerNorm(x: Tensor, name: string, trainedGain: Tensor | undefined, adapter?: BoundAdapter): Tensor {
    const trainedBias = adapter?.weight?.(`${name}.bias`);
    const [gain, bias] = [trainedGain ?? this.#weight(`${name}.weight`), trainedBias ?? this.#weight(`${name}.bias`)];
    return ((trainedGain ?? trainedBias) ? trainedLayerNorm : layerNorm)(x, gain, bias, this.shape.normEpsilon);
  }

  /** ids and positions (N) int32 → (N, D). */
  #embed(ids: Tensor, positions: () => Tensor, adapter?: BoundAdapter): Tensor {
    const { embedding, embeddingScale, positions: positionTable } = this.#plan;
    const tokens = this.#rows(embedding, ids, adapter);
    const scaled = embeddingScale === undefined ? tokens : tokens.mul(embeddingScale);
    return positionTable === undefined ? scaled : scaled.add(this.#rows(positionTable, positions(), adapter));
  }

  #rows(table: string, ids: Tensor, adapter?: BoundAdapter): Tensor {
    const trained = adapter?.weight?.(`${table}.weight`);
    return trained ? gatherTrainedRows(trained, ids) : gatherRows(this.#weight(`${table}.weight`), ids);
  }

  #weight(name: string): Tensor {
    const weight = this.#weights.get(name);
    if (!weight) throw new Error(`The model has no weight ${name}.`);
    return weight;
  }

  /** Masks are made here and not in a block: what a recomputed block makes is gone when it ends. */
  #forwardPass(B: number, T: number, attentionMask: Tensor | undefined): ForwardPass {
    const padding = attentionMask?.sub(1).mul(-MASKED).reshape([B, 1, 1, 1, T]);
    const reachOf = ({ window = T }: AttentionPlan): number => Math.min(window, T);
    const masks = new Map<number, Tensor>();
    for (const reach of new Set(this.#plan.layers.map(({ attention }) => reachOf(attention)))) {
      const causal = this.#tables.causal(T, reach);
      masks.set(reach, padding ? causal.add(padding) : causal);
    }
    return {
      B,
      T,
      maskOf: (plan) => masks.get(reachOf(plan)) as Tensor,
      rotationOf: ({ rope: parameters, rotatedDim }) => parameters && this.#tables.rotation(parameters, T, rotatedDim),
    };
  }
}

/** (B·T, count·d), or (B·T·count, d) → (B, count, T, d). */
function headsFirst(y: Tensor, { B, T }: Rows, count: number, d: number): Tensor {
  return T === 1 ? y.reshape([B, count, 1, d]) : y.reshape([B, T, count, d]).transpose([0, 2, 1, 3]);
}

/** y (B, heads, T, d), of which as much is rotated as the rotation is wide. */
function rotated(y: Tensor, rotation: Rotation | undefined): Tensor {
  if (!rotation) return y;
  const [d, width] = [y.shape[3] as number, rotation.cos.shape.at(-1) as number];
  if (width === d) return rope(y, rotation.cos, rotation.sin);
  const [turning, resting] = tf.split(y, [width, d - width], 3);
  return tf.concat([rope(turning, rotation.cos, rotation.sin), resting], 3);
}

/** One activation of (N, I) each for gate and up, or of (N, 2·I) for both. */
function activated(outputs: readonly Tensor[], activation: FeedForwardPlan['activation']): Tensor {
  if (activation === 'tanhGelu') return tanhGelu(outputs[0]);
  const [gate, up] = outputs.length === 2 ? outputs : tf.split(outputs[0], 2, 1);
  return activation === 'swiGlu' ? swiGlu(gate, up) : geGlu(gate, up);
}

function layerCache({ settled, recent }: DecodeCache, layer: number): LayerCache {
  const pair = (tensors: readonly Tensor[]): KeysAndValues => ({
    keys: tensors[2 * layer],
    values: tensors[2 * layer + 1],
  });
  return { settled: pair(settled), recent: pair(recent) };
}

interface Rows {
  readonly B: number;
  readonly T: number;
}

interface ForwardPass extends Rows {
  /** Broadcastable to (B, KV, G, T, T). */
  readonly maskOf: (plan: AttentionPlan) => Tensor;
  readonly rotationOf: (plan: AttentionPlan) => Rotation | undefined;
}

interface KeysAndValues {
  readonly keys: Tensor;
  readonly values: Tensor;
}

interface LayerCache {
  readonly settled: KeysAndValues;
  readonly recent: KeysAndValues;
}
