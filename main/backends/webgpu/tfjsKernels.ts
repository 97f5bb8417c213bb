/** tfjs' own kernels for WebGPU, replaced by ones that may still run them. */
import { tf } from '../../engine/tf.ts';
import { tfjsWebgpuName } from './tfjsWebgpu.ts';

type Kernel = NonNullable<ReturnType<typeof tf.getKernel>>;
export type KernelInput = Parameters<Kernel['kernelFunc']>[0];
export type KernelResult = ReturnType<Kernel['kernelFunc']>;

/** From here on `around` is the kernel of that name; `run` is what was it before. */
export function wrapKernel(
  name: string,
  around: (given: KernelInput, run: (given: KernelInput) => KernelResult) => KernelResult,
): void {
  const kernel = tf.getKernel(name, tfjsWebgpuName);
  tf.unregisterKernel(name, tfjsWebgpuName);
  tf.registerKernel({ ...kernel, kernelFunc: (given) => around(given, kernel.kernelFunc) });
}
