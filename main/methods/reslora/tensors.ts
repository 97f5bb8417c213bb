/**
 * ResLoRA as tensors. bs: one product with the factors of all linked modules side by side, or, while parts of the input
 * are left out, one for each link, since each has a mask of its own. is and ms hand on what later blocks read.
 */
import type {
  AdapterWeights,
  BindContext,
  BoundAdapter,
  HostTensor,
  Place,
  TrainedTensor,
} from '../../engine/adapters/adapterMethod.ts';
import { bindLowRank, droppedOut, scaled } from '../../engine/adapters/lowRankDelta.ts';
import { ownFields, type MethodTensors } from '../../engine/adapters/methodTensors.ts';
import { sideBySide, underEachOther } from '../../engine/adapters/stackedFactors.ts';
import { linear } from '../../engine/ops/frozenLinear.ts';
import { sumOfPresent } from '../../engine/ops/sumOfPresent.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import { blockOf } from '../moduleGroups.ts';
import { kaimingStart, loraFromFactors } from '../lora/tensors.ts';
import { product } from '../loraxs/tensors.ts';
import { factorA as loraA, factorB as loraB, loraOptionsSchema, type LoraOptions } from '../lora/spec.ts';
import { factorA, factorB, linkedModules, normSuffix, type ResloraOptions, words } from './spec.ts';

type Tensors = Readonly<Record<string, Tensor>>;
type Links = ReadonlyMap<string, readonly string[]>;

export const tensors: MethodTensors<ResloraOptions> = {
  id: 'reslora',

  fields: ownFields({}),

  init({ options: { rank }, targets, random }) {
    const values: Record<string, HostTensor> = {};
    for (const target of targets) {
      const { a, b } = kaimingStart(random, target, rank);
      values[target.name + factorA] = a;
      values[target.name + factorB] = b;
    }
    return values;
  },

  bind({ options, targets }, given, context) {
    const links = linkedModules(options, targets);
    return options.variant === 'bs'
      ? sharedUpdates(links, given, options, context)
      : acrossBlocks(links, given, options, context);
  },

  frozenUploads: () => ({}),

  observes: ({ options: { variant, merge, normWindow }, targets }) =>
    variant === 'bs' || merge === 'weight' ? undefined : { names: targets.map(({ name }) => name), window: normWindow },

  withObserved: (weights, means) => ({
    ...weights,
    frozen: Object.fromEntries(
      weights.targets.map(({ name }, index) => [name + normSuffix, scalar(means[index])] as const),
    ),
  }),

  completed(weights, base) {
    const { options, targets, trained } = weights;
    if (options.variant !== 'is' || options.merge !== 'weight') return weights;
    const normOf = (name: string): HostTensor =>
      scalar(changedNorm(base.read(`${name}.weight`), options.alpha / options.rank, factorsOf(trained, name)));
    return { ...weights, frozen: Object.fromEntries(targets.map(({ name }) => [name + normSuffix, normOf(name)])) };
  },

  nearBy({ options: { merge }, targets, frozen }) {
    if (merge === 'weight') return words.byWeights();
    return targets.some(({ name }) => name + normSuffix in frozen) ? words.byNorms({ merge }) : words.noNorms();
  },

  toLora: (weights, layers) => (weights.options.variant === 'bs' ? exactLora : nearLora)(weights, layers),
  forInference: (weights) => (weights.options.variant === 'bs' ? exactLora(weights) : weights),
};

