/**
 * The backends that tests run on: plain JavaScript and WebAssembly always, TensorFlow and WebGPU where their runtimes
 * are installed in the user's cache (a missing one is reported as a skip by name; where CI is set, the runner fails
 * before this for TensorFlow). WebGPU computes on a software GPU.
 */
import { getBackendSpec } from '../../main/backends/registry.ts';
import { openBackend } from '../../main/engine/backends/registry.ts';
import type { Backend } from '../../main/engine/backends/backend.ts';
import type { EngineSettings, WeightPrecision } from '../../main/contract/engine.ts';
import { defaultCacheDir } from '../../main/runtimes/cacheDir.ts';
import { findRuntime, libraryDirOf } from '../../main/runtimes/findRuntimes.ts';
import { describeWith } from './requirements.ts';
import { useSoftwareGpu, webgpuDir, webgpuMissing } from './softwareGpu.ts';

if (webgpuMissing === null) await useSoftwareGpu();

const runtime = findRuntime('tensorflow-cpu', defaultCacheDir());

export const tensorflowMissing = runtime ? null : 'no TensorFlow runtime is installed (runtime install tensorflow-cpu)';

export const backendNames = ['cpu', 'wasm', 'tensorflow', 'webgpu'] as const;
export type TestBackendName = (typeof backendNames)[number];

/** Why tests are skipped on it; null where they run. */
export const backendMissing: Readonly<Record<TestBackendName, string | null>> = {
  ...{ cpu: null, wasm: null, tensorflow: tensorflowMissing, webgpu: webgpuMissing },
};

export const backendSettings: Readonly<Record<TestBackendName, EngineSettings>> = {
  cpu: { backend: 'cpu', precision: 'float32', threads: 1 },
  wasm: { backend: 'wasm', precision: 'float32', threads: 1 },
  tensorflow: {
    backend: 'tensorflow',
    precision: 'float32',
    threads: 2,
    libraryDir: runtime ? libraryDirOf(runtime) : undefined,
  },
  webgpu: { backend: 'webgpu', precision: 'float32', threads: 1, libraryDir: webgpuDir, software: true },
};

/** `describe` once per backend that has the precision; skipped, with the reason, where a runtime is missing. */
export function describeOnBackends(
  title: string,
  suite: (name: TestBackendName) => void,
  precision: WeightPrecision = 'float32',
): void {
  for (const name of backendNames) {
    if (getBackendSpec(name).computing?.precisions.includes(precision) !== true) continue;
    describeWith({ reason: backendMissing[name] }, `${title} on ${name}`, () => suite(name));
  }
}

/** One TensorFlow session, of one precision, serves a whole test process. */
const open = new Map<string, Promise<Backend>>();

/** Multiplies in float32 whatever the weights are stored in. */
export async function openTestBackend(name: TestBackendName, precision: WeightPrecision = 'float32'): Promise<Backend> {
  const opened = open.get(name) ?? openBackend({ ...backendSettings[name], precision, products: 'float32' });
  open.set(name, opened);
  return opened;
}
