/**
 * Llama-architecture decoder (Llama, SmolLM2): RMS norm, rotary grouped-query attention, SwiGLU, own or tied head.
 * Touvron et al. 2023, arXiv 2302.13971. Weights are keyed by their Hugging Face names; an adapter adds to the outputs
 * of linear layers, or (full fine-tuning) replaces weights. Axes: B rows, T tokens, D hidden, H heads, d head dim.
 */
import type { ModelShape } from '../../contract/families/family.ts';
import type { BoundAdapter } from '../adapters/adapterMethod.ts';
import { attention } from '../ops/attention.ts';
import { cachedAttention, writeSlots } from '../ops/cachedAttention.ts';
import { crossEntropySum } from '../ops/crossEntropy.ts';
import { frozenLinear, linear } from '../ops/frozenLinear.ts';
import { gatherRows, gatherTrainedRows } from '../ops/gatherRows.ts';
import { recomputed } from '../ops/recomputed.ts';
import { rmsNorm, trainedRmsNorm } from '../ops/rmsNorm.ts';
import { rope, ropeTables } from '../ops/rope.ts';
import { swiGlu } from '../ops/swiGlu.ts';
import { tf, type Tensor } from '../tf.ts';
import type { CausalModel, DecodeCache, ForwardOptions } from './causalModel.ts';

/** Added to attention scores where a key may not be seen. */
const MASKED = -1e9;

/** Weights on the backend: matrices in its precision, norm weights float32. */
export type Weights = ReadonlyMap<string, Tensor>;

export class Llama implements CausalModel {
  readonly shape: ModelShape;
  #weights: Weights;
  #tables = new Map<number, { readonly cos: Tensor; readonly sin: Tensor; readonly causal: Tensor }>();

  constructor(shape: ModelShape, weights: Weights) {
    this.shape = shape;
    this.#weights = weights;
  }

