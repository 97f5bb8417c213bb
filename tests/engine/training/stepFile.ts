/** Steps of optimizers by pairs, as tests/fixtures/procedures/optimizer_steps has them, in both precisions. */
import { readFileSync } from 'node:fs';
import type { Optimizer, PairGradients, PairState } from '../../../main/training/optimizer.ts';
import { fixturePath } from '../../support/fixtures.ts';

export interface Factors {
  readonly A: readonly number[];
  readonly B: readonly number[];
}

export interface StepCase {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>> & { readonly lr: number; readonly weight_decay?: number };
  readonly pairs: readonly (Factors & {
    readonly r: number;
    readonly in: number;
    readonly out: number;
    readonly scale: number;
  })[];
  readonly grads: readonly (readonly Factors[])[];
  readonly float32: readonly { readonly pairs: readonly Factors[] }[];
  readonly float64: readonly { readonly pairs: readonly Factors[] }[];
}

export function readStepCases(file: string): readonly StepCase[] {
  const path = fixturePath(`procedures/optimizer_steps/${file}.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly cases: readonly StepCase[] }).cases;
}

/** Numbers of the file stand for float32; what is kept between steps is as `precision` says. */
type Keep = (values: readonly number[]) => Float32Array;
const keepers = {
  float32: (values) => Float32Array.from(values),
  // What is written into it is not rounded; the optimizers only ever index it.
  float64: (values) => Float64Array.from(values, Math.fround) as unknown as Float32Array,
  /** As they are given. */
  exact: (values) => Float64Array.from(values) as unknown as Float32Array,
} satisfies Record<string, Keep>;

/** Factors of all pairs after each step. */
export function walkSteps<Options extends object>(
  optimizer: Optimizer<Options>,
  options: Options,
  { pairs, grads, options: { lr, weight_decay: weightDecay = 0 } }: StepCase,
  precision: keyof typeof keepers,
): Factors[][] {
  const keep = keepers[precision];
  const shapes = pairs.map(({ r: rank, in: inFeatures, out: outFeatures, scale, A, B }, index) => ({
    ...{ module: `m${index}`, rank, inFeatures, outFeatures, scale, learningRate: lr, a: keep(A), b: keep(B) },
  }));
  const states = shapes.map((shape): PairState => {
    const sizes = Object.entries(optimizer.stateOf?.(shape, options) ?? {});
    return Object.fromEntries(sizes.map(([name, size]) => [name, keep(Array.from({ length: size }, () => 0))]));
  });
  return grads.map((gradients, index) => {
    const given = gradients.map(({ A, B }): PairGradients => ({ a: keep(A), b: keep(B) }));
    const stepped = shapes.map((shape) => ({ ...shape, step: index + 1 }));
    optimizer.updateOnHost?.(stepped, given, states, { options, weightDecay });
    return shapes.map(({ a, b }) => ({ A: Array.from(a), B: Array.from(b) }));
  });
}

export function largestDifference(found: readonly Factors[], expected: readonly Factors[]): number {
  const differences = found.flatMap(({ A, B }, index) => [
    ...A.map((value, at) => Math.abs(value - expected[index].A[at])),
    ...B.map((value, at) => Math.abs(value - expected[index].B[at])),
  ]);
  return Math.max(...differences.map((difference) => (Number.isNaN(difference) ? Infinity : difference)));
}