/** bs. */
function sharedUpdates(links: Links, given: Tensors, options: ResloraOptions, context: BindContext): BoundAdapter {
  const { dropout } = context;
  const isDropping = dropout !== undefined && options.dropout > 0;
  const partsOf = (names: readonly string[]): readonly Links[] => {
    const linked = new Map(names.flatMap((name) => (links.has(name) ? [[name, links.get(name) ?? []]] : [])));
    return isDropping ? linkByLink(linked) : [linked];
  };
  return {
    deltas(x, names, at) {
      const parts = partsOf(names).map((part, link) => {
        const masked = dropout && ((y: Tensor, rate: number, layer: string) => dropout(y, rate, `${layer} ${link}`));
        const low = { ...context, dropout: masked, dropoutRate: options.dropout };
        return bindLowRank(linkedFactors(part, given, options), low).deltas(x, names, at);
      });
      return names.map((_, index) => sumOfPresent(parts.map((part) => part[index])));
    },
    tensorsUnder: (prefix) => {
      const modules = [...links].flatMap(([name, linked]) => (name.startsWith(prefix) ? linked : []));
      return [...new Set(modules)].flatMap((name) => [given[name + factorA], given[name + factorB]]);
    },
  };
}

/** is and ms: inputs, or products with A, are handed on to the modules that are linked to theirs. */
function acrossBlocks(links: Links, given: Tensors, options: ResloraOptions, context: BindContext): BoundAdapter {
  const wanted = new Set([...links.values()].flatMap((linked) => linked.slice(1)));
  const isOf = (name: string, block: number): boolean => blockOf(name).block === block;
  const low = { ...context, dropoutRate: options.dropout };
  const scale = options.alpha / options.rank;
  const lowOf = (x: Tensor, name: string, at: Place): Tensor => {
    const earlier = (links.get(name) ?? []).slice(1).map((each) => at.carried[each]);
    const handOn = (tensor: Tensor): void => (wanted.has(name) ? at.handOn(name, tensor) : undefined);
    if (options.merge === 'input') context.observe?.(name, () => frobenius(x));
    if (options.variant === 'is') {
      handOn(x);
      return linear(droppedOut(tf.add(x, earlier[0] ?? x), low, name), given[name + factorA]);
    }
    const own = linear(droppedOut(x, low, name), given[name + factorA]);
    handOn(own);
    if (options.merge === 'xa') context.observe?.(name, () => frobenius(own));
    return earlier.reduce((sum, each) => tf.add(sum, each), own);
  };
  return {
    deltas: (x, names, at) =>
      names.map((name) =>
        links.has(name) ? linear(scaled(lowOf(x, name, at), scale, context.scale), given[name + factorB]) : undefined,
      ),
    carries: (block) => [...links].flatMap(([name, linked]) => (isOf(name, block) ? linked.slice(1) : [])),
    tensorsUnder: (prefix) =>
      [...links.keys()].flatMap((name) =>
        name.startsWith(prefix) ? [given[name + factorA], given[name + factorB]] : [],
      ),
  };
}

/** ‖x‖ of a whole (N, width) tensor. One product, so that no square of it is kept. */
function frobenius(x: Tensor): Tensor {
  const flat = tf.reshape(x, [1, x.size]);
  return tf.sqrt(tf.reshape(tf.matMul<Tensor>(flat, flat, false, true), []));
}

/** The first links of all, then the second ones of those that have two, … */
function linkByLink(links: Links): readonly Links[] {
  const most = Math.max(0, ...[...links.values()].map(({ length }) => length));
  return Array.from(
    { length: most },
    (_, link) => new Map([...links].flatMap(([name, linked]) => (linked[link] ? [[name, [linked[link]]]] : []))),
  );
}

function linkedFactors(links: Links, given: Readonly<Record<string, Tensor>>, { alpha, rank }: ResloraOptions) {
  return new Map(
    [...links].map(([name, linked]) => [
      name,
      {
        a: joined(
          linked.map((each) => given[each + factorA]),
          0,
        ),
        b: joined(
          linked.map((each) => given[each + factorB]),
          1,
        ),
        scale: alpha / rank,
      },
    ]),
  );
}

function joined(parts: readonly Tensor[], axis: number): Tensor {
  return parts.length === 1 ? parts[0] : tf.concat([...parts], axis);
}

