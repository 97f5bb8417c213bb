/** Gradients held against finite differences, kind of tensor by kind of tensor. */
import type { BoundAdapter, HostTensor } from '../../../main/engine/adapters/adapterMethod.ts';
import type { Backend } from '../../../main/engine/backends/backend.ts';
import { createRandom } from '../../../main/engine/random.ts';
import { tf, type NamedTensorMap, type Tensor } from '../../../main/engine/tf.ts';

type Values = Readonly<Record<string, HostTensor>>;

export interface Subject {
  readonly values: Values;
  /** Loss and the gradient of each of `values`. */
  readonly step: (
    values: Values,
    recompute: boolean,
  ) => Promise<{ readonly loss: number; readonly gradients: Readonly<Record<string, Float32Array>> }>;
}

type Scalar = ReturnType<typeof tf.scalar>;

/** What a loss is taken of, traced with the values as tensors: the adapter that they make, and the loss itself. */
export interface TracedLoss {
  readonly bind: (tensors: Readonly<Record<string, Tensor>>) => BoundAdapter;
  readonly loss: (
    inputs: NamedTensorMap,
    adapter: BoundAdapter,
    options: { readonly tensors: Readonly<Record<string, Tensor>>; readonly recompute: boolean },
  ) => Tensor;
}

/** `batch` lives as long as the subject. */
export function subjectOf(
  backend: Backend,
  values: Values,
  { batch, bind, loss }: TracedLoss & { readonly batch: NamedTensorMap },
): Subject {
  const names = Object.keys(values);
  const compiled = [false, true].map((recompute) =>
    backend.compile('gradients', (inputs) => {
      const lossOf = (...given: Tensor[]): Tensor => {
        const tensors = Object.fromEntries(names.map((name, at) => [name, given[at]]));
        const adapter = bind(tensors);
        if (recompute) for (const tensor of adapter.tensorsUnder('')) tf.keep(tensor);
        return loss(inputs, adapter, { tensors, recompute });
      };
      const { value, grads } = tf.valueAndGrads(lossOf as (...tensors: Tensor[]) => Scalar)(
        names.map((name) => inputs[name]),
      );
      return { loss: value, ...Object.fromEntries(grads.map((gradient, at) => [names[at], gradient])) };
    }),
  );
  const step: Subject['step'] = async (moved, recompute) => {
    const tensors: NamedTensorMap = Object.fromEntries(
      names.map((name) => [name, tf.tensor(moved[name].data, [...moved[name].shape])]),
    );
    const { loss: lossTensor, ...gradients } = compiled[Number(recompute)]({ ...tensors, ...batch });
    const [value] = await lossTensor.data();
    const read = await Promise.all(
      names.map(async (name) => [name, (await gradients[name].data()) as Float32Array] as const),
    );
    tf.dispose([tensors, lossTensor, gradients]);
    return { loss: value, gradients: Object.fromEntries(read) };
  };
  return { values, step };
}

/** Gradients with recomputation must be those without. */
export async function worstRecomputeError({
  values,
  step,
}: Subject): Promise<{ readonly tensor: string; readonly error: number }> {
  const [kept, again] = [await step(values, false), await step(values, true)];
  const errors = Object.entries(kept.gradients).map(([tensor, gradient]) => {
    const difference = Math.max(...gradient.map((value, at) => Math.abs(value - again.gradients[tensor][at])));
    return { tensor, error: difference / Math.max(1, ...gradient.map(Math.abs)) };
  });
  return errors.reduce((worst, each) => (each.error > worst.error ? each : worst));
}

/** LoRA's B starts at zero, where A has no gradient. */
export function withoutZeros<T extends HostTensor>(
  trained: Readonly<Record<string, T>>,
  random: () => number,
): Record<string, T> {
  const filled = Object.entries(trained).map(([name, tensor]) => {
    return [name, { ...tensor, data: tensor.data.map((value) => (value === 0 ? random() - 0.5 : value)) }] as const;
  });
  return Object.fromEntries(filled);
}

/** Names that differ in the number of their layer alone. */
function kindsOf(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return Map.groupBy(names, (name) => name.replace(/\.\d+\./, '.'));
}

/** Along a random direction for each kind of tensor, so that every element takes part. */
export async function worstSlopeError({
  values,
  step,
}: Subject): Promise<{ readonly kind: string; readonly error: number }> {
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
        return [
          name,
          { shape: values[name].shape, data: values[name].data.map((value, at) => value + by * direction[at]) },
        ] as const;
      });
      return (await step({ ...values, ...Object.fromEntries(moved) }, false)).loss;
    };
    const expected = ((await lossAt(1)) - (await lossAt(-1))) / 2;
    const dots = directions.map(([name, direction]) =>
      gradients[name].reduce((sum, each, at) => sum + each * direction[at], 0),
    );
    slopes.push({ kind, expected, found: dots.reduce((sum, each) => sum + each, 0) });
  }
  const largest = Math.max(...slopes.map(({ expected }) => Math.abs(expected)));
  const errors = slopes.map(({ kind, found, expected }) => {
    return { kind, error: Math.abs(found - expected) / (Math.abs(expected) + 0.1 * largest) };
  });
  return errors.reduce((worst, each) => (each.error > worst.error ? each : worst));
}
