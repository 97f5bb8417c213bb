/** What an adapter folder holds, read against its base model: for importing one, and for training on from one. */
import type { InspectedAdapter } from '../contract/engine.ts';
import { inspectModel } from '../formats/modelFolder.ts';
import { readPeftFolder } from '../formats/peftFolder.ts';
import { trainedTensors } from './adapters/adapterHead.ts';
import { getAdapterMethod, readAdapter } from './adapters/registry.ts';
import { requireFinite } from './adapters/requireFinite.ts';

/** Throws GraftError with every misfit between folder and model. */
export async function inspectAdapter({
  adapterDir,
  modelDir,
}: {
  readonly adapterDir: string;
  readonly modelDir: string;
}): Promise<InspectedAdapter> {
  const folder = readPeftFolder(adapterDir);
  const weights = readAdapter(folder, inspectModel(modelDir).shape);
  requireFinite(weights, folder.dir);
  const { methodId, options, targets, trainable, head } = weights;
  return {
    method: methodId,
    options: { ...options },
    targets: targets.map(({ name }) => name),
    trainableParameters: Object.values(trainedTensors(weights)).reduce((sum, { data }) => sum + data.length, 0),
    storedBytes: [...folder.tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0),
    trainable,
    ...(head && { labelTask: head.task }),
    notices: [
      ...(weights.notices ?? []),
      ...(getAdapterMethod(methodId).notices?.(folder, weights) ?? []).map((kind) => ({ kind })),
    ],
  };
}
