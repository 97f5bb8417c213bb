/** The head alone: no tensors beside the head's, and nothing that changes the body. */
import { ownFields, type MethodTensors } from '../../engine/adapters/methodTensors.ts';
import type { HeadOptions } from './spec.ts';

export const tensors: MethodTensors<HeadOptions> = {
  id: 'head',
  fields: ownFields({}),
  init: () => ({}),
  bind: () => ({ deltas: (_x, names) => names.map(() => undefined), tensorsUnder: () => [] }),
};
