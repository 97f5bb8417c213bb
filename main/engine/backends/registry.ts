/** The computing half of every backend, found beside its spec: `main/backends/<id>/open.ts` exports it as `open`. */
import { getBackendSpec } from '../../backends/registry.ts';
import type { EngineSettings } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import { backendWords } from '../../contract/words/backends.ts';
import { engineBackendWords } from '../../contract/words/engineBackends.ts';
import type { Backend } from './backend.ts';

type OpenBackend = (settings: EngineSettings) => Backend | Promise<Backend>;

/**
 * Opens exactly the backend asked for and makes it tfjs' current one; never another in its place. Throws
 * GraftError('unsupported') of one that is not there yet, ('backendUnavailable') where it cannot be opened here.
 */
export async function openBackend(settings: EngineSettings): Promise<Backend> {
  const { id, computing } = getBackendSpec(settings.backend);
  if (computing !== null && !computing.precisions.includes(settings.precision)) {
    throw new GraftError('backendUnavailable', backendWords.noBf16({ backend: id, precision: settings.precision }), {
      field: 'precision',
      remedy: engineBackendWords.otherPrecision(),
    });
  }
  // A computed path, so that a backend needs no line here: its file is compiled and packed like any other of `main`.
  const { open } = (await import(`../../backends/${id}/open.ts`)) as { readonly open: OpenBackend };
  return open(settings);
}
