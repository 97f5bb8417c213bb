/**
 * The backends that are always there: tfjs on WebAssembly (the embedded default, one thread, about 15 GFLOPS) and tfjs
 * in plain JavaScript (for tests). "Compiled" functions run eagerly inside tf.tidy. Everything is float32.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { GraftError } from '../../../contract/errors.ts';
import { bfloat16ToFloat32 } from '../../../formats/floats.ts';
import { setExecutionOrder } from '../../ops/order.ts';
import { tf, type NamedTensorMap, type Tensor } from '../../tf.ts';
import type { Backend, Compiled } from '../backend.ts';
import { registerEagerKernels } from './kernels.ts';

/** A function that hands an input straight back must not give away the caller's tensor. */
function ownedOutputs(outputs: NamedTensorMap, inputs: NamedTensorMap): NamedTensorMap {
  const given = new Set<Tensor>(Object.values(inputs));
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, given.has(tensor) ? tensor.clone() : tensor]));
}

function eagerBackend(id: 'wasm' | 'cpu', device: string): Backend {
  registerEagerKernels(id);
  setExecutionOrder(null);
  return {
    id,
    device,
    precision: 'float32',
    compile(_name, fn): Compiled {
      const run = (inputs: NamedTensorMap): NamedTensorMap => tf.tidy(() => ownedOutputs(fn(inputs), inputs));
      return Object.assign(run, { dispose: () => undefined });
    },
    frozen: (data, shape) => tf.tensor(data instanceof Uint16Array ? bfloat16ToFloat32(data) : data, [...shape], 'float32'),
    trimMemory: () => undefined,
    liveTensors: () => tf.memory().numTensors,
  };
}

/** tfjs on WebAssembly. Throws GraftError('backendUnavailable') where the module cannot be loaded. */
export async function openWasm(): Promise<Backend> {
  const require = createRequire(import.meta.url);
  const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}${path.sep}`);
  if (!(await tf.setBackend('wasm'))) {
    throw new GraftError('backendUnavailable', 'The WebAssembly backend could not be started.', {
      remedy: 'Run `doctor`; reinstall the dependencies with `npm ci`.',
    });
  }
  return eagerBackend('wasm', 'CPU (1 thread), WebAssembly');
}

/** tfjs in plain JavaScript. */
export async function openPlain(): Promise<Backend> {
  await tf.setBackend('cpu');
  return eagerBackend('cpu', 'CPU (1 thread), plain JavaScript');
}
