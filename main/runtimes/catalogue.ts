/** The one list of runtimes that Graft can install. */
import { GraftError } from '../contract/errors.ts';
import { llamaCppPackages } from './llamaCppPackages.ts';
import type { RuntimePackage } from './runtimePackage.ts';
import { tensorflowPackages } from './tensorflowPackages.ts';

const runtimePackages: readonly RuntimePackage[] = [...tensorflowPackages, ...llamaCppPackages];

/** Every id once: its package for the platform, or, where there is none for it, that of another. */
export function listRuntimePackages(platform = `${process.platform}-${process.arch}`): readonly RuntimePackage[] {
  const ids = [...new Set(runtimePackages.map(({ id }) => id))];
  return ids.flatMap((id) => {
    const sameId = runtimePackages.filter((candidate) => candidate.id === id);
    return sameId.find((candidate) => candidate.platform === platform) ?? sameId.slice(0, 1);
  });
}

/** The package of this id for a platform such as `linux-x64`. Throws GraftError `notFound` (unknown id) or `unsupported`. */
export function getRuntimePackage(id: string, platform = `${process.platform}-${process.arch}`): RuntimePackage {
  const sameId = runtimePackages.filter((candidate) => candidate.id === id);
  const found = sameId.find((candidate) => candidate.platform === platform);
  if (found !== undefined) return found;
  const [other] = sameId;
  if (other === undefined) {
    const known = [...new Set(runtimePackages.map((candidate) => candidate.id))].join(', ');
    throw new GraftError('notFound', `There is no runtime called ${id}.`, { field: 'runtime', remedy: `Choose one of: ${known}.` });
  }
  throw new GraftError('unsupported', `${id} is not available for ${platform}, only for ${sameId.map((it) => it.platform).join(', ')}.`, {
    field: 'runtime',
    remedy: `Use ${other.otherwise}.`,
  });
}
