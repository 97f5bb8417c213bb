/**
 * What WebAssembly, plain JavaScript and WebGPU share: "compiled" functions run eagerly inside tf.tidy, and all is
 * float32 but weights that are kept in fewer bits.
 */
import type { WeightPrecision } from '../../contract/engine.ts';
import { type Choose, setExecutionOrder } from '../../engine/ops/order.ts';
import { tf, type NamedTensorMap, type Tensor } from '../../engine/tf.ts';
import type { Backend, Compiled, FrozenSource } from '../../engine/backends/backend.ts';
import { uploadFloats } from './floatTensors.ts';
import { uploadBlocks, uploadInt8, uploadNf4 } from './hostMatrices.ts';
import { registerEagerKernels } from './kernels.ts';
import type { Said } from '../../contract/words/words.ts';

/** A function that hands an input straight back must not give away the caller's tensor. */
function ownedOutputs(outputs: NamedTensorMap, inputs: NamedTensorMap): NamedTensorMap {
  const given = new Set<Tensor>(Object.values(inputs));
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name, given.has(tensor) ? tensor.clone() : tensor]),
  );
}

function uploadWeight(precision: WeightPrecision, shape: readonly number[], source: FrozenSource): Tensor {
  if (precision === 'int8') return uploadInt8(shape, source);
  if (precision === 'nf4' && source.isLinear === true) return uploadNf4(shape, source);
  const packed = precision === 'packed' && source.blocks ? uploadBlocks(shape, source.blocks) : undefined;
  return packed ?? uploadFloats(shape, source.pieces);
}

/** WebGPU has no value before it is waited for. */
const chooseByValue: Choose = (condition, given, { then, otherwise }) =>
  (condition.dataSync()[0] === 0 ? otherwise : then)(given);

/** `id` is tfjs' current backend. */
export function eagerBackend(id: 'wasm' | 'cpu' | 'webgpu', device: Said, precision: WeightPrecision): Backend {
  registerEagerKernels(id);
  setExecutionOrder({ choose: id === 'webgpu' ? undefined : chooseByValue });
  return {
    id,
    device,
    precision,
    products: 'float32',
    compile(_name, fn): Compiled {
      const run = (inputs: NamedTensorMap): NamedTensorMap => tf.tidy(() => ownedOutputs(fn(inputs), inputs));
      return Object.assign(run, { dispose: () => undefined });
    },
    frozenWeight: (shape, source) => uploadWeight(precision, shape, source),
    frozen: (data, shape) => uploadFloats(shape, [{ from: 0, values: data }]),
    trimMemory: () => undefined,
    liveTensors: () => tf.memory().numTensors,
  };
}
