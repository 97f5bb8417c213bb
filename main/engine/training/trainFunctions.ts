/**
 * The compiled functions of a run. `step` is a whole optimizer step on one batch: forward, backward, clipping, update.
 * With gradient accumulation, `accumulate` is one micro-batch, its gradients added to what is there, and `update` is
 * clipping and the optimizer. `evaluate` is the forward pass alone. Loss = Σ losses of the objective / number of
 * trained tokens (or labelled rows) of the whole step, all its micro-batches together, so the divisor is known before
 * and comes in as a scalar, like everything that changes from step to step. Tensors are keyed `<group>/<vector>`.
 */
import type { ResolvedTraining } from '../../contract/training.ts';
import type { FactorPair } from '../../methods/factorPair.ts';
import type { ChosenParts } from '../../training/registry.ts';
import type { AdapterMethod, AdapterWeights, BindContext } from '../adapters/adapterMethod.ts';
import type { Backend, Compiled } from '../backends/backend.ts';
import { inputsUnder } from '../namedInputs.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';
import { clipByGlobalNorm } from './clipByGlobalNorm.ts';
import { dropoutFromPool, noiseFromPool } from './dropoutPool.ts';
import type { Learned, Objective } from './objective.ts';
import { overPast, pastPrefix } from './pastStages.ts';
import { unpackGroup } from './parameterPack.ts';
import type { PackedGroup } from './parameterPack.ts';

export interface TrainFunctions {
  /**
   * What `accumulate` and `update` take together, less `<group>/gradients` and `lossSum` → new state, `lossSum`,
   * `gradNorm`, `observed` (1, names) where the method observes its passes. Whatever runs the model takes
   * `past/<tensor>` too, what earlier stages of the run left.
   */
  readonly step: Compiled;
  /**
   * `<group>/parameters`, `<group>/gradients` (size), `lossSum` (), `divisor` (), batch and, with dropout,
   * `dropoutPool` → `<group>/gradients`, `lossSum`, `observed` of this micro-batch.
   */
  readonly accumulate: Compiled;
  /**
   * `<group>/{parameters, moments, gradients, scalars of the optimizer}`, `maxNorm` → new state, `gradNorm`; of groups
   * that are updated by pairs `<group>/gradients`, clipped, and of those that never are nothing. Where tensors can be
   * left out of a step, all functions that train take `<group>/takesPart` (size) too: 1, or 0 for what stays.
   */
  readonly update: Compiled;
  /** `<group>/parameters` and batch → what Objective.evaluate gives: `lossSum`, not divided, and perhaps more. */
  readonly evaluate: Compiled;
  /** Batch → the same of the base model alone. */
  readonly evaluateBase: Compiled;
  dispose(): void;
}

export interface TrainFunctionParts {
  readonly backend: Backend;
  readonly objective: Objective;
  readonly method: AdapterMethod;
  readonly weights: Pick<AdapterWeights, 'options' | 'targets'>;
  readonly groups: readonly PackedGroup[];
  /** On the device, captured by the functions. */
  readonly frozen: Readonly<Record<string, Tensor>>;
  readonly training: ResolvedTraining;
  readonly optimizer: ChosenParts['optimizer'];
  readonly pairs: readonly FactorPair[];
}

/**
 * Key of one group's tensor among the inputs and outputs of the functions: `parameters`, `gradients`, and the
 * optimizer's moments and scalars.
 */
export function groupKey(group: Pick<PackedGroup, 'name'>, name: string): string {
  return `${group.name}/${name}`;
}

/** Of a run's state those that are the adapter: the parameters of each group, and what earlier stages left. */
export function adapterPart<Value>(
  groups: readonly PackedGroup[],
  state: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const parameters = new Set(groups.map((group) => groupKey(group, 'parameters')));
  return Object.fromEntries(Object.entries(state).filter(([key]) => parameters.has(key) || key.startsWith(pastPrefix)));
}

export function compileTrainFunctions(parts: TrainFunctionParts): TrainFunctions {
  const { backend } = parts;
  const step = backend.compile('step', (inputs) => {
    const { loss, gradients, observed } = lossAndGradients(parts, inputs);
    return { lossSum: loss, ...observed, ...updateState(parts, inputs, gradients) };
  });
  const accumulate = backend.compile('accumulate', (inputs) => accumulateGradients(parts, inputs));
  const update = backend.compile('update', (inputs) => {
    const gradients = learningOf(parts).map((group) => inputs[groupKey(group, 'gradients')]);
    return updateState(parts, inputs, gradients);
  });
  const evaluate = backend.compile('evaluate', (inputs) => {
    return parts.objective.evaluate(inputs, bindTrained(parts, inputs, flatsOf(parts.groups, inputs)));
  });
  const evaluateBase = backend.compile('evaluateBase', (inputs) => parts.objective.evaluate(inputs));
  const all = [step, accumulate, update, evaluate, evaluateBase];
  return {
    step,
    accumulate,
    update,
    evaluate,
    evaluateBase,
    dispose: () => all.forEach((compiled) => compiled.dispose()),
  };
}

