/** Gradients held against finite differences, kind of tensor by kind of tensor. */
import type { HostTensor } from '../../../main/engine/adapters/adapterMethod.ts';
import { createRandom } from '../../../main/engine/random.ts';

type Values = Readonly<Record<string, HostTensor>>;

export interface Subject {
  readonly values: Values;
  /** Loss and the gradient of each of `values`. */
  readonly step: (
    values: Values,
    recompute: boolean,
  ) => Promise<{ readonly loss: number; readonly gradients: Readonly<Record<string, Float32Array>> }>;
}

/** Names that differ in the number of their layer alone. */
function kindsOf(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return Map.groupBy(names, (name) => name.replace(/\.\d+\./, '.'));
}

/** Along a random direction for each kind of tensor, so that every element takes part. */
export async function worstSlopeError({ values, step }: Subject): Promise<{ readonly kind: string; readonly error: number }> {
  const { gradients } = await step(values, false);
  const random = createRandom(5, 'directions');
  const slopes: { readonly kind: string; readonly found: number; readonly expected: number }[] = [];
  for (const [kind, names] of kindsOf(Object.keys(values))) {
    // A part of what is there: weights are as small as 0.02, and a norm bends the more the smaller its input is.
    const directions = names.map((name) => {
      const scale = 0.003 * (Math.max(...values[name].data.map(Math.abs)) || 1);
      return [name, values[name].data.map(() => scale * (random() * 2 - 1))] as const;
    });
    const lossAt = async (by: number): Promise<number> => {
      const moved = directions.map(([name, direction]) => {
        return [name, { shape: values[name].shape, data: values[name].data.map((value, at) => value + by * direction[at]) }] as const;
      });
      return (await step({ ...values, ...Object.fromEntries(moved) }, false)).loss;
    };
    const expected = ((await lossAt(1)) - (await lossAt(-1))) / 2;
    const dots = directions.map(([name, direction]) => gradients[name].reduce((sum, each, at) => sum + each * direction[at], 0));
    slopes.push({ kind, expected, found: dots.reduce((sum, each) => sum + each, 0) });
  }
  const largest = Math.max(...slopes.map(({ expected }) => Math.abs(expected)));
  const errors = slopes.map(({ kind, found, expected }) => {
    return { kind, error: Math.abs(found - expected) / (Math.abs(expected) + 0.1 * largest) };
  });
  return errors.reduce((worst, each) => (each.error > worst.error ? each : worst));
}
