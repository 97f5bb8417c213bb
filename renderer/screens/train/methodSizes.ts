/** What each method would store and train for a model, counted as the engine will write it. */
import { GraftError } from '../../../main/contract/errors.ts';
import type { ModelShape } from '../../../main/contract/families/family.ts';
import { asTargeted, type MethodSpec } from '../../../main/methods/methodSpec.ts';
import { countStoredBytes, countTrained } from '../../../main/methods/tensorSpec.ts';
import { targetedLayers } from '../../../main/contract/targets.ts';
import type { TrainRequest } from '../../../main/contract/trainRequest.ts';
import type { Settings } from './draft.ts';

export interface MethodSize {
  readonly storedBytes: number;
  readonly trained: number;
}

export interface SizeQuestion {
  readonly spec: MethodSpec;
  readonly shape: ModelShape;
  /** Only what was given. */
  readonly options: Settings;
  readonly targets: TrainRequest['targets'];
}

/** null where the options do not hold: the form says what is wrong with them. */
export function methodSize({ spec, shape, options, targets }: SizeQuestion): MethodSize | null {
  const parsed = spec.options.safeParse(targets === undefined ? options : { ...options, targets });
  if (!parsed.success) return null;
  try {
    const layers = targetedLayers(parsed.data, asTargeted(spec, shape));
    const fitted = spec.fit?.(parsed.data, layers, Object.keys(options), shape) ?? parsed.data;
    if (spec.check(fitted, layers).length > 0) return null;
    const tensors = spec.tensors(fitted, layers, shape);
    return { storedBytes: countStoredBytes(tensors), trained: countTrained(tensors) };
  } catch (error) {
    if (error instanceof GraftError) return null;
    throw error;
  }
}
