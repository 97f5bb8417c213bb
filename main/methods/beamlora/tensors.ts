/**
 * BeamLoRA as tensors: the gate is multiplied into A, which is a few rows, and the rest is LoRA's own forward pass. The
 * gates of all modules are of one length, so one softmax serves them all.
 */
import type { AdapterWeights, HostTensor } from '../../engine/adapters/adapterMethod.ts';
import { constant } from '../../engine/adapters/draws.ts';
import { bindLowRank } from '../../engine/adapters/lowRankDelta.ts';
import { ownFields, type MethodTensors } from '../../engine/adapters/methodTensors.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import { slotWeights } from '../factorPair.ts';
import { kaimingStart, loraFromFactors } from '../lora/tensors.ts';
import { factorA, factorB, gateP, type BeamloraOptions } from './spec.ts';

export const tensors: MethodTensors<BeamloraOptions> = {
  id: 'beamlora',

  fields: ownFields({}),

  init({ options: { rank }, targets, random }) {
    const values: Record<string, HostTensor> = {};
    for (const target of targets) {
      const { a, b } = kaimingStart(random, target, rank);
      values[target.name + factorA] = a;
      values[target.name + factorB] = b;
      values[target.name + gateP] = constant([rank], 0);
    }
    return values;
  },

  bind({ options, targets }, bound, context) {
    const { rank, alpha, gateTemperature, dropout } = options;
    const weights = gammas(
      targets.map(({ name }) => bound[name + gateP]),
      gateTemperature,
    );
    const factors = targets.map(({ name }, index) => {
      const a = tf.mul<Tensor>(bound[name + factorA], weights[index]);
      return [name, { a, b: bound[name + factorB], scale: alpha / rank }] as const;
    });
    return bindLowRank(new Map(factors), { ...context, dropoutRate: dropout });
  },

  toLora,
  forInference: (weights) => toLora(weights),
};

/** γ of each gate, (r, 1). */
function gammas(gates: readonly Tensor[], temperature: number): readonly Tensor[] {
  const rank = gates[0].shape[0] ?? 0;
  const all = tf.mul(tf.softmax(tf.div(tf.stack([...gates]), temperature)), rank);
  return tf.split(tf.reshape(all, [gates.length * rank, 1]), gates.length, 0);
}

/** lora_A = diag(γ) A and lora_B = B: rank and alpha stay. */
function toLora(weights: AdapterWeights<BeamloraOptions>, layers = weights.targets): AdapterWeights {
  const { options, trained } = weights;
  return loraFromFactors(weights, layers, options, (name) => {
    const gamma = slotWeights(trained[name + gateP].data, options.gateTemperature);
    const { shape, data } = trained[name + factorA];
    const [, width] = shape;
    const a = { shape, data: data.map((value, at) => value * gamma[Math.floor(at / width)]) };
    return { a, b: trained[name + factorB] };
  });
}
