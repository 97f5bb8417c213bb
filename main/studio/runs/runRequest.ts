/**
 * The request that starts a run again: what was decided is asked for by name, so that later defaults change nothing.
 * What hangs on the machine (precision, threads) is left to it unless the run had something else than it would get now.
 */
import type { Model, Run } from '../../contract/entities.ts';
import type { BackendRequest, TrainRequest } from '../../contract/trainRequest.ts';
import { asTargeted } from '../../methods/methodSpec.ts';
import { findMethodSpec } from '../../methods/registry.ts';
import { adaptsLayers, matchTargets } from '../../contract/targets.ts';
import type { ResolvedTraining, TrainingConfig } from '../../contract/training.ts';
import type { BackendChoice } from '../machine/backendChoice.ts';

export interface RequestContext {
  /** undefined: removed meanwhile. */
  readonly model: Model | undefined;
  /** Throws where the backend is not here any more. */
  readonly choose: (request: BackendRequest) => BackendChoice;
}

/** Every field of a request: one that the schema gains is decided here too, or nothing compiles. */
type Decided<Field extends keyof TrainRequest> = { readonly [Each in Field]: TrainRequest[Each] | undefined };

/** Model and datasets by their ids. */
export function requestOf(run: Run, { model, choose }: RequestContext): TrainRequest {
  const { method, training, initAdapter, evalDataset, testDataset } = run.configuration;
  const { targets: _unlessAsked, ...options } = method.options as Record<string, unknown>;
  const fields: Decided<keyof TrainRequest> = {
    name: undefined,
    projectId: run.projectId,
    model: run.modelId,
    dataset: run.datasetId,
    evalDataset: evalDataset?.id,
    testDataset: testDataset?.id,
    method: method.id,
    methodOptions: options,
    targets: targetsOf(run, model),
    training: trainingOf(training),
    ...backendOf(run, choose),
    initAdapter: initAdapter ?? undefined,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as TrainRequest;
}

/** As they were asked for where that still names the same layers; the layers one by one where it does not. */
function targetsOf({ configuration }: Run, model: Model | undefined): TrainRequest['targets'] {
  const { method, targets, initAdapter } = configuration;
  if (initAdapter !== null || !adaptsLayers(method.options)) return undefined;
  const given = method.options as { readonly targets?: TrainRequest['targets'] | null };
  const asked = given.targets ?? undefined;
  if (model === undefined) return asked ?? targets;
  const spec = findMethodSpec(method.id);
  const { linears, defaultTargets } = spec ? asTargeted(spec, model.shape) : model.shape;
  const found = matchTargets(linears, { ...given, targets: asked ?? defaultTargets });
  const isSame = found.length === targets.length && found.every(({ name }, index) => name === targets[index]);
  return isSame ? asked : targets;
}

/** One rate for all groups where they share it; the steps stand for the epochs. */
function trainingOf({ learningRates, epochs: _inSteps, ...training }: ResolvedTraining): Partial<TrainingConfig> {
  const { default: learningRate, ...others } = learningRates;
  const differing = Object.fromEntries(Object.entries(others).filter(([, rate]) => rate !== learningRate));
  return {
    ...training,
    ...(learningRate === undefined ? { learningRates } : { learningRate, learningRates: differing }),
  };
}

function backendOf({ configuration }: Run, choose: RequestContext['choose']): Decided<keyof BackendRequest> {
  const { device, precision, threads } = configuration;
  const asked = { backend: configuration.backend as TrainRequest['backend'], ...(device && { device }) };
  const usual = usualSettings(asked, choose);
  return {
    device: undefined,
    ...asked,
    precision: usual?.precision === precision ? undefined : precision,
    threads: usual?.threads === threads ? undefined : threads,
  };
}

function usualSettings(asked: BackendRequest, choose: RequestContext['choose']): BackendChoice['settings'] | undefined {
  try {
    return choose(asked).settings;
  } catch {
    return undefined; // the form says what is missing; the figures of the run are kept
  }
}
