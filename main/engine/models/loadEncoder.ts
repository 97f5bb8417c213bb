/** Every encoder family's forward pass by its id, one line each; plus loading one from a model folder. */
import { GraftError } from '../../contract/errors.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import { inspectModel } from '../../formats/modelFolder.ts';
import { openWeights } from '../../formats/weightSource.ts';
import type { HostTensor } from '../adapters/adapterMethod.ts';
import type { Backend } from '../backends/backend.ts';
import { Bert } from './bert.ts';
import type { EncoderModel } from './encoderModel.ts';
import { ModelWeights } from './modelWeights.ts';
import { linearWeights, uploadWeight } from './registry.ts';
import { engineChatWords } from '../../contract/words/engineChat.ts';

type Create = (shape: ModelShape, weights: ModelWeights, storedHead: ReadonlyMap<string, HostTensor>) => EncoderModel;

const encoders: Readonly<Record<string, Create>> = {
  bert: (shape, weights, storedHead) => new Bert(shape, weights, storedHead),
  roberta: (shape, weights, storedHead) => new Bert(shape, weights, storedHead),
};

/** Loads an encoder's folder onto a backend; its head stays on the host. Throws GraftError naming file and tensor. */
export function loadEncoder(backend: Backend, modelDir: string): EncoderModel {
  const { family, shape } = inspectModel(modelDir);
  const create = encoders[shape.family];
  if (!create) {
    throw new GraftError('unsupported', engineChatWords.writesText({ modelDir, family: shape.family }), {
      field: 'model',
      remedy: engineChatWords.chooseEncoder({ known: Object.keys(encoders) }),
    });
  }
  const source = openWeights(modelDir, family, shape);
  const weights = new ModelWeights();
  try {
    const storedHead = new Map<string, HostTensor>();
    const linear = linearWeights(shape);
    for (const name of family.weightShapes(shape).keys())
      weights.set(name, uploadWeight(backend, source, name, { isLinear: linear.has(name) }));
    for (const name of family.optionalWeights?.(shape).keys() ?? []) {
      if (!source.has(name)) continue;
      if (isBodys(shape, name)) weights.set(name, uploadWeight(backend, source, name));
      else storedHead.set(name, { shape: source.shape(name), data: source.readFloat32(name) });
    }
    backend.trimMemory();
    return create(shape, weights, storedHead);
  } catch (error) {
    weights.dispose(); // of a model that is too large: a smaller one must find room
    throw error;
  } finally {
    source.close();
  }
}

/** A pooler is the body's where it is there at all. */
function isBodys({ family }: ModelShape, name: string): boolean {
  return name.startsWith(`${family}.`);
}
