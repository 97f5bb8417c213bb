/**
 * tfjs' WebGPU backend, out of the runtime's folder, on the tfjs that Graft has loaded: the package is one CommonJS
 * file that asks for `@tensorflow/tfjs-core`, which the runtime does not have. What it takes for globals of a browser
 * it is given as parameters; and it sees no WebGPU while it loads, or it would register a device of its own.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { GraftError } from '../../contract/errors.ts';
import { tf } from '../../engine/tf.ts';
import type { Failures } from './failures.ts';
import type { OpenedGpu } from './gpu.ts';
import { webgpuWords } from '../../contract/words/webgpu.ts';

type DataId = object;
type Dtype = 'float32' | 'int32';

export interface TensorInfo {
  readonly dataId: DataId;
  readonly shape: number[];
  readonly dtype: Dtype;
}

/** What is used of tfjs' class. */
export interface TfjsWebgpu {
  read(dataId: DataId): Promise<unknown>;
  readSync(dataId: DataId): unknown;
  write(values: Float32Array, shape: number[], dtype: Dtype): DataId;
  disposeData(dataId: DataId, force?: boolean): boolean;
  makeTensorInfo(shape: number[], dtype: Dtype, values: Int32Array): TensorInfo;
  runWebGPUProgram(
    program: object,
    inputs: readonly TensorInfo[],
    dtype: Dtype,
    uniforms: readonly { readonly type: Dtype; readonly data: number[] }[],
  ): TensorInfo;
  readonly tensorMap: { has(dataId: DataId): boolean; get(dataId: DataId): { readonly values?: unknown } };
}

interface TfjsModule {
  readonly WebGPUBackend: new (device: unknown, info: unknown) => TfjsWebgpu;
}

export const tfjsWebgpuName = 'webgpu';

/** Registers it, once a process: tfjs' kernels register themselves when the file runs. */
export function registerTfjsWebgpu(file: string, opened: OpenedGpu, failures: Failures): TfjsWebgpu {
  const navigator: Record<string, unknown> = {};
  const scope: Record<string, unknown> = { ...opened.globals, navigator, globalThis: { navigator }, window: undefined };
  const module = { exports: {} as TfjsModule };
  const names = ['require', 'module', 'exports', ...Object.keys(scope)];
  const run = compileFunction(readSource(file), names, { filename: file }) as (...all: unknown[]) => void;
  run(createRequire(import.meta.url), module, module.exports, ...Object.values(scope));
  navigator['gpu'] = opened.gpu;
  const backend = new module.exports.WebGPUBackend(opened.device, opened.info);
  guardReads(backend, failures);
  tf.registerBackend(tfjsWebgpuName, () => backend as never, 0);
  return backend;
}

/**
 * tfjs 4.22 writes the transpose of integers into a function that takes floats: WGSL refuses it, and what is behind it
 * stays zero. A conversion that is none for floats makes it right for both.
 */
const transposed = /setOutputAtIndex\(flatIndex, (A\[getIndexFromCoords[^\n]*uniforms\.aShape\)\])\)/;

function readSource(file: string): string {
  const source = readFileSync(file, 'utf8');
  if (transposed.test(source)) return source.replace(transposed, 'setOutputAtIndex(flatIndex, f32($1))');
  throw new GraftError('integrity', webgpuWords.otherTfjs({ file }), { file, remedy: webgpuWords.reinstall() });
}

/** No value leaves a device that has reported an error; and none leaves at once, which tfjs does through a canvas. */
function guardReads(backend: TfjsWebgpu, failures: Failures): void {
  const read = backend.read.bind(backend);
  const readSync = backend.readSync.bind(backend);
  backend.read = async (dataId) => {
    const values = await read(dataId);
    failures.throwAny();
    return values;
  };
  backend.readSync = (dataId) => {
    if (!backend.tensorMap.get(dataId).values) throw new GraftError('internal', webgpuWords.noReadingAtOnce());
    return readSync(dataId);
  };
}
