/** tfjs on WebGPU, float32, run eagerly: one device for a process, which keeps failing once it has failed. */
import { join } from 'node:path';
import type { EngineSettings } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import type { Backend, Compiled, FrozenSource } from '../../engine/backends/backend.ts';
import { setExecutionOrder } from '../../engine/ops/order.ts';
import { tf } from '../../engine/tf.ts';
import { eagerBackend } from '../eager/eagerBackend.ts';
import { uploadFloats } from '../eager/floatTensors.ts';
import { type Failures, watchFailures } from './failures.ts';
import { isSoftware, nameOf, openGpu, type OpenedGpu } from './gpu.ts';
import { uploadPacked } from './int8Matrix.ts';
import { registerWebgpuKernels } from './kernels.ts';
import { webgpuModules } from './modules.ts';
import { registerTfjsWebgpu, tfjsWebgpuName } from './tfjsWebgpu.ts';
import { webgpuWords } from '../../contract/words/webgpu.ts';

interface Opened extends OpenedGpu {
  readonly failures: Failures;
}

let opened: Promise<Opened> | undefined;

/**
 * Throws GraftError('backendUnavailable') where the runtime or a graphics card is missing, and what ended the device
 * where it has failed in this process.
 */
export async function open({ libraryDir, precision, software }: EngineSettings): Promise<Backend> {
  if (libraryDir === undefined)
    throw new GraftError('backendUnavailable', webgpuWords.noRuntime(), { remedy: webgpuWords.install() });
  opened ??= start(libraryDir);
  const { info, device, failures } = await opened;
  failures.throwAny();
  await tf.setBackend(tfjsWebgpuName);
  setExecutionOrder({});
  const name = nameOf(info);
  if (isSoftware(info) && software !== true) {
    throw new GraftError('backendUnavailable', webgpuWords.onlySoftware({ name }), {
      field: 'backend',
      remedy: webgpuWords.askByName(),
    });
  }
  const said = isSoftware(info) ? webgpuWords.softwareDevice({ name }) : webgpuWords.device({ name });
  const eager = eagerBackend('webgpu', said, precision);
  const fits = <T>(shape: readonly number[], then: () => T): T => {
    requireBinding(shape, precision === 'int8', { name, limit: device.limits['maxStorageBufferBindingSize'] });
    return then();
  };
  return {
    ...eager,
    isSoftware: isSoftware(info),
    compile(...given): Compiled {
      const run = eager.compile(...given);
      const checked: typeof run = Object.assign(
        (inputs: Parameters<Compiled>[0]) => {
          failures.throwAny();
          return run(inputs);
        },
        { dispose: () => run.dispose() },
      );
      return checked;
    },
    frozenWeight: (shape, { pieces }: FrozenSource) =>
      fits(shape, () => (precision === 'int8' ? uploadPacked : uploadFloats)(shape, pieces)),
  };
}

async function start(libraryDir: string): Promise<Opened> {
  const gpu = await openGpu(join(libraryDir, webgpuModules.dawn));
  const failures = watchFailures(gpu.device);
  const tfjs = registerTfjsWebgpu(join(libraryDir, webgpuModules.tfjs), gpu, failures);
  await tf.setBackend(tfjsWebgpuName);
  registerWebgpuKernels(tfjs, { onSoftware: isSoftware(gpu.info) });
  return { ...gpu, failures };
}

/** tfjs has a matrix in one buffer, and binds it whole. */
function requireBinding(
  shape: readonly number[],
  isInt8: boolean,
  { name, limit }: { readonly name: string; readonly limit: number },
): void {
  const bytes = shape.reduce((product, size) => product * size, isInt8 ? 1 : 4);
  if (bytes <= limit) return;
  const megabytes = (of: number): number => Math.round(of / 1e6);
  throw new GraftError(
    'outOfMemory',
    webgpuWords.matrixTooLarge({ megabytes: megabytes(bytes), limit: megabytes(limit), device: name }),
    { field: 'precision', remedy: webgpuWords.needLess() },
  );
}