/** The groups that get a gradient. */
function learningOf({ groups }: TrainFunctionParts): readonly PackedGroup[] {
  return groups.filter(({ updated }) => updated !== 'never');
}

/** Loss of the batch over the divisor, and its gradient for the flat vector of each group that gets one. */
function lossAndGradients(
  parts: TrainFunctionParts,
  inputs: NamedTensorMap,
): { readonly loss: Tensor; readonly gradients: readonly Tensor[]; readonly observed: NamedTensorMap } {
  const { groups, training } = parts;
  const seen = new Map<string, Tensor>();
  // A block that is run again tells it again, of tensors that the backward pass lets go.
  const observe = (name: string, value: () => Tensor): void =>
    void (seen.has(name) || seen.set(name, tf.keep(value())));
  const learning = learningOf(parts);
  const constant = groups.filter((group) => !learning.includes(group));
  const keptForRecompute: Tensor[] = [];
  const dividedLoss = (...vectors: Tensor[]): Tensor => {
    const flats = Object.fromEntries(learning.map(({ name }, index) => [name, vectors[index]]));
    const learned = bindTrained(parts, inputs, { ...flatsOf(constant, inputs), ...flats }, observe);
    // A block that is run again reads these tensors after tfjs has freed what the forward pass made.
    if (training.recompute) keptForRecompute.push(...learned.adapter.tensorsUnder('').map((tensor) => tf.keep(tensor)));
    return parts.objective.lossSum(inputs, learned).div(inputs.divisor);
  };
  const { value, grads } = tf.valueAndGrads(dividedLoss)(
    learning.map((group) => inputs[groupKey(group, 'parameters')]),
  );
  tf.dispose(keptForRecompute);
  const observed = observedTensor(parts, seen);
  tf.dispose([...seen.values()]);
  return { loss: value, gradients: grads, observed };
}

/** `observed` (1, names) of what the method observes; nothing where it observes nothing. */
function observedTensor({ method, weights }: TrainFunctionParts, seen: ReadonlyMap<string, Tensor>): NamedTensorMap {
  const observes = method.observes?.(weights);
  if (!observes) return {};
  const all = observes.names.map((name) => seen.get(name) ?? tf.scalar(0));
  return { observed: tf.reshape(tf.stack(all), [1, all.length]) };
}

function accumulateGradients(parts: TrainFunctionParts, inputs: NamedTensorMap): NamedTensorMap {
  const { loss, gradients, observed } = lossAndGradients(parts, inputs);
  const outputs: NamedTensorMap = { lossSum: inputs.lossSum.add(loss), ...observed };
  learningOf(parts).forEach((group, index) => {
    const key = groupKey(group, 'gradients');
    outputs[key] = inputs[key].add(gradients[index]);
  });
  return outputs;
}

/** Of groups that are updated by pairs the clipped gradients, of others what the optimizer makes of theirs. */
function updateState(parts: TrainFunctionParts, inputs: NamedTensorMap, gradients: readonly Tensor[]): NamedTensorMap {
  const { clipped, norm } = clipByGlobalNorm(gradients, inputs.maxNorm);
  const outputs: NamedTensorMap = { gradNorm: norm };
  const { part, options } = parts.optimizer;
  learningOf(parts).forEach((group, index) => {
    const ofGroup = inputsUnder(inputs, groupKey(group, ''));
    const next: NamedTensorMap =
      group.updated === 'pairs'
        ? { gradients: clipped[index] }
        : part.update(ofGroup, clipped[index], ofGroup, options);
    for (const [name, tensor] of Object.entries(next)) {
      const isHeld = 'takesPart' in ofGroup && name in ofGroup;
      outputs[groupKey(group, name)] = isHeld
        ? tf.where(ofGroup.takesPart.cast('bool'), tensor, ofGroup[name])
        : tensor;
    }
  });
  return outputs;
}

/** Parameters of these groups by their names. */
function flatsOf(groups: readonly PackedGroup[], inputs: NamedTensorMap): NamedTensorMap {
  return Object.fromEntries(groups.map((group) => [group.name, inputs[groupKey(group, 'parameters')]]));
}

/** `inputs` may have a `dropoutPool`, what earlier stages left, and which tensors take part: others are zero. */
function bindTrained(
  { method, weights, groups, frozen, pairs }: TrainFunctionParts,
  inputs: NamedTensorMap,
  flats: NamedTensorMap,
  observe?: BindContext['observe'],
): Learned {
  const unpacked = groups.map((group) => {
    const key = groupKey(group, 'takesPart');
    const flat = flats[group.name];
    return unpackGroup(group, key in inputs ? flat.mul(inputs[key]) : flat);
  });
  const tensors = Object.assign({}, ...unpacked) as Record<string, Tensor>;
  const constants = new Set(
    unpacked.flatMap((each, at) => (groups[at].updated === 'never' ? Object.values(each) : [])),
  );
  const pool = inputs.dropoutPool as Tensor | undefined;
  const dropout = pool && dropoutFromPool(pool);
  const context = { dropout, constants, noise: pool && noiseFromPool(pool), observe };
  const adapter = overPast(method.bind(weights, { ...frozen, ...tensors }, context), pairs, inputs);
  return { adapter, tensors, dropout };
}
