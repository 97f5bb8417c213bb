/**
 * The studio's runtime service: the folder main/runtimes, bound to one cache folder, and what of it is for this
 * machine.
 */
import type { RuntimeService } from '../../contract/services.ts';
import type { Runtime, RuntimeOffer } from '../../contract/machine.ts';
import { getRuntimePackage, listRuntimePackages } from '../../runtimes/catalogue.ts';
import { listRuntimes } from '../../runtimes/findRuntimes.ts';
import { installRuntime } from '../../runtimes/installRuntime.ts';
import { inVersion } from '../../runtimes/inVersion.ts';
import { removeRuntime } from '../../runtimes/removeRuntime.ts';
import type { RuntimePackage } from '../../runtimes/runtimePackage.ts';
import type { Machine } from './machine.ts';
import { runtimeWords } from '../../contract/words/runtimes.ts';
import type { Said } from '../../contract/words/words.ts';

export interface RuntimeServiceSetup {
  /** As `defaultCacheDir()` gives it. */
  readonly cacheDir: string;
  readonly machine: () => Pick<Machine, 'platform' | 'nvidiaGpu'>;
  /** Something was installed or removed. */
  readonly onChange: () => void;
}

export function createRuntimeService({ cacheDir, machine, onChange }: RuntimeServiceSetup): RuntimeService {
  const announced = async <T>(work: Promise<T>): Promise<T> => work.finally(onChange);
  return {
    list: async () => listRuntimes(cacheDir),
    offers: async () => offersFor(machine(), listRuntimes(cacheDir)),
    install: async (id, { version, ...options } = {}) =>
      announced(installRuntime(inVersion(getRuntimePackage(id), version), { ...options, cacheDir })),
    remove: async (id) => announced(removeRuntime(id, cacheDir)),
  };
}

/** Everything that is known for the platform, installed or not, and why it cannot be had here. */
export function offersFor(
  machine: Pick<Machine, 'platform' | 'nvidiaGpu'>,
  installed: readonly Runtime[],
): readonly RuntimeOffer[] {
  return listRuntimePackages(machine.platform).map((offered) => {
    const { id, title, purpose, version, downloadBytes, experimental } = offered;
    const known = installed.filter((runtime) => runtime.id === id);
    return {
      ...{ id, title, purpose, version, downloadBytes, experimental },
      installed: known.find(({ verified }) => verified) ?? known[0] ?? null,
      unavailableBecause: whyNot(offered, machine),
    };
  });
}

function whyNot(
  { id, title, platform, otherwise }: RuntimePackage,
  machine: Pick<Machine, 'platform' | 'nvidiaGpu'>,
): Said | null {
  if (platform !== machine.platform)
    return runtimeWords.noneForPlatform({ title, platform: machine.platform, otherwise });
  if (id === 'tensorflow-cuda' && machine.nvidiaGpu === null) return runtimeWords.noGraphicsCard();
  return null;
}
