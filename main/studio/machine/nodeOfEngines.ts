/** The Node that engines of a window are forks of, where Electron's own processes would not do. */
import { findPlainNode } from '../../processes/plainNode.ts';
import { defaultCacheDir } from '../../runtimes/cacheDir.ts';
import { findRuntime } from '../../runtimes/findRuntimes.ts';

/** undefined: they are Electron's, since WebGPU's runtime is not installed, or there is no Node to load it. */
export function nodeOfEngines(): string | undefined {
  return findRuntime('webgpu', defaultCacheDir()) === undefined ? undefined : findPlainNode();
}
