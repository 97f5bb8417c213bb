/**
 * The decoder that all families share: embedding, then layer by layer attention and feed-forward, each with a norm
 * before it and perhaps one after, then norm and head. What a family does differently is in its plan (decoderPlan.ts).
 * Weights are keyed by their Hugging Face names; an adapter adds to the outputs of linear layers, or (full fine-tuning)
 * replaces weights. Axes: B rows, T tokens, D hidden, H heads, KV key/value heads, d head dim, C and W cache slots.
 */
import type { ModelShape } from '../../contract/families/family.ts';
import type { BlockPlace, BoundAdapter } from '../adapters/adapterMethod.ts';
import { attention, softCapped } from '../ops/attention.ts';
import { cachedAttention } from '../ops/cachedAttention.ts';
import { crossEntropySum } from '../ops/crossEntropy.ts';
import { frozenLinear, linear } from '../ops/frozenLinear.ts';
import { rope } from '../ops/rope.ts';
import { swiGlu } from '../ops/swiGlu.ts';
import { geGlu, tanhGelu } from '../ops/tanhGelu.ts';
import { tf, type Tensor } from '../tf.ts';
import { AdaptedLayers } from './adaptedLayers.ts';
import { type CausalModel, type DecodeCache, type ForwardOptions, spareSlots } from './causalModel.ts';
import type { AttentionPlan, DecoderPlan, FeedForwardPlan, LayerPlan, NormPlan } from './decoderPlan.ts';
import { type DecodePass, decodePass } from './decodePass.ts';
import { DecoderTables, MASKED, type Rotation } from './decoderTables.ts';
import type { ModelWeights } from './modelWeights.ts';
import { throughBlocks } from './throughBlocks.ts';

export class Decoder implements CausalModel {
  readonly shape: ModelShape;
  readonly #plan: DecoderPlan;
  readonly #weights: ModelWeights;
  /** Without an adapter. */
  readonly #layers: AdaptedLayers;
  readonly #prefixes: readonly string[];
  readonly #tables: DecoderTables;

  constructor(shape: ModelShape, plan: DecoderPlan, weights: ModelWeights) {
    this.shape = shape;
    this.#plan = plan;
    this.#weights = weights;
    this.#layers = new AdaptedLayers(weights, shape.normEpsilon);
    this.#prefixes = plan.layers.map(({ prefix }) => prefix);
    this.#tables = new DecoderTables(shape.headDim);
  }

