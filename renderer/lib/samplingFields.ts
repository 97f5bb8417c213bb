/** The figures of sampling that can be set here, with the range that the studio takes. */
import type { TypedNumber } from '../../main/contract/numberText.ts';
import { type Sampling, samplingSchema } from '../../main/contract/preferences.ts';

export interface SamplingField {
  readonly name: keyof Sampling;
  /** As shown beside a value that does not hold. */
  readonly low: string;
  readonly high: string;
}

export const samplingFields: readonly SamplingField[] = [
  { name: 'maxTokens', low: '1', high: '8192' },
  { name: 'temperature', low: '0', high: '5' },
  { name: 'topP', low: '0.01', high: '1' },
  { name: 'topK', low: '0', high: '1000' },
  { name: 'repetitionPenalty', low: '0.5', high: '2' },
  { name: 'seed', low: '0', high: '9007199254740991' },
];

/** The sampling with one figure changed, or undefined where the figure does not hold. */
export function changedSampling(sampling: Sampling, name: keyof Sampling, value: TypedNumber): Sampling | undefined {
  const changed = samplingSchema.safeParse({ ...sampling, [name]: value });
  return changed.success ? changed.data : undefined;
}
