/**
 * The backends that are always there: tfjs on WebAssembly (the embedded default, one thread, about 15 GFLOPS) and tfjs
 * in plain JavaScript (for tests). "Compiled" functions run eagerly inside tf.tidy. Everything is float32 but weights
 * that are kept as int8.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import type { EngineSettings, WeightPrecision } from '../../../contract/engine.ts';
import { GraftError } from '../../../contract/errors.ts';
import { setExecutionOrder } from '../../ops/order.ts';
import { tf, type NamedTensorMap, type Tensor } from '../../tf.ts';
import type { Backend, Compiled } from '../backend.ts';
import { uploadFloats } from './floatTensors.ts';
import { uploadInt8 } from './int8Tensors.ts';
import { registerEagerKernels } from './kernels.ts';
import { engineBackendWords } from '../../../contract/words/engineBackends.ts';
import type { Said } from '../../../contract/words/words.ts';

/** A function that hands an input straight back must not give away the caller's tensor. */
function ownedOutputs(outputs: NamedTensorMap, inputs: NamedTensorMap): NamedTensorMap {
  const given = new Set<Tensor>(Object.values(inputs));
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name, given.has(tensor) ? tensor.clone() : tensor]),
  );
}

function eagerBackend(id: 'wasm' | 'cpu', device: Said, precision: WeightPrecision): Backend {
  registerEagerKernels(id);
  setExecutionOrder(null);
  return {
    id,
    device,
    precision,
    products: 'float32',
    compile(_name, fn): Compiled {
      const run = (inputs: NamedTensorMap): NamedTensorMap => tf.tidy(() => ownedOutputs(fn(inputs), inputs));
      return Object.assign(run, { dispose: () => undefined });
    },
    frozenWeight: (shape, pieces) => (precision === 'int8' ? uploadInt8 : uploadFloats)(shape, pieces),
    frozen: (data, shape) => uploadFloats(shape, [{ from: 0, values: data }]),
    trimMemory: () => undefined,
    liveTensors: () => tf.memory().numTensors,
  };
}

/** tfjs on WebAssembly. Throws GraftError('backendUnavailable') where the module cannot be loaded. */
export async function openWasm({ precision }: EngineSettings): Promise<Backend> {
  const require = createRequire(import.meta.url);
  const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}${path.sep}`);
  if (!(await tf.setBackend('wasm'))) {
    throw new GraftError('backendUnavailable', engineBackendWords.wasmNotStarted(), {
      remedy: engineBackendWords.reinstall(),
    });
  }
  return eagerBackend('wasm', engineBackendWords.wasmDevice(), precision);
}

/** tfjs in plain JavaScript. */
export async function openPlain({ precision }: EngineSettings): Promise<Backend> {
  await tf.setBackend('cpu');
  return eagerBackend('cpu', engineBackendWords.javascriptDevice(), precision);
}