  hidden(ids: Tensor, { adapter, attentionMask, recompute = false }: ForwardOptions = {}): Tensor {
    const [B, T] = ids.shape as [number, number];
    const layers = this.#layers.with(adapter);
    const pass = this.#forwardPass(B, T, attentionMask);
    const x = this.#embed(ids.reshape([B * T]), () => tf.tile(tf.range(0, T, 1, 'int32'), [B]), layers);
    const y = throughBlocks(x, this.#prefixes, { adapter, recompute }, (input, at) => {
      const layer = this.#plan.layers[at.block];
      return block(input, layer, { layers, at }, (h) => this.#attend(h, layer.attention, pass, { layers, at }));
    });
    return norm(y, this.#plan.finalNorm, layers);
  }

  logits(hidden: Tensor, adapter?: BoundAdapter): Tensor {
    const trained = this.#trainedHead(adapter);
    const logits = trained
      ? linear(hidden, trained)
      : frozenLinear(hidden, this.#layers.weight(`${this.#plan.head}.weight`));
    return this.#plan.logitSoftCap === undefined ? logits : softCapped(logits, this.#plan.logitSoftCap);
  }

  crossEntropySum(hidden: Tensor, targets: Tensor, weights: Tensor, adapter?: BoundAdapter): Tensor {
    const trained = this.#trainedHead(adapter);
    return crossEntropySum({
      hidden,
      head: trained ?? this.#layers.weight(`${this.#plan.head}.weight`),
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

  emptyCache(slots: number | readonly number[], rows = 1): Tensor[] {
    const { layerCount, keyValueHeadCount, headDim } = this.shape;
    const each = typeof slots === 'number' ? Array.from({ length: 2 * layerCount }, () => slots) : slots;
    return each.map((own) => tf.zeros([rows, keyValueHeadCount, own, headDim]));
  }

  settledSlots(positions: number): readonly number[] {
    return this.#plan.layers.flatMap(({ attention: { window = Infinity } }) => {
      const slots = Math.min(positions, window + spareSlots);
      return [slots, slots];
    });
  }

  /** How many positions rotations and embeddings must know: where every layer has wrapped around, the model's. */
  #positionsOf({ settled }: DecodeCache): number {
    const most = Math.max(...settled.map((tensor) => tensor.shape[2] as number));
    const holdAll = this.settledSlots(most + 1).some((slots) => slots > most);
    return holdAll ? most : this.shape.maxPositions;
  }

  decode(
    ids: Tensor,
    cache: DecodeCache,
    adapter?: BoundAdapter,
  ): { readonly hidden: Tensor; readonly recent: Tensor[] } {
    const [B, T] = ids.shape as [number, number];
    const { headCount, keyValueHeadCount: keyValueHeads } = this.shape;
    const sizes = { B, T, groups: headCount / keyValueHeads, keyValueHeads, positions: this.#positionsOf(cache) };
    const pass = decodePass(sizes, cache, this.#tables);
    const layers = this.#layers.with(adapter);
    const x = this.#embed(ids.reshape([B * T]), () => pass.positions, layers);
    const recent: Tensor[] = [];
    const y = throughBlocks(x, this.#prefixes, { adapter }, (input, at) => {
      const layer = this.#plan.layers[at.block];
      return block(input, layer, { layers, at }, (h) => {
        const step = this.#attendCached(h, layer.attention, pass, layerCache(cache, at), { layers, at });
        recent.push(step.recent.keys, step.recent.values);
        return step.output;
      });
    });
    return { hidden: norm(y, this.#plan.finalNorm, layers), recent };
  }

  dispose(): void {
    this.#weights.dispose();
    this.#tables.dispose();
  }

  #attend(h: Tensor, plan: AttentionPlan, { B, T, rotationOf, maskOf }: ForwardPass, here: Here): Tensor {
    const { headCount: H, keyValueHeadCount: KV, headDim: d } = this.shape;
    const { query, key, value } = this.#queryKeyValue(h, plan, { B, T, rotation: rotationOf(plan) }, here);
    const grouped = query.reshape([B, KV, (H / KV) * T, d]);
    return this.#project(
      attention(grouped, key, value, maskOf(plan), { ...plan, isCausal: true }),
      plan,
      { B, T },
      here,
    );
  }

  #attendCached(
    h: Tensor,
    plan: AttentionPlan,
    pass: DecodePass,
    cache: LayerCache,
    here: Here,
  ): { readonly output: Tensor; readonly recent: KeysAndValues } {
    const { headCount: H, keyValueHeadCount: KV, headDim: d } = this.shape;
    const { B, T, rotationOf, masksOf, write } = pass;
    const { query, key, value } = this.#queryKeyValue(h, plan, { B, T, rotation: rotationOf(plan) }, here);
    const recent = { keys: write(cache.recent.keys, key), values: write(cache.recent.values, value) };
    const masks = masksOf(plan, cache.settled.keys.shape[2] as number);
    const parts = [
      { ...cache.settled, mask: masks.settled },
      { ...recent, mask: masks.recent },
    ];
    const grouped = query.reshape([B, KV, (H / KV) * T, d]);
    return { output: this.#project(cachedAttention(grouped, parts, plan), plan, { B, T }, here), recent };
  }

  /** h (B·T, D) → query (B, H, T, d), key and value (B, KV, T, d), normed and rotated where the plan says so. */
  #queryKeyValue(
    h: Tensor,
    plan: AttentionPlan,
    { B, T, rotation }: Rows & { readonly rotation?: Rotation | undefined },
    { layers, at }: Here,
  ) {
    const { headCount: H, keyValueHeadCount: KV, headDim: d } = this.shape;
    const outputs = layers.linears(h, plan.queryKeyValue, at);
    const [q, k, v] = outputs.length === 3 ? outputs : tf.split(outputs[0], [H * d, KV * d, KV * d], 1);
    const heads = (y: Tensor, count: number, headNorm?: NormPlan): Tensor => {
      const normed = headNorm ? norm(y.reshape([B * T * count, d]), headNorm, layers) : y;
      return headsFirst(normed, { B, T }, count, d);
    };
    return {
      query: rotated(heads(q, H, plan.headNorms?.query), rotation),
      key: rotated(heads(k, KV, plan.headNorms?.key), rotation),
      value: heads(v, KV),
    };
  }

  /** o (B, KV, G·T, d) → (B·T, D). */
  #project(o: Tensor, plan: AttentionPlan, { B, T }: Rows, { layers, at }: Here): Tensor {
    const { headCount: H, headDim: d } = this.shape;
    const merged = T === 1 ? o : o.reshape([B, H, T, d]).transpose([0, 2, 1, 3]);
    return layers.linears(merged.reshape([B * T, H * d]), [plan.output], at)[0];
  }

  /** ids and positions (N) int32 → (N, D). */
  #embed(ids: Tensor, positions: () => Tensor, layers: AdaptedLayers): Tensor {
    const { embedding, embeddingScale, positions: positionTable } = this.#plan;
    const tokens = layers.rows(embedding, ids);
    const scaled = embeddingScale === undefined ? tokens : tokens.mul(embeddingScale);
    return positionTable === undefined ? scaled : scaled.add(layers.rows(positionTable, positions()));
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

/** x (N, D) → the same after attention and feed-forward have added their share. */
function block(x: Tensor, plan: LayerPlan, { layers, at }: Here, attend: (h: Tensor) => Tensor): Tensor {
  const attended = attend(norm(x, plan.attentionNorm, layers));
  const ofAttention = plan.afterAttention ? norm(attended, plan.afterAttention, layers) : attended;
  const y = layers.summed('attention', ofAttention, at, (h) => x.add(h));
  const { inputs, activation, output } = plan.feedForward;
  const wide = activated(layers.linears(norm(y, plan.feedForwardNorm, layers), inputs, at), activation);
  const [fed] = layers.linears(wide, [output], at);
  const ofFeedForward = plan.afterFeedForward ? norm(fed, plan.afterFeedForward, layers) : fed;
  const z = layers.summed('feedForward', ofFeedForward, at, (h) => y.add(h));
  return layers.summed('block', z, at, (h) => h);
}

function norm(x: Tensor, { kind, name, plusOne }: NormPlan, layers: AdaptedLayers): Tensor {
  return kind === 'layer' ? layers.layerNorm(x, name) : layers.rmsNorm(x, name, plusOne);
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

function layerCache({ settled, recent }: DecodeCache, { block }: BlockPlace): LayerCache {
  const pair = (tensors: readonly Tensor[]): KeysAndValues => ({
    keys: tensors[2 * block],
    values: tensors[2 * block + 1],
  });
  return { settled: pair(settled), recent: pair(recent) };
}

/** The pass's layers, and which block asks for one. */
interface Here {
  readonly layers: AdaptedLayers;
  readonly at: BlockPlace;
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
