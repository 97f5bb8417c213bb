/**
 * BERT and RoBERTa (Devlin et al. 2018, arXiv 1810.04805; Liu et al. 2019, arXiv 1907.11692): word, position and type
 * embeddings, post-norm blocks with biases and GELU, a head on the first token. BERT: tanh pooler of the body, then one
 * linear layer; RoBERTa: dense, tanh, out_proj, all in the head. Names are those of …ForSequenceClassification. An
 * adapter adds to the outputs of linear layers, and may replace weights (biases that PEFT trained beside it).
 */
import { poolerName } from '../../contract/families/bert.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import type { BoundAdapter, HostTensor } from '../adapters/adapterMethod.ts';
import { attention } from '../ops/attention.ts';
import { frozenLinear, linear } from '../ops/frozenLinear.ts';
import { gatherRows, gatherTrainedRows } from '../ops/gatherRows.ts';
import { gelu } from '../ops/gelu.ts';
import { layerNorm, trainedLayerNorm } from '../ops/layerNorm.ts';
import { recomputed } from '../ops/recomputed.ts';
import { tf, type Tensor } from '../tf.ts';
import { MASKED } from './decoderTables.ts';
import type { EncoderInputs, EncoderModel, EncoderOptions, HeadOptions } from './encoderModel.ts';

interface Batch {
  readonly B: number;
  readonly T: number;
  /** (B, 1, 1, 1, T). */
  readonly mask: Tensor;
}

export class Bert implements EncoderModel {
  readonly shape: ModelShape;
  readonly storedHead: ReadonlyMap<string, HostTensor>;
  readonly #weights: ReadonlyMap<string, Tensor>;

  /** `weights`: the body's by Hugging Face name; matrices in the backend's precision, vectors float32. */
  constructor(shape: ModelShape, weights: ReadonlyMap<string, Tensor>, storedHead: ReadonlyMap<string, HostTensor>) {
    this.shape = shape;
    this.storedHead = storedHead;
    this.#weights = weights;
  }

  get hasPooler(): boolean {
    return this.shape.family !== 'bert' || this.#weights.has(`${poolerName}.weight`);
  }

  hidden(inputs: EncoderInputs, { adapter, recompute = false }: EncoderOptions = {}): Tensor {
    const [B, T] = inputs.ids.shape as [number, number];
    const maskOf = (): Tensor => inputs.attentionMask.sub(1).mul(-MASKED).reshape([B, 1, 1, 1, T]);
    const shared = maskOf();
    let x = this.#embed(inputs, B * T, adapter);
    for (let layer = 0; layer < this.shape.layerCount; layer++) {
      const prefix = `${this.shape.family}.encoder.layer.${layer}.`;
      // A block that is run again makes its own: tfjs has freed by then what the forward pass made.
      const block = (input: Tensor): Tensor =>
        this.#block(input, prefix, { B, T, mask: recompute ? maskOf() : shared }, adapter);
      x = recompute ? recomputed(x, block, adapter?.tensorsUnder(prefix) ?? []) : block(x);
    }
    return x;
  }