/** Exact: of as many times the rank, and the alpha, as modules are linked. */
function exactLora(weights: AdapterWeights<ResloraOptions>, layers = weights.targets): AdapterWeights<LoraOptions> {
  const { options, targets, trained } = weights;
  const { rank, alpha } = options;
  const links = linkedModules(options, targets);
  const most = Math.max(1, ...[...links.values()].map(({ length }) => length));
  const fewer = [...links].flatMap(([name, { length }]) => (length < most ? [[name, length] as const] : []));
  const factors: Record<string, TrainedTensor> = {};
  for (const { name } of layers) {
    const linked = links.get(name) ?? [];
    factors[name + loraA] = { ...underEachOther(linked.map((each) => trained[each + factorA])), group: 'default' };
    factors[name + loraB] = { ...sideBySide(linked.map((each) => trained[each + factorB])), group: 'default' };
  }
  const asLora = loraOptionsSchema.parse({
    rank: most * rank,
    alpha: most * alpha,
    rankPattern: Object.fromEntries(fewer.map(([name, count]) => [name, count * rank])),
    alphaPattern: Object.fromEntries(fewer.map(([name, count]) => [name, count * alpha])),
    targets: options.targets,
    layersPattern: options.layersPattern,
    layersToTransform: options.layersToTransform,
  });
  return { methodId: 'lora', options: asLora, targets, trained: factors, frozen: {}, trainable: true };
}

/**
 * In the place of x_{n−k} stands α x_n, by norms: of the inputs, of the products with A, or of the weights with their
 * updates, there of the two blocks before (as the reference has it).
 */
function nearLora(weights: AdapterWeights<ResloraOptions>, layers = weights.targets): AdapterWeights<LoraOptions> {
  const { options, targets, trained, frozen } = weights;
  const { rank, alpha, variant, merge } = options;
  const links = linkedModules(options, targets);
  const ratio = (of: string, to: string): number => {
    const [norm, other] = [of, to].map((name) => frozen[name + normSuffix]?.data[0] ?? 0);
    return norm === 0 || other === 0 ? 1 : norm / other;
  };
  return loraFromFactors(weights, layers, { rank, alpha }, (name) => {
    const { a, b } = factorsOf(trained, name);
    const earlier = (links.get(name) ?? []).slice(1);
    if (variant === 'ms' && merge === 'input')
      return {
        a: earlier.reduce<HostTensor>((sum, each) => plus(sum, ratio(each, name), trained[each + factorA]), a),
        b,
      };
    if (variant === 'ms') return { a, b: times(b, 1 + earlier.reduce((sum, each) => sum + ratio(each, name), 0)) };
    const [before] = earlier;
    if (before === undefined) return { a, b: times(b, 2) };
    if (merge === 'input') return { a, b: times(b, 1 + ratio(before, name)) };
    const [, beforeThat] = links.get(before) ?? [];
    return { a, b: times(b, 1 + (beforeThat === undefined ? 1 : ratio(beforeThat, before))) };
  });
}

function factorsOf(trained: AdapterWeights['trained'], name: string) {
  return { a: trained[name + factorA], b: trained[name + factorB] };
}

function scalar(value: number): HostTensor {
  return { shape: [1], data: Float32Array.of(value) };
}

function times({ shape, data }: HostTensor, factor: number): HostTensor {
  return { shape, data: data.map((value) => value * factor) };
}

function plus({ shape, data }: HostTensor, factor: number, other: HostTensor): HostTensor {
  return { shape, data: data.map((value, at) => value + factor * other.data[at]) };
}

/** ‖W + s B A‖, in float64. */
function changedNorm(weight: HostTensor, scale: number, { a, b }: ReturnType<typeof factorsOf>): number {
  const change = product(b, a).data;
  return Math.sqrt(weight.data.reduce((sum, value, at) => sum + (value + scale * change[at]) ** 2, 0));
}
