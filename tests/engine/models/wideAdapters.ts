/**
 * Adapters that reach further than a linear layer's input, out of folders of tests/fixtures/methods: bottlenecks after
 * a sublayer or a block, and ResLoRA's is and ms, which read what earlier blocks had. They use every part of
 * BoundAdapter that plain LoRA does not.
 */
import type { BoundAdapter, HostTensor } from '../../../main/engine/adapters/adapterMethod.ts';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import type { Tensor } from '../../../main/engine/tf.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { methodCase } from '../../methods/methodCases.ts';

export type Bind = (tensors: Readonly<Record<string, Tensor>>) => BoundAdapter;

export interface WideAdapter {
  /** By their names in the file, without PEFT's prefix. */
  readonly values: Readonly<Record<string, HostTensor>>;
  readonly bind: Bind;
}

/** The adapter of a folder under tests/fixtures/methods after its training. */
export function readWideAdapter(name: string): WideAdapter {
  const { read, modelDir } = methodCase(name);
  const weights = read('final', inspectModel(modelDir).shape);
  const { bind } = getAdapterMethod(weights.methodId);
  const all = Object.entries({ ...weights.trained, ...weights.head?.tensors });
  const values = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
  return { values, bind: (given) => bind(weights, given, {}) };
}
