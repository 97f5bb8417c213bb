/** Every backend by its id: one line each. */
import type { EngineSettings } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import type { Backend, BackendId } from './backend.ts';
import { openPlain, openWasm } from './eager/openEager.ts';
import { openTensorflow } from './tensorflow/openTensorflow.ts';
import { backendWords } from '../../contract/words/backends.ts';
import { engineBackendWords } from '../../contract/words/engineBackends.ts';

const backends: Readonly<Record<BackendId, (settings: EngineSettings) => Backend | Promise<Backend>>> = {
  tensorflow: openTensorflow,
  wasm: openWasm,
  cpu: openPlain,
};

/** Opens exactly the backend asked for and makes it tfjs' current one; never another in its place. */
export async function openBackend(settings: EngineSettings): Promise<Backend> {
  if (settings.precision === 'bf16' && settings.backend !== 'tensorflow') {
    throw new GraftError('backendUnavailable', backendWords.noBf16({ backend: settings.backend }), {
      field: 'precision',
      remedy: engineBackendWords.otherPrecision(),
    });
  }
  return backends[settings.backend](settings);
}
