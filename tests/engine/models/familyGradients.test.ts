/**
 * Gradients of every family against finite differences, through adapters and, with every weight trained, through
 * embeddings, norms and biases: a term left out of a norm, a cap, a fused split or a mask shows here. And with
 * recomputation they must not change. On one backend: single ops are held against finite differences on all of them.
 */
import { describe, expect, test } from 'vitest';
import type { LoraOptions } from '../../../main/methods/lora/spec.ts';
import { loraOptionsSchema } from '../../../main/methods/lora/spec.ts';
import type { AdapterMethod, AdapterWeights } from '../../../main/engine/adapters/adapterMethod.ts';
import { tensors as full } from '../../../main/methods/full/tensors.ts';
import { tensors as lora } from '../../../main/methods/lora/tensors.ts';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import type { CausalModel } from '../../../main/engine/models/causalModel.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { createRandom } from '../../../main/engine/random.ts';
import { tf } from '../../../main/engine/tf.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { openWeights } from '../../../main/formats/weightSource.ts';
import { openTestBackend, tensorflowMissing } from '../../support/backends.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { type Subject, subjectOf, withoutZeros, worstRecomputeError, worstSlopeError } from './slopes.ts';

/** One of each kind; llama's rotations differ in constants alone. */
// prettier-ignore
const fixtures = ['arch_llama_biases', 'arch_mistral_window', 'arch_qwen2', 'arch_qwen3', 'arch_gemma2', 'arch_gemma3', 'arch_phi3', 'arch_gpt2'];
const ids = [5, 17, 40, 17, 2, 33, 8];
const targets = [17, 40, 17, 2, 33, 8, 30];
const weights = [0, 1, 1, 1, 1, 1, 0.5];

function loraWeights({ shape }: CausalModel): AdapterWeights<LoraOptions> {
  const random = createRandom(3, 'gradients');
  const made = lora.init(loraOptionsSchema.parse({ rank: 2, alpha: 4 }), shape.linears, random);
  return { ...made, trained: withoutZeros(made.trained, random) };
}

function fullWeights(dir: string): AdapterWeights {
  const { family, shape } = inspectModel(dir);
  const source = openWeights(dir, family, shape);
  const base = [...family.weightShapes(shape).keys()].map(
    (name) => [name, { shape: source.shape(name), data: source.readFloat32(name) }] as const,
  );
  source.close();
  return full.initFromBase?.({}, shape.linears, new Map(base)) ?? full.init({}, [], Math.random);
}

function subject(
  backend: Backend,
  model: CausalModel,
  method: AdapterMethod<never>,
  weightsOf: AdapterWeights,
): Subject {
  return subjectOf(backend, weightsOf.trained, {
    batch: {
      ids: tf.tensor2d([ids], undefined, 'int32'),
      targets: tf.tensor1d(targets, 'int32'),
      weights: tf.tensor1d(weights),
    },
    bind: (tensors) => method.bind(weightsOf as AdapterWeights<never>, tensors, {}),
    loss: (inputs, adapter, { recompute }) => {
      const hidden = model.hidden(inputs.ids, { adapter, recompute });
      return model.crossEntropySum(hidden, inputs.targets, inputs.weights, adapter);
    },
  });
}

describe('gradients of families', () => {
  test.each(fixtures)('%s', async (fixture) => {
    const backend = await openTestBackend(tensorflowMissing === null ? 'tensorflow' : 'wasm');
    const dir = fixturePath(fixture);
    const model = loadModel(backend, dir);
    const subjects = [
      subject(backend, model, lora as AdapterMethod<never>, loraWeights(model)),
      subject(backend, model, full as AdapterMethod<never>, fullWeights(dir)),
    ];
    for (const each of subjects) {
      const { kind, error } = await worstSlopeError(each);
      expect(error, kind).toBeLessThan(0.05);
      const recomputed = await worstRecomputeError(each);
      expect(recomputed.error, recomputed.tensor).toBeLessThan(1e-5);
    }
    model.dispose();
  });
});
