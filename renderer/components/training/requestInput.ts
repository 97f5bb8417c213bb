/** A TrainRequest as the procedures take it: zod's inferred type knows no readonly lists. */
import type { TrainRequest } from '../../../main/contract/trainRequest.ts';

export function requestInput({ targets, ...request }: TrainRequest) {
  const names = targets === undefined ? {} : { targets: typeof targets === 'string' ? targets : [...targets] };
  return { ...request, ...names };
}
