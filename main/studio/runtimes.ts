/** The studio's runtime service: the folder main/runtimes, bound to one cache folder. */
import type { RuntimeService } from '../contract/services.ts';
import { getRuntimePackage } from '../runtimes/catalogue.ts';
import { listRuntimes } from '../runtimes/findRuntimes.ts';
import { installRuntime } from '../runtimes/installRuntime.ts';
import { removeRuntime } from '../runtimes/removeRuntime.ts';

/** `cacheDir` as `defaultCacheDir()` gives it. */
export function createRuntimeService(cacheDir: string): RuntimeService {
  return {
    list: async () => listRuntimes(cacheDir),
    install: async (id, options = {}) => installRuntime(getRuntimePackage(id), { ...options, cacheDir }),
    remove: async (id) => removeRuntime(id, cacheDir),
  };
}
