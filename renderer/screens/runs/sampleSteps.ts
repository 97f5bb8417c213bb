/** Sample answers by step. At step 0 the base stands alone. */
import type { RunSample } from '../../../main/contract/runHistory.ts';

export function sampleSteps(samples: readonly RunSample[]): readonly number[] {
  return [...new Set(samples.map(({ step }) => step))].sort((a, b) => a - b);
}

export function samplesAt(samples: readonly RunSample[], step: number): readonly RunSample[] {
  return samples.filter((sample) => sample.step === step);
}
