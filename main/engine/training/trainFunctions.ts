/**
 * The compiled functions of a run. `step` is a whole optimizer step on one batch: forward, backward, clipping, update.
 * With gradient accumulation, `accumulate` is one micro-batch, its gradients added to what is there, and `update` is
 * clipping and the optimizer. `evaluate` is the forward pass alone. Loss = Σ losses of the objective / number of
 * trained tokens (or labelled rows) of the whole step, all its micro-batches together, so the divisor is known before
 * and comes in as a scalar, like everything that changes from step to step. Tensors are keyed `<group>/<vector>`.
 */
import type { ResolvedTraining } from '../../contract/training.ts';
import type { FactorPair } from '../../training/optimizer.ts';
import type { ChosenParts } from '../../training/registry.ts';
import type { AdapterMethod, AdapterWeights } from '../adapters/adapterMethod.ts';
import type { Backend, Compiled } from '../backends/backend.ts';
import { inputsUnder } from '../namedInputs.ts';
import { tf } from '../tf.ts';
import type { NamedTensorMap, Tensor } from '../tf.ts';
import { clipByGlobalNorm } from './clipByGlobalNorm.ts';
import { dropoutFromPool } from './dropoutPool.ts';
import type { Learned, Objective } from './objective.ts';
import { overPast, pastPrefix } from './pastStages.ts';
import { unpackGroup } from './parameterPack.ts';
import type { PackedGroup } from './parameterPack.ts';

export interface TrainFunctions {
  /**
   * What `accumulate` and `update` take together, less `<group>/gradients` and `lossSum` → new state, `lossSum`,
   * `gradNorm`. Whatever runs the model takes `past/<tensor>` too, what earlier stages of the run left.
   */
  readonly step: Compiled;
  /**
   * `<group>/parameters`, `<group>/gradients` (size), `lossSum` (), `divisor` (), batch and, with dropout,
   * `dropoutPool` → `<group>/gradients`, `lossSum`.
   */
  readonly accumulate: Compiled;
  /** `<group>/{parameters, moments, gradients, scalars of the optimizer}`, `maxNorm` → new state, `gradNorm`. */
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
    const { loss, gradients } = lossAndGradients(parts, inputs);
    return { lossSum: loss, ...updateState(parts, inputs, gradients) };
  });
  const accumulate = backend.compile('accumulate', (inputs) => accumulateGradients(parts, inputs));
  const update = backend.compile('update', (inputs) => {
    const gradients = parts.groups.map((group) => inputs[groupKey(group, 'gradients')]);
    return updateState(parts, inputs, gradients);
  });
  const evaluate = backend.compile('evaluate', (inputs) => {
    const flats = parts.groups.map((group) => inputs[groupKey(group, 'parameters')]);
    return parts.objective.evaluate(inputs, bindTrained(parts, inputs, flats));
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

/** Loss of the batch over the divisor, and its gradient for each group's flat vector. */
function lossAndGradients(
  parts: TrainFunctionParts,
  inputs: NamedTensorMap,
): { readonly loss: Tensor; readonly gradients: readonly Tensor[] } {
  const { groups, training } = parts;
  const keptForRecompute: Tensor[] = [];
  const dividedLoss = (...flats: Tensor[]): Tensor => {
    const learned = bindTrained(parts, inputs, flats);
    // A block that is run again reads these tensors after tfjs has freed what the forward pass made.
    if (training.recompute) keptForRecompute.push(...learned.adapter.tensorsUnder('').map((tensor) => tf.keep(tensor)));
    return parts.objective.lossSum(inputs, learned).div(inputs.divisor);
  };
  const { value, grads } = tf.valueAndGrads(dividedLoss)(groups.map((group) => inputs[groupKey(group, 'parameters')]));
  tf.dispose(keptForRecompute);
  return { loss: value, gradients: grads };
}

function accumulateGradients(parts: TrainFunctionParts, inputs: NamedTensorMap): NamedTensorMap {
  const { loss, gradients } = lossAndGradients(parts, inputs);
  const outputs: NamedTensorMap = { lossSum: inputs.lossSum.add(loss) };
  parts.groups.forEach((group, index) => {
    const key = groupKey(group, 'gradients');
    outputs[key] = inputs[key].add(gradients[index]);
  });
  return outputs;
}

function updateState(
  { groups, optimizer }: TrainFunctionParts,
  inputs: NamedTensorMap,
  gradients: readonly Tensor[],
): NamedTensorMap {
  const { clipped, norm } = clipByGlobalNorm(gradients, inputs.maxNorm);
  const outputs: NamedTensorMap = { gradNorm: norm };
  groups.forEach((group, index) => {
    const ofGroup = inputsUnder(inputs, groupKey(group, ''));
    const next = optimizer.part.update(ofGroup, clipped[index], ofGroup, optimizer.options);
    for (const [name, tensor] of Object.entries(next)) outputs[groupKey(group, name)] = tensor;
  });
  return outputs;
}

/** `inputs` may have a `dropoutPool`, and what earlier stages left. */
function bindTrained(
  { method, weights, groups, frozen, pairs }: TrainFunctionParts,
  inputs: NamedTensorMap,
  flats: readonly Tensor[],
): Learned {
  const tensors = Object.assign({}, ...groups.map((group, index) => unpackGroup(group, flats[index]))) as Record<
    string,
    Tensor
  >;
  const dropout = 'dropoutPool' in inputs ? dropoutFromPool(inputs.dropoutPool) : undefined;
  const adapter = overPast(method.bind(weights, { ...frozen, ...tensors }, { dropout }), pairs, inputs);
  return { adapter, tensors, dropout };
}
