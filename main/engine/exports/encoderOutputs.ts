/**
 * What an encoder answers with an adapter: the scores of its head, or the hidden states of a bare model that has none.
 */
import type { EngineSettings } from '../../contract/engine.ts';
import { readPeftFolder } from '../../formats/peftFolder.ts';
import type { AdapterWeights, BoundAdapter } from '../adapters/adapterMethod.ts';
import { getAdapterMethod, readAdapter } from '../adapters/registry.ts';
import type { Backend } from '../backends/backend.ts';
import { openBackend } from '../backends/registry.ts';
import { encoderArrays, encoderTensors } from '../models/encoderRows.ts';
import { loadEncoder } from '../models/loadEncoder.ts';
import { tf, type Tensor } from '../tf.ts';
import type { ReadBack } from './weightExport.ts';

/** `ids`: rows of one length. */
export async function encoderOutputs(
  settings: EngineSettings,
  { modelDir, adapterDir }: ReadBack,
  ids: readonly (readonly number[])[],
): Promise<readonly number[]> {
  const backend = await openBackend({ ...settings, precision: 'float32' });
  const model = loadEncoder(backend, modelDir);
  const weights = adapterDir === null ? undefined : readAdapter(readPeftFolder(adapterDir), model.shape);
  const head = weights?.head?.tensors ?? Object.fromEntries(model.storedHead);
  const length = ids[0].length;
  const rows = ids.map((row) => ({ ids: row, secondStart: row.length }));
  const outputs = tf.tidy(() => {
    const adapter = weights && bindForOutputs(backend, weights);
    const hidden = model.hidden(encoderTensors(encoderArrays(model.shape, rows, length)), { adapter });
    const tensors = Object.fromEntries(
      Object.entries(head).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
    );
    return Object.keys(head).length === 0 ? hidden : model.logits(hidden, length, tensors, { adapter });
  });
  try {
    return Array.from(await outputs.data());
  } finally {
    outputs.dispose();
    model.dispose();
  }
}

/** Inside a tidy, without compiling: for a pass or two. */
export function bindForOutputs(backend: Backend, weights: AdapterWeights): BoundAdapter {
  const method = getAdapterMethod(weights.methodId);
  const tensors: Record<string, Tensor> = {};
  for (const [name, { data, shape }] of Object.entries(weights.trained)) tensors[name] = tf.tensor(data, [...shape]);
  for (const [name, { data, shape }] of Object.entries(method.frozenUploads(weights)))
    tensors[name] = backend.frozen(data, shape);
  return method.bind(weights, tensors, {});
}
