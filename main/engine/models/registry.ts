/** Every model family's forward pass by its id: one line each; plus loading one from a model folder. */
import { GraftError } from '../../contract/errors.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import { inspectModel } from '../../formats/modelFolder.ts';
import { openWeights, type WeightSource } from '../../formats/weightSource.ts';
import type { Backend } from '../backends/backend.ts';
import { tf, type Tensor } from '../tf.ts';
import type { CausalModel } from './causalModel.ts';
import { Llama, type Weights } from './llama.ts';

const models: Readonly<Record<string, (shape: ModelShape, weights: Weights) => CausalModel>> = {
  llama: (shape, weights) => new Llama(shape, weights),
};

/** Matrices in the backend's precision, vectors (norms, biases) in float32; one weight on the host at a time. */
export function uploadWeight(backend: Backend, source: WeightSource, name: string): Tensor {
  const shape = source.shape(name);
  if (shape.length < 2) return tf.tensor(source.readFloat32(name), [...shape]);
  const half = backend.precision === 'bf16' ? source.readBf16(name) : undefined;
  return backend.frozen(half ?? source.readFloat32(name), shape);
}

/** Loads a model folder (safetensors or GGUF) onto a backend. Throws GraftError naming file and tensor. */
export function loadModel(backend: Backend, modelDir: string): CausalModel {
  const { family, shape } = inspectModel(modelDir);
  if (shape.encoder) throw notADecoder(modelDir, shape);
  const create = models[shape.family];
  if (!create) {
    throw new GraftError('unsupported', `Models of the family ${shape.family} cannot be run yet.`, {
      field: 'model_type',
      remedy: `Known: ${Object.keys(models).join(', ')}.`,
    });
  }
  const source = openWeights(modelDir, family, shape);
  try {
    const weights = new Map<string, Tensor>();
    for (const name of family.weightShapes(shape).keys()) weights.set(name, uploadWeight(backend, source, name));
    backend.trimMemory();
    return create(shape, weights);
  } finally {
    source.close();
  }
}

function notADecoder(modelDir: string, { family }: ModelShape): GraftError {
  return new GraftError('unsupported', `${modelDir} is a ${family} model, an encoder: it classifies text and writes none.`, {
    field: 'model',
    remedy: 'Use it to classify, or choose a model that writes text, such as Llama.',
  });
}
