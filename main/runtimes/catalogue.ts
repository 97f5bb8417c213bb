/** The one list of runtimes that Graft can install. */
import { GraftError } from '../contract/errors.ts';
import { llamaCppPackages } from './llamaCppPackages.ts';
import type { RuntimePackage } from './runtimePackage.ts';
import { tensorflowPackages } from './tensorflowPackages.ts';
import { webgpuPackages } from './webgpuPackages.ts';
import { runtimeWords } from '../contract/words/runtimes.ts';

const runtimePackages: readonly RuntimePackage[] = [...tensorflowPackages, ...webgpuPackages, ...llamaCppPackages];

/** Every id once: its package for the platform, or, where there is none for it, that of another. */
export function listRuntimePackages(platform = `${process.platform}-${process.arch}`): readonly RuntimePackage[] {
  const ids = [...new Set(runtimePackages.map(({ id }) => id))];
  return ids.flatMap((id) => {
    const sameId = runtimePackages.filter((candidate) => candidate.id === id);
    return sameId.find((candidate) => candidate.platform === platform) ?? sameId.slice(0, 1);
  });
}

/**
 * The package of this id for a platform such as `linux-x64`. Throws GraftError `notFound` (unknown id) or
 * `unsupported`.
 */
export function getRuntimePackage(id: string, platform = `${process.platform}-${process.arch}`): RuntimePackage {
  const sameId = runtimePackages.filter((candidate) => candidate.id === id);
  const found = sameId.find((candidate) => candidate.platform === platform);
  if (found !== undefined) return found;
  const [other] = sameId;
  if (other === undefined) {
    const known = [...new Set(runtimePackages.map((candidate) => candidate.id))].join(', ');
    throw new GraftError('notFound', runtimeWords.noRuntime({ id }), {
      field: 'runtime',
      remedy: runtimeWords.chooseOne({ known }),
    });
  }
  throw new GraftError(
    'unsupported',
    runtimeWords.notForPlatform({ id, platform, platforms: sameId.map((it) => it.platform) }),
    {
      field: 'runtime',
      remedy: runtimeWords.useInstead({ otherwise: other.otherwise }),
    },
  );
}
