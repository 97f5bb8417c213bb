/**
 * Gradients of every family against finite differences, through adapters and, with every weight trained, through
 * embeddings, norms and biases: a term left out of a norm, a cap, a fused split or a mask shows here. And with
 * recomputation they must not change. On one backend: single ops are held against finite differences on all of them.
 */
import { describe, expect, test } from 'vitest';
import { loraOptionsSchema } from '../../../main/methods/lora/spec.ts';
import type { AdapterWeights } from '../../../main/engine/adapters/adapterMethod.ts';
import { openBaseWeights } from '../../../main/engine/adapters/baseWeights.ts';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import type { CausalModel } from '../../../main/engine/models/causalModel.ts';
import { loadModel } from '../../../main/engine/models/registry.ts';
import { createRandom } from '../../../main/engine/random.ts';
import { tf } from '../../../main/engine/tf.ts';
import { inspectModel } from '../../../main/formats/modelFolder.ts';
import { openTestBackend, tensorflowMissing } from '../../support/backends.ts';
import { fixturePath } from '../../support/fixtures.ts';
import { initAdapter } from '../../support/initAdapter.ts';
import { type Subject, subjectOf, withoutZeros, worstRecomputeError, worstSlopeError } from './slopes.ts';

/** One of each kind; llama's rotations differ in constants alone. */
// oxfmt-ignore
const fixtures = ['arch_llama_biases', 'arch_mistral_window', 'arch_qwen2', 'arch_qwen3', 'arch_gemma2', 'arch_gemma3', 'arch_phi3', 'arch_gpt2'];
const ids = [5, 17, 40, 17, 2, 33, 8];
const targets = [17, 40, 17, 2, 33, 8, 30];
const weights = [0, 1, 1, 1, 1, 1, 0.5];

async function loraWeights({ shape }: CausalModel): Promise<AdapterWeights> {
  const random = createRandom(3, 'gradients');
  const options = loraOptionsSchema.parse({ rank: 2, alpha: 4 });
  const made = await initAdapter('lora', { options, targets: shape.linears, shape, random });
  return { ...made, trained: withoutZeros(made.trained, random) };
}

async function fullWeights(dir: string): Promise<AdapterWeights> {
  const base = openBaseWeights({ modelDir: dir, model: inspectModel(dir) });
  const { shape } = base;
  const context = { options: {}, targets: shape.linears, random: Math.random, base };
  return getAdapterMethod('full')
    .init(context)
    .finally(() => base.close());
}

function subject(backend: Backend, model: CausalModel, weightsOf: AdapterWeights): Subject {
  return subjectOf(backend, weightsOf.trained, {
    batch: {
      ids: tf.tensor2d([ids], undefined, 'int32'),
      targets: tf.tensor1d(targets, 'int32'),
      weights: tf.tensor1d(weights),
    },
    bind: (tensors) => getAdapterMethod(weightsOf.methodId).bind(weightsOf, tensors, {}),
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
      subject(backend, model, await loraWeights(model)),
      subject(backend, model, await fullWeights(dir)),
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
