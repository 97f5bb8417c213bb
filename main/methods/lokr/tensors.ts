/**
 * LoKr as tensors: of x (N, in), laid out as (N, b, d), y = s · W1 x W2ᵀ (N, a, c), which is never as large as ΔW.
 * While training whole rows of ΔW and whole modules may be left out, as in PEFT.
 */
import type { LinearShape } from '../../contract/families/family.ts';
import type { AdapterWeights, BindContext, HostTensor } from '../../engine/adapters/adapterMethod.ts';
import { constant, drawUniform } from '../../engine/adapters/draws.ts';
import type { MethodTensors } from '../../engine/adapters/methodTensors.ts';
import { linear } from '../../engine/ops/frozenLinear.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import { loraScale } from '../lora/spec.ts';
import { loraFromFactors } from '../lora/tensors.ts';
import { type LokrOptions, parts, shapesOf } from './spec.ts';

type Part = keyof typeof parts;

/** What is zero at first. */
const zeroParts: Readonly<Record<LokrOptions['lokrStart'], readonly Part[]>> = {
  first: ['w1', 'w1a'],
  lycoris: ['w2', 'w2b'],
  random: [],
};

export const tensors: MethodTensors<LokrOptions> = {
  id: 'lokr',

  fields: {
    refused: { use_effective_conv2d: { what: 'use_effective_conv2d' } },
    ignored: [],
    written: { use_effective_conv2d: false },
    absent: ['bias', 'fan_in_fan_out'],
  },

  init({ options, targets, random }) {
    const values: Record<string, HostTensor> = {};
    for (const target of targets) {
      for (const [part, shape] of Object.entries(shapesOf(options, target)) as [Part, readonly [number, number]][]) {
        const isZero = zeroParts[options.lokrStart].includes(part);
        values[target.name + parts[part]] = isZero
          ? constant(shape, 0)
          : drawUniform(random, shape, 1 / Math.sqrt(shape[1]));
      }
    }
    return values;
  },

  bind({ options, targets }, given, context) {
    const layers = new Map(targets.map((target) => [target.name, target]));
    return {
      deltas: (x, names) =>
        names.map((name) => {
          const layer = layers.get(name);
          if (layer === undefined) return undefined;
          const delta = kept(kronecker(x, layer, given), name, options, context);
          return delta.mul(context.scale ? context.scale.mul(scaleOf(options, name)) : scaleOf(options, name));
        }),
      tensorsUnder: (prefix) =>
        targets
          .filter(({ name }) => name.startsWith(prefix))
          .flatMap(({ name }) => Object.values(parts).flatMap((part) => given[name + part] ?? [])),
    };
  },

  toLora,
};

function scaleOf(options: LokrOptions, name: string): number {
  return loraScale({ ...options, rslora: false }, name);
}

/** x (N, in) → (N, out) of W1 ⊗ W2. */
function kronecker(
  x: Tensor,
  { name, inFeatures, outFeatures }: LinearShape,
  given: Readonly<Record<string, Tensor>>,
): Tensor {
  const of = (part: Part): Tensor => given[name + parts[part]];
  const through = (input: Tensor, whole: Part, first: Part, second: Part): Tensor =>
    of(whole) ? linear(input, of(whole)) : linear(linear(input, of(first)), of(second));
  const rows = x.shape[0];
  const d = (of('w2') ?? of('w2b')).shape[1] as number;
  const b = inFeatures / d;
  const inner = through(x.reshape([rows * b, d]), 'w2', 'w2b', 'w2a'); // (N b, c)
  const c = inner.shape[1] as number;
  const turned = inner
    .reshape([rows, b, c])
    .transpose([0, 2, 1])
    .reshape([rows * c, b]);
  const outer = through(turned, 'w1', 'w1b', 'w1a'); // (N c, a)
  return outer
    .reshape([rows, c, outFeatures / c])
    .transpose([0, 2, 1])
    .reshape([rows, outFeatures]);
}

/** What dropout leaves of a module's delta (N, out): not elements but whole columns of it, and all or nothing. */
function kept(
  delta: Tensor,
  name: string,
  { rankDropout, rankDropoutScale, moduleDropout }: LokrOptions,
  { dropout }: BindContext,
): Tensor {
  const mask = (width: number, rate: number, of: string): Tensor | undefined =>
    dropout && rate > 0 ? dropout(tf.ones([1, width]), rate, `${name} ${of}`).mul(1 - rate) : undefined;
  const rows = mask(delta.shape[1] as number, rankDropout, 'rows');
  const module = mask(1, moduleDropout, 'module');
  const left = rows ? delta.mul(rankDropoutScale ? rows.divNoNan(rows.mean()) : rows) : delta;
  return module ? left.mul(module) : left;
}

/**
 * Exact: W1 = A1 B1 and W2 = A2 B2 give s (A1 ⊗ A2) (B1 ⊗ B2), where a whole matrix is itself times the identity on its
 * shorter side. The rank is the product of both; s is in B.
 */
function toLora(weights: AdapterWeights<LokrOptions>, layers = weights.targets): AdapterWeights {
  const { options, targets, trained } = weights;
  const ranks = targets.map((target) => [target.name, loraRankOf(shapesOf(options, target))] as const);
  const rank = Math.max(...ranks.map(([, each]) => each));
  const others = Object.fromEntries(ranks.filter(([, each]) => each !== rank));
  const plain = loraFromFactors(weights, layers, { rank }, (name) => loraFactors(options, name, trained));
  return { ...plain, options: { ...plain.options, rankPattern: others, alphaPattern: others } };
}

function loraRankOf({ w1, w1a, w2, w2a }: ReturnType<typeof shapesOf>): number {
  const of = (whole?: readonly number[], first?: readonly number[]): number =>
    whole ? Math.min(...whole) : (first?.[1] ?? 0);
  return of(w1, w1a) * of(w2, w2a);
}

function loraFactors(
  options: LokrOptions,
  name: string,
  trained: Readonly<Record<string, HostTensor>>,
): { readonly a: HostTensor; readonly b: HostTensor } {
  const halves = (whole: Part, first: Part, second: Part): readonly [HostTensor, HostTensor] => {
    const matrix: HostTensor | undefined = trained[name + parts[whole]];
    if (matrix === undefined) return [trained[name + parts[first]], trained[name + parts[second]]];
    const [rows, columns] = matrix.shape;
    return rows <= columns ? [identity(rows), matrix] : [matrix, identity(columns)];
  };
  const [left1, right1] = halves('w1', 'w1a', 'w1b');
  const [left2, right2] = halves('w2', 'w2a', 'w2b');
  return { a: kroneckerProduct(right1, right2), b: kroneckerProduct(left1, left2, scaleOf(options, name)) };
}

function identity(size: number): HostTensor {
  const result = constant([size, size], 0);
  for (let at = 0; at < size; at++) result.data[at * size + at] = 1;
  return result;
}

/** scale · x ⊗ y: (m, n), (p, q) → (m p, n q). */
function kroneckerProduct(x: HostTensor, y: HostTensor, scale = 1): HostTensor {
  const [m, n] = x.shape;
  const [p, q] = y.shape;
  const result = constant([m * p, n * q], 0);
  for (let row = 0; row < m * p; row++) {
    for (let column = 0; column < n * q; column++) {
      const left = x.data[Math.floor(row / p) * n + Math.floor(column / q)];
      result.data[row * n * q + column] = scale * left * y.data[(row % p) * q + (column % q)];
    }
  }
  return result;
}
