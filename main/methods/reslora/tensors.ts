/**
 * ResLoRA bs as tensors: one product with the factors of all linked modules side by side, or, while parts of the input
 * are left out, one for each link, since each has a mask of its own.
 */
import type { AdapterWeights, HostTensor, TrainedTensor } from '../../engine/adapters/adapterMethod.ts';
import { constant, drawUniform } from '../../engine/adapters/draws.ts';
import { bindLowRank } from '../../engine/adapters/lowRankDelta.ts';
import { ownFields, type MethodTensors } from '../../engine/adapters/methodTensors.ts';
import { sideBySide, underEachOther } from '../../engine/adapters/stackedFactors.ts';
import { sumOfPresent } from '../../engine/ops/sumOfPresent.ts';
import { tf, type Tensor } from '../../engine/tf.ts';
import { factorA as loraA, factorB as loraB, loraOptionsSchema, type LoraOptions } from '../lora/spec.ts';
import { factorA, factorB, linkedModules, type ResloraOptions } from './spec.ts';

const own = ownFields({ variant: 'bs' });

type Links = ReadonlyMap<string, readonly string[]>;

export const tensors: MethodTensors<ResloraOptions> = {
  id: 'reslora',

  fields: {
    ...own,
    refused: { ...own.refused, variant: { what: 'ResLoRA is / ms', harmless: ['bs'] } },
    ignored: [...own.ignored, 'merge', 'norm_window'], // of the other variants
  },

  init({ options: { rank }, targets, random }) {
    const values: Record<string, HostTensor> = {};
    for (const { name, inFeatures, outFeatures } of targets) {
      values[name + factorA] = drawUniform(random, [rank, inFeatures], 1 / Math.sqrt(inFeatures));
      values[name + factorB] = constant([outFeatures, rank], 0);
    }
    return values;
  },

  bind({ options, targets }, given, context) {
    const links = linkedModules(options, targets);
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
  },

  toLora,
  forInference: (weights) => toLora(weights),
};

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
function toLora(weights: AdapterWeights<ResloraOptions>, layers = weights.targets): AdapterWeights<LoraOptions> {
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
