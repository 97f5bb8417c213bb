/**
 * A model's weights on the device, by Hugging Face name: matrices in the backend's precision, vectors float32; of
 * `plusOne` norms it is 1 + weight. Matrices of linear layers that read one input may lie under each other in one; each
 * is a view of it then, so that both ways of using them cost one memory.
 */
import type { Tensor } from '../tf.ts';

export class ModelWeights {
  readonly #tensors: Map<string, Tensor>;
  readonly #joined = new Map<string, Tensor>();

  constructor(tensors: Iterable<readonly [string, Tensor]> = []) {
    this.#tensors = new Map(tensors);
  }

  set(name: string, tensor: Tensor): void {
    this.#tensors.set(name, tensor);
  }

  /** `whole`: the weights of the layers, in this order, under each other. */
  setJoined(layers: readonly string[], whole: Tensor): void {
    this.#joined.set(layers.join(), whole);
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  find(name: string): Tensor | undefined {
    return this.#tensors.get(name);
  }

  /** Throws where the model has none of this name. */
  get(name: string): Tensor {
    const weight = this.#tensors.get(name);
    if (!weight) throw new Error(`The model has no weight ${name}.`);
    return weight;
  }

  findJoined(layers: readonly string[]): Tensor | undefined {
    return layers.length > 1 ? this.#joined.get(layers.join()) : undefined;
  }

  dispose(): void {
    for (const tensor of [...this.#tensors.values(), ...this.#joined.values()]) tensor.dispose();
    this.#tensors.clear();
    this.#joined.clear();
  }
}