  logits(
    hidden: Tensor,
    T: number,
    head: Readonly<Record<string, Tensor>>,
    { adapter, dropout }: HeadOptions = {},
  ): Tensor {
    const [rows, D] = hidden.shape as [number, number];
    const first = hidden
      .reshape([rows / T, T, D])
      .slice([0, 0, 0], [rows / T, 1, D])
      .reshape([rows / T, D]);
    const dropped = (x: Tensor, layer: string): Tensor =>
      dropout?.(x, this.shape.encoder?.headDropout ?? 0, layer) ?? x;
    if (this.shape.family === 'bert') {
      return affine(dropped(this.#pooled(first, head, adapter), 'classifier'), head, 'classifier');
    }
    const features = affine(dropped(first, 'classifier.dense'), head, 'classifier.dense').tanh();
    return affine(dropped(features, 'classifier.out_proj'), head, 'classifier.out_proj');
  }

  dispose(): void {
    for (const weight of this.#weights.values()) weight.dispose();
  }

  #weight(name: string): Tensor {
    const weight = this.#weights.get(name);
    if (!weight) throw new Error(`The model has no weight ${name}.`);
    return weight;
  }

  #norm(x: Tensor, name: string, adapter: BoundAdapter | undefined): Tensor {
    const [weightName, biasName] = [`${name}.weight`, `${name}.bias`];
    const [weight, bias] = [adapter?.weight?.(weightName), adapter?.weight?.(biasName)];
    const norm = weight || bias ? trainedLayerNorm : layerNorm;
    return norm(x, weight ?? this.#weight(weightName), bias ?? this.#weight(biasName), this.shape.normEpsilon);
  }

  /** Linear layers that share one input: x (N, in) → one (N, out) for each name. */
  #linears(x: Tensor, names: readonly string[], adapter: BoundAdapter | undefined): Tensor[] {
    const deltas = adapter?.deltas(x, names);
    return names.map((name, index) => {
      const trained = adapter?.weight?.(`${name}.weight`);
      const product = trained ? linear(x, trained) : frozenLinear(x, this.#weight(`${name}.weight`));
      const y = product.add(adapter?.weight?.(`${name}.bias`) ?? this.#weight(`${name}.bias`));
      const delta = deltas?.[index];
      return delta ? y.add(delta) : y;
    });
  }

  #embed({ ids, positions, tokenTypes }: EncoderInputs, tokens: number, adapter: BoundAdapter | undefined): Tensor {
    const name = `${this.shape.family}.embeddings.`;
    const rows = (table: string, at: Tensor): Tensor => {
      const trained = adapter?.weight?.(`${name}${table}.weight`);
      const flat = at.reshape([tokens]);
      return trained ? gatherTrainedRows(trained, flat) : gatherRows(this.#weight(`${name}${table}.weight`), flat);
    };
    const sum = rows('word_embeddings', ids)
      .add(rows('token_type_embeddings', tokenTypes))
      .add(rows('position_embeddings', positions));
    return this.#norm(sum, `${name}LayerNorm`, adapter);
  }

  #block(input: Tensor, prefix: string, batch: Batch, adapter: BoundAdapter | undefined): Tensor {
    const attended = this.#attend(input, prefix, batch, adapter);
    const x = this.#norm(input.add(attended), `${prefix}attention.output.LayerNorm`, adapter);
    const wide = gelu(this.#linears(x, [`${prefix}intermediate.dense`], adapter)[0]);
    return this.#norm(
      x.add(this.#linears(wide, [`${prefix}output.dense`], adapter)[0]),
      `${prefix}output.LayerNorm`,
      adapter,
    );
  }

  #attend(x: Tensor, prefix: string, { B, T, mask }: Batch, adapter: BoundAdapter | undefined): Tensor {
    const { headCount: H, headDim: d } = this.shape;
    const names = ['query', 'key', 'value'].map((name) => `${prefix}attention.self.${name}`);
    const [q, k, v] = this.#linears(x, names, adapter).map((y) => y.reshape([B, T, H, d]).transpose([0, 2, 1, 3]));
    const o = attention(q, k, v, mask); // (B, H, T, d)
    const merged = o.transpose([0, 2, 1, 3]).reshape([B * T, H * d]);
    return this.#linears(merged, [`${prefix}attention.output.dense`], adapter)[0];
  }

  /** The pooler is the body's, and may be adapted; where the checkpoint has none, it is the head's. */
  #pooled(first: Tensor, head: Readonly<Record<string, Tensor>>, adapter: BoundAdapter | undefined): Tensor {
    if (`${poolerName}.weight` in head) return affine(first, head, poolerName).tanh();
    return this.#linears(first, [poolerName], adapter)[0].tanh();
  }
}

/** x (B, in) → (B, out), float32 whatever the backend's precision: a head is small, and its numbers are the answer. */
function affine(x: Tensor, head: Readonly<Record<string, Tensor>>, name: string): Tensor {
  return tf.matMul<Tensor>(x, head[`${name}.weight`], false, true).add(head[`${name}.bias`]);
}
