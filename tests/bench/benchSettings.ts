/** The engine settings that benchmarks measure: TensorFlow from the user's cache, two threads. */
import type { EngineSettings } from '../../main/contract/engine.ts';
import { defaultCacheDir, findRuntime, libraryDirOf } from '../../main/runtimes/findRuntimes.ts';

/** Throws where no runtime is installed: there is nothing to measure then. */
export function benchSettings(precision: 'float32' | 'bf16'): EngineSettings {
  const runtime = findRuntime('tensorflow-cpu', defaultCacheDir());
  if (!runtime) throw new Error('No TensorFlow runtime is installed: npm start -- runtime install tensorflow-cpu');
  return { backend: 'tensorflow', precision, threads: 2, libraryDir: libraryDirOf(runtime) };
}
