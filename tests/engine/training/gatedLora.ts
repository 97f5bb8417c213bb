/**
 * LoRA with a gate over the slots of its rank, γ = r·softmax(p / 0.05), in the place of LoRA: what BeamLoRA trains.
 * Its folder is a plain one, the gate multiplied into A.
 */
import { vi } from 'vitest';
import { getAdapterMethod } from '../../../main/engine/adapters/registry.ts';
import type { AdapterWeights } from '../../../main/engine/adapters/adapterMethod.ts';
import { tf } from '../../../main/engine/tf.ts';
import { loraSpec, type LoraOptions } from '../../../main/methods/lora/spec.ts';
import type { MethodSpec } from '../../../main/methods/methodSpec.ts';

const temperature = 0.05;
const gateOf = (module: string): string => `${module}.lora_gate`;

/** Until vi.restoreAllMocks() and the function that is given back. */
export function gateLora(): () => void {
  const lora = getAdapterMethod('lora');
  const { init, fromPeft, bind, toPeft } = lora;
  const spec = loraSpec as { pairs?: MethodSpec<LoraOptions>['pairs'] };
  const { pairs } = spec;
  spec.pairs = {
    kind: 'gated',
    of: (options, targets) =>
      (pairs?.of(options, targets) ?? []).map((pair) => ({
        ...pair,
        gate: { tensor: gateOf(pair.module), temperature },
      })),
  };
  vi.spyOn(lora, 'init').mockImplementation(async (context) => withGates(await init.call(lora, context)));
  vi.spyOn(lora, 'fromPeft').mockImplementation((folder, shape) => withGates(fromPeft.call(lora, folder, shape)));
  vi.spyOn(lora, 'bind').mockImplementation((weights, tensors, context) => {
    const gated = weights.targets.map(({ name }) => {
      const a = tensors[`${name}.lora_A.weight`];
      const gamma = tensors[gateOf(name)].div(temperature).softmax().mul(a.shape[0]);
      return [`${name}.lora_A.weight`, a.mul(gamma.expandDims(1))] as const;
    });
    return bind.call(lora, weights, { ...tensors, ...Object.fromEntries(gated) }, context);
  });
  vi.spyOn(lora, 'toPeft').mockImplementation((weights, baseModel) => toPeft.call(lora, folded(weights), baseModel));
  return () => void (spec.pairs = pairs);
}

function withGates(weights: AdapterWeights): AdapterWeights {
  const gated = weights.targets.flatMap(({ name }) => {
    const [a, b] = [weights.trained[`${name}.lora_A.weight`], weights.trained[`${name}.lora_B.weight`]];
    const gate = { group: 'default', shape: [a.shape[0]], data: new Float32Array(a.shape[0]) };
    return [[`${name}.lora_A.weight`, a], [`${name}.lora_B.weight`, b], [gateOf(name), gate]] as const; // prettier-ignore
  });
  return { ...weights, trained: Object.fromEntries(gated) };
}

function folded(weights: AdapterWeights): AdapterWeights {
  const plain = weights.targets.flatMap(({ name }) => {
    const [a, b] = [weights.trained[`${name}.lora_A.weight`], weights.trained[`${name}.lora_B.weight`]];
    const data = tf.tidy(() => {
      const gamma = tf.tensor1d(weights.trained[gateOf(name)].data).div(temperature).softmax().mul(a.shape[0]);
      return tf
        .tensor(a.data, [...a.shape])
        .mul(gamma.expandDims(1))
        .dataSync<'float32'>();
    });
    return [[`${name}.lora_A.weight`, { ...a, data }], [`${name}.lora_B.weight`, b]] as const; // prettier-ignore
  });
  return { ...weights, trained: Object.fromEntries(plain) };
}
