/** Which faster backend is worth offering to somebody who has none yet. */
import type { RuntimeOffer } from '../../../../main/contract/machine.ts';

/** Undefined where one is installed or none can be. */
export function offeredRuntime(offers: readonly RuntimeOffer[]): RuntimeOffer | undefined {
  const backends = offers.filter(({ purpose }) => purpose === 'tensors');
  if (backends.some(({ installed }) => installed !== null)) return undefined;
  const possible = backends.filter(
    ({ unavailableBecause, experimental }) => unavailableBecause === null && !experimental,
  );
  return [...possible].sort((a, b) => a.downloadBytes - b.downloadBytes)[0];
}
