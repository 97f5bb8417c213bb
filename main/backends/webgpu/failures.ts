/**
 * What goes wrong on the device. WebGPU reports a broken kernel or a full memory beside the computation, which goes on
 * with wrong numbers: after the first such report no value of this process is to be trusted, so that every read fails,
 * and the engine ends once it has said so.
 */
import { GraftError } from '../../contract/errors.ts';
import type { GpuDevice } from './gpu.ts';
import { webgpuWords } from '../../contract/words/webgpu.ts';

/** Of `uncapturederror`. */
interface ReportedError {
  readonly constructor: { readonly name: string };
  readonly message: string;
}

export interface Failures {
  /** Throws GraftError('deviceLost') or ('outOfMemory'), again at every call. */
  throwAny(): void;
}

/** `data.endsEngine`: whoever answers this error ends the process (engine/serveRequests.ts). */
export function watchFailures(device: GpuDevice): Failures {
  let first: GraftError | undefined;
  device.addEventListener('uncapturederror', (event) => {
    first ??= reported((event as unknown as { readonly error: ReportedError }).error);
  });
  void device.lost.then(({ reason, message }) => {
    const said = webgpuWords.lost({ message: message || reason });
    first ??= new GraftError('deviceLost', said, { remedy: webgpuWords.otherBackend(), endsEngine: true });
  });
  return {
    throwAny() {
      if (first !== undefined) throw first;
    },
  };
}

function reported({ constructor, message }: ReportedError): GraftError {
  const line = message.split('\n')[0] ?? '';
  return constructor.name === 'GPUOutOfMemoryError'
    ? new GraftError('outOfMemory', webgpuWords.memoryFull({ message: line }), {
        remedy: webgpuWords.needLess(),
        endsEngine: true,
      })
    : new GraftError('deviceLost', webgpuWords.refused({ message: line }), {
        remedy: webgpuWords.otherBackend(),
        endsEngine: true,
        detail: message,
      });
}
