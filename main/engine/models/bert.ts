/**
 * BERT and RoBERTa (Devlin et al. 2018, arXiv 1810.04805; Liu et al. 2019, arXiv 1907.11692): word, position and type
 * embeddings, post-norm blocks with biases and GELU, a head on the first token. BERT: tanh pooler of the body, then one
 * linear layer; RoBERTa: dense, tanh, out_proj, all in the head. Names are those of …ForSequenceClassification. An
 * adapter adds to the outputs of linear layers, and may replace weights (biases that PEFT trained beside it).
 */
import { poolerName } from '../../contract/families/bert.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import type { BlockPlace, HostTensor } from '../adapters/adapterMethod.ts';
import { attention } from '../ops/attention.ts';
import { gelu } from '../ops/gelu.ts';
import { tf, type Tensor } from '../tf.ts';
import { AdaptedLayers } from './adaptedLayers.ts';
import type { ModelWeights } from './modelWeights.ts';
import { MASKED } from './decoderTables.ts';
import type { EncoderInputs, EncoderModel, EncoderOptions, HeadOptions } from './encoderModel.ts';
import { outsideBlocks, throughBlocks } from './throughBlocks.ts';

interface Batch {
  readonly B: number;
  readonly T: number;
  /** (B, 1, 1, 1, T). */
  readonly mask: Tensor;
  readonly layers: AdaptedLayers;
  readonly at: BlockPlace;
}

export class Bert implements EncoderModel {
  readonly shape: ModelShape;
  readonly storedHead: ReadonlyMap<string, HostTensor>;
  readonly #weights: ModelWeights;
  /** Without an adapter. */
  readonly #layers: AdaptedLayers;

  /** `weights`: the body's. */
  constructor(shape: ModelShape, weights: ModelWeights, storedHead: ReadonlyMap<string, HostTensor>) {
    this.shape = shape;
    this.storedHead = storedHead;
    this.#weights = weights;
    this.#layers = new AdaptedLayers(weights, shape.normEpsilon);
  }

  get hasPooler(): boolean {
    return this.shape.family !== 'bert' || this.#weights.has(`${poolerName}.weight`);
  }

  hidden(inputs: EncoderInputs, { adapter, recompute = false }: EncoderOptions = {}): Tensor {
    const [B, T] = inputs.ids.shape as [number, number];
    const maskOf = (): Tensor => inputs.attentionMask.sub(1).mul(-MASKED).reshape([B, 1, 1, 1, T]);
    const shared = maskOf();
    const layers = this.#layers.with(adapter);
    const prefixes = Array.from({ length: this.shape.layerCount }, (_, layer) => this.#prefixOf(layer));
    return throughBlocks(this.#embed(inputs, B * T, layers), prefixes, { adapter, recompute }, (x, at) => {
      // A block that is run again makes its own: tfjs has freed by then what the forward pass made.
      return this.#block(x, { B, T, mask: recompute ? maskOf() : shared, layers, at });
    });
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
      return affine(dropped(this.#pooled(first, head, this.#layers.with(adapter)), 'classifier'), head, 'classifier');
    }
    const features = affine(dropped(first, 'classifier.dense'), head, 'classifier.dense').tanh();
    return affine(dropped(features, 'classifier.out_proj'), head, 'classifier.out_proj');
  }

  dispose(): void {
    this.#weights.dispose();
  }

  #prefixOf(layer: number): string {
    return `${this.shape.family}.encoder.layer.${layer}.`;
  }

  #embed({ ids, positions, tokenTypes }: EncoderInputs, tokens: number, layers: AdaptedLayers): Tensor {
    const name = `${this.shape.family}.embeddings.`;
    const rows = (table: string, at: Tensor): Tensor => layers.rows(`${name}${table}`, at.reshape([tokens]));
    const sum = rows('word_embeddings', ids)
      .add(rows('token_type_embeddings', tokenTypes))
      .add(rows('position_embeddings', positions));
    return layers.layerNorm(sum, `${name}LayerNorm`);
  }

  #block(x: Tensor, batch: Batch): Tensor {
    const { layers, at } = batch;
    const prefix = this.#prefixOf(at.block);
    const normedSum = (residual: Tensor, name: string) => (h: Tensor) => layers.layerNorm(residual.add(h), name);
    const attended = this.#attend(x, prefix, batch);
    const y = layers.summed('attention', attended, at, normedSum(x, `${prefix}attention.output.LayerNorm`));
    const wide = gelu(layers.linears(y, [`${prefix}intermediate.dense`], at)[0]);
    const [fed] = layers.linears(wide, [`${prefix}output.dense`], at);
    const z = layers.summed('feedForward', fed, at, normedSum(y, `${prefix}output.LayerNorm`));
    return layers.summed('block', z, at, (h) => h);
  }

  #attend(x: Tensor, prefix: string, { B, T, mask, layers, at }: Batch): Tensor {
    const { headCount: H, headDim: d } = this.shape;
    const names = ['query', 'key', 'value'].map((name) => `${prefix}attention.self.${name}`);
    const [q, k, v] = layers.linears(x, names, at).map((y) => y.reshape([B, T, H, d]).transpose([0, 2, 1, 3]));
    const o = attention(q, k, v, mask); // (B, H, T, d)
    const merged = o.transpose([0, 2, 1, 3]).reshape([B * T, H * d]);
    return layers.linears(merged, [`${prefix}attention.output.dense`], at)[0];
  }

  /** The pooler is the body's, and may be adapted; where the checkpoint has none, it is the head's. */
  #pooled(first: Tensor, head: Readonly<Record<string, Tensor>>, layers: AdaptedLayers): Tensor {
    if (`${poolerName}.weight` in head) return affine(first, head, poolerName).tanh();
    return layers.linears(first, [poolerName], outsideBlocks)[0].tanh();
  }
}

/** x (B, in) → (B, out), float32 whatever the backend's precision: a head is small, and its numbers are the answer. */
function affine(x: Tensor, head: Readonly<Record<string, Tensor>>, name: string): Tensor {
  return tf.matMul<Tensor>(x, head[`${name}.weight`], false, true).add(head[`${name}.bias`]);
}
