/**
 * The backends that tests run on: plain JavaScript and WebAssembly always, TensorFlow where its runtime is installed in
 * the user's cache (a missing one is reported as a skip by name; where CI is set, the runner fails before this).
 */
import { openBackend } from '../../main/engine/backends/registry.ts';
import type { Backend } from '../../main/engine/backends/backend.ts';
import type { EngineSettings, WeightPrecision } from '../../main/contract/engine.ts';
import { defaultCacheDir } from '../../main/runtimes/cacheDir.ts';
import { findRuntime, libraryDirOf } from '../../main/runtimes/findRuntimes.ts';
import { describeWith } from './requirements.ts';

const runtime = findRuntime('tensorflow-cpu', defaultCacheDir());

export const tensorflowMissing = runtime ? null : 'no TensorFlow runtime is installed (runtime install tensorflow-cpu)';

export const backendSettings: Readonly<Record<'cpu' | 'wasm' | 'tensorflow', EngineSettings>> = {
  cpu: { backend: 'cpu', precision: 'float32', threads: 1 },
  wasm: { backend: 'wasm', precision: 'float32', threads: 1 },
  tensorflow: {
    backend: 'tensorflow',
    precision: 'float32',
    threads: 2,
    libraryDir: runtime ? libraryDirOf(runtime) : undefined,
  },
};

export const backendNames = ['cpu', 'wasm', 'tensorflow'] as const;

/** `describe` once per backend; TensorFlow's is skipped, with the reason, where its runtime is missing. */
export function describeOnBackends(title: string, suite: (name: (typeof backendNames)[number]) => void): void {
  for (const name of backendNames) {
    describeWith({ reason: name === 'tensorflow' ? tensorflowMissing : null }, `${title} on ${name}`, () =>
      suite(name),
    );
  }
}

/** One TensorFlow session, of one precision, serves a whole test process. */
const open = new Map<string, Promise<Backend>>();

/** Multiplies in float32 whatever the weights are stored in. */
export function openTestBackend(
  name: (typeof backendNames)[number],
  precision: WeightPrecision = 'float32',
): Promise<Backend> {
  const opened = open.get(name) ?? openBackend({ ...backendSettings[name], precision, products: 'float32' });
  open.set(name, opened);
  return opened;
}
