/**
 * llama.cpp for tests: `npm test` installs its runtime where npm can fetch it. One thread, since two that wait for each
 * other crawl on a busy machine.
 */
import type { LlamaCppSettings } from '../../main/contract/engine.ts';
import { defaultCacheDir } from '../../main/runtimes/cacheDir.ts';
import { findRuntime, llamaCppModuleOf } from '../../main/runtimes/findRuntimes.ts';

const runtime = findRuntime('llama.cpp', defaultCacheDir());

export const llamaCppMissing = runtime ? null : 'no llama.cpp runtime is installed (runtime install llama.cpp)';

export const llamaCppSettings: LlamaCppSettings = {
  backend: 'llama.cpp',
  modulePath: runtime ? llamaCppModuleOf(runtime) : '',
  threads: 1,
};
