/** tfjs in plain JavaScript. */
import type { EngineSettings } from '../../contract/engine.ts';
import { engineBackendWords } from '../../contract/words/engineBackends.ts';
import type { Backend } from '../../engine/backends/backend.ts';
import { tf } from '../../engine/tf.ts';
import { eagerBackend } from '../eager/eagerBackend.ts';

export async function open({ precision }: EngineSettings): Promise<Backend> {
  await tf.setBackend('cpu');
  return eagerBackend('cpu', engineBackendWords.javascriptDevice(), precision);
}