  #weight(name: string): Tensor {
    const weight = this.#weights.get(name);
    if (!weight) throw new Error(`The model has no weight ${name}.`);
    return weight;
  }

  get #headName(): string {
    return this.shape.tiedHead ? 'model.embed_tokens.weight' : 'lm_head.weight';
  }

  /** Constants of a length, made once: they are captured by every function recorded for it. */
  #tablesFor(T: number) {
    const known = this.#tables.get(T);
    if (known) return known;
    const { cos, sin } = ropeTables(T, this.shape.headDim, this.shape.ropeTheta);
    const size: [number, number] = [T, this.shape.headDim];
    const mask = Float32Array.from({ length: T * T }, (_, at) => (at % T > Math.floor(at / T) ? MASKED : 0));
    const made = { cos: tf.keep(tf.tensor2d(cos, size)), sin: tf.keep(tf.tensor2d(sin, size)), causal: tf.keep(tf.tensor2d(mask, [T, T])) };
    this.#tables.set(T, made);
    return made;
  }

  /** Linear layers that share one input: x (N, in) → one (N, out) for each name. */
  #linears(x: Tensor, names: readonly string[], adapter?: BoundAdapter): Tensor[] {
    const deltas = adapter?.deltas(x, names);
    return names.map((name, index) => {
      const trained = adapter?.weight?.(`${name}.weight`);
      const y = trained ? linear(x, trained) : frozenLinear(x, this.#weight(`${name}.weight`));
      const delta = deltas?.[index];
      return delta ? y.add(delta) : y;
    });
  }

  #norm(x: Tensor, name: string, adapter?: BoundAdapter): Tensor {
    const trained = adapter?.weight?.(name);
    if (trained) return trainedRmsNorm(x, trained, this.shape.normEpsilon);
    return rmsNorm(x, this.#weight(name), this.shape.normEpsilon);
  }

  /** (B·T, heads·d) → (B, heads, T, d). */
  #heads(y: Tensor, B: number, T: number, heads: number): Tensor {
    return y.reshape([B, T, heads, this.shape.headDim]).transpose([0, 2, 1, 3]);
  }

  #attend(h: Tensor, prefix: string, batch: Batch, adapter?: BoundAdapter): Tensor {
    const { headCount, keyValueHeadCount: KV, headDim } = this.shape;
    const { B, T, cos, sin, mask } = batch;
    const [q, k, v] = this.#linears(
      h,
      ['q_proj', 'k_proj', 'v_proj'].map((name) => `${prefix}self_attn.${name}`),
      adapter,
    );
    const query = rope(this.#heads(q, B, T, headCount), cos, sin).reshape([B, KV, (headCount / KV) * T, headDim]);
    const o = attention(query, rope(this.#heads(k, B, T, KV), cos, sin), this.#heads(v, B, T, KV), mask);
    const merged = o
      .reshape([B, headCount, T, headDim])
      .transpose([0, 2, 1, 3])
      .reshape([B * T, headCount * headDim]);
    return this.#linears(merged, [`${prefix}self_attn.o_proj`], adapter)[0];
  }

  #block(input: Tensor, layer: number, batch: Batch, adapter?: BoundAdapter): Tensor {
    const prefix = `model.layers.${layer}.`;
    const x = input.add(this.#attend(this.#norm(input, `${prefix}input_layernorm.weight`, adapter), prefix, batch, adapter));
    return x.add(this.#feedForward(this.#norm(x, `${prefix}post_attention_layernorm.weight`, adapter), prefix, adapter));
  }

  #feedForward(h: Tensor, prefix: string, adapter?: BoundAdapter): Tensor {
    const [gate, up] = this.#linears(h, [`${prefix}mlp.gate_proj`, `${prefix}mlp.up_proj`], adapter);
    return this.#linears(swiGlu(gate, up), [`${prefix}mlp.down_proj`], adapter)[0];
  }

  #embed(ids: Tensor, adapter?: BoundAdapter): Tensor {
    const name = 'model.embed_tokens.weight';
    const trained = adapter?.weight?.(name);
    return trained ? gatherTrainedRows(trained, ids) : gatherRows(this.#weight(name), ids);
  }

  hidden(ids: Tensor, { adapter, attentionMask, recompute = false }: ForwardOptions = {}): Tensor {
    const [B, T] = ids.shape as [number, number];
    const { cos, sin, causal } = this.#tablesFor(T);
    const padding = attentionMask?.sub(1).mul(-MASKED).reshape([B, 1, 1, 1, T]);
    const batch: Batch = { B, T, cos, sin, mask: padding ? causal.add(padding) : causal };
    let x = this.#embed(ids.reshape([B * T]), adapter);
    for (let layer = 0; layer < this.shape.layerCount; layer++) {
      const block = (input: Tensor): Tensor => this.#block(input, layer, batch, adapter);
      x = recompute ? recomputed(x, block, adapter?.tensorsUnder(`model.layers.${layer}.`) ?? []) : block(x);
    }
    return this.#norm(x, 'model.norm.weight', adapter);
  }

  logits(hidden: Tensor, adapter?: BoundAdapter): Tensor {
    const trained = adapter?.weight?.(this.#headName);
    return trained ? linear(hidden, trained) : frozenLinear(hidden, this.#weight(this.#headName));
  }

  crossEntropySum(hidden: Tensor, targets: Tensor, weights: Tensor, adapter?: BoundAdapter): Tensor {
    const trained = adapter?.weight?.(this.#headName);
    return crossEntropySum({ hidden, head: trained ?? this.#weight(this.#headName), targets, weights, trainHead: trained !== undefined });
  }

  emptyCache(slots: number): Tensor[] {
    const { layerCount, keyValueHeadCount, headDim } = this.shape;
    return Array.from({ length: 2 * layerCount }, () => tf.zeros([keyValueHeadCount, slots, headDim]));
  }

  decode(
    ids: Tensor,
    { settled, recent, settledLength, start }: DecodeCache,
    adapter?: BoundAdapter,
  ): { readonly hidden: Tensor; readonly recent: Tensor[] } {
    const T = ids.shape[0];
    const [C, W] = [settled[0].shape[1] as number, recent[0].shape[1] as number];
    const tables = this.#tablesFor(C);
    const positions = tf.range(0, T).add(start).expandDims(1); // (T, 1)
    const at = tf.equal(positions, tf.range(0, C).expandDims(0)).toFloat(); // one-hot (T, C)
    const batch: DecodeBatch = {
      T,
      cos: tf.matMul(at, tables.cos),
      sin: tf.matMul(at, tables.sin),
      settledMask: tf.range(0, C).less(settledLength).toFloat().sub(1).mul(-MASKED).expandDims(0).tile([T, 1]),
      recentMask: tf.range(0, W).add(settledLength).expandDims(0).lessEqual(positions).toFloat().sub(1).mul(-MASKED),
      slot: start.sub(settledLength),
    };
    let x = this.#embed(ids, adapter);
    const next: Tensor[] = [];
    for (let layer = 0; layer < this.shape.layerCount; layer++) {
      const pair = (tensors: readonly Tensor[]): KeysAndValues => ({ keys: tensors[2 * layer], values: tensors[2 * layer + 1] });
      const step = this.#decodeBlock(x, layer, batch, { settled: pair(settled), recent: pair(recent) }, adapter);
      x = step.x;
      next.push(step.recent.keys, step.recent.values);
    }
    return { hidden: this.#norm(x, 'model.norm.weight', adapter), recent: next };
  }

  #decodeBlock(input: Tensor, layer: number, batch: DecodeBatch, cache: LayerCache, adapter?: BoundAdapter) {
    const prefix = `model.layers.${layer}.`;
    const { headCount, keyValueHeadCount: KV, headDim } = this.shape;
    const { T, cos, sin, slot, settledMask, recentMask } = batch;
    const h = this.#norm(input, `${prefix}input_layernorm.weight`, adapter);
    const [q, k, v] = this.#linears(h, ['q_proj', 'k_proj', 'v_proj'].map((name) => `${prefix}self_attn.${name}`), adapter); // prettier-ignore
    const heads = (y: Tensor, count: number): Tensor => y.reshape([T, count, headDim]).transpose([1, 0, 2]);
    const recent = {
      keys: writeSlots(cache.recent.keys, rope(heads(k, KV), cos, sin), slot),
      values: writeSlots(cache.recent.values, heads(v, KV), slot),
    };
    const query = rope(heads(q, headCount), cos, sin).reshape([KV, (headCount / KV) * T, headDim]);
    const o = cachedAttention(query, [
      { ...cache.settled, mask: settledMask },
      { ...recent, mask: recentMask },
    ]);
    const merged = o
      .reshape([headCount, T, headDim])
      .transpose([1, 0, 2])
      .reshape([T, headCount * headDim]);
    const x = input.add(this.#linears(merged, [`${prefix}self_attn.o_proj`], adapter)[0]);
    const y = x.add(this.#feedForward(this.#norm(x, `${prefix}post_attention_layernorm.weight`, adapter), prefix, adapter));
    return { x: y, recent };
  }

  dispose(): void {
    for (const weight of this.#weights.values()) weight.dispose();
    for (const tables of this.#tables.values()) tf.dispose(Object.values(tables));
    this.#tables.clear();
  }
}

interface Batch {
  readonly B: number;
  readonly T: number;
  readonly cos: Tensor;
  readonly sin: Tensor;
  /** Broadcastable to (B, KV, G, T, T). */
  readonly mask: Tensor;
}

interface KeysAndValues {
  readonly keys: Tensor;
  readonly values: Tensor;
}

interface LayerCache {
  readonly settled: KeysAndValues;
  readonly recent: KeysAndValues;
}

interface DecodeBatch {
  readonly T: number;
  readonly cos: Tensor;
  readonly sin: Tensor;
  /** (T, C). */
  readonly settledMask: Tensor;
  /** (T, W). */
  readonly recentMask: Tensor;
  /** Of the first new token in `recent`, scalar. */
  readonly slot: Tensor;
}
