/** tfjs on WebAssembly. */
import { createRequire } from 'node:module';
import path from 'node:path';
import type { EngineSettings } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import { engineBackendWords } from '../../contract/words/engineBackends.ts';
import type { Backend } from '../../engine/backends/backend.ts';
import { tf } from '../../engine/tf.ts';
import { eagerBackend } from '../eager/eagerBackend.ts';

/** Throws GraftError('backendUnavailable') where the module cannot be loaded. */
export async function open({ precision }: EngineSettings): Promise<Backend> {
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
