/**
 * The adapter that a run begins with: a fresh one, that of another folder, or the checkpoint's own where it was made of
 * what cannot be drawn again to the last digit.
 */
import { join } from 'node:path';
import type { TrainJob } from '../../contract/engine.ts';
import { GraftError } from '../../contract/errors.ts';
import type { ModelShape } from '../../contract/families/family.ts';
import type { InspectedModel } from '../../formats/modelFolder.ts';
import { readPeftFolder } from '../../formats/peftFolder.ts';
import { completeOptions, getMethodSpec } from '../../methods/registry.ts';
import type { AdapterMethod, AdapterWeights } from '../adapters/adapterMethod.ts';
import { openBaseWeights } from '../adapters/baseWeights.ts';
import { readAdapter } from '../adapters/registry.ts';
import { createRandom, type Random } from '../random.ts';
import { engineTrainingWords } from '../../contract/words/engineTraining.ts';

export interface InitialWeightsSetup {
  readonly job: TrainJob;
  readonly method: AdapterMethod;
  readonly model: InspectedModel;
  /** Before a weight of the base is decomposed, which takes its time; `share` of them is done. */
  readonly onDecompose: (share: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Throws GraftError for what does not fit together, and what `signal` was aborted with. */
export async function loadInitialWeights(setup: InitialWeightsSetup): Promise<AdapterWeights> {
  const { job, method, model } = setup;
  const { shape } = model;
  if (job.initAdapter !== undefined) return readAnother(job.initAdapter, method, shape);
  const targets = targetsOf(job, shape);
  const options = completeOptions(job.method);
  if (job.resumeFrom !== undefined && keepsFrozen({ id: job.method.id, options }, shape)) {
    const stored = readAdapter(readPeftFolder(join(job.resumeFrom, 'adapter')), shape);
    return { ...stored, options, targets };
  }
  return makeWeights(setup, { options, targets }, createRandom(job.training.seed, 'initialisation'));
}

/** A fresh adapter; what `random` draws makes it another. Throws what loadInitialWeights throws. */
export async function makeWeights(
  setup: InitialWeightsSetup,
  choice: Pick<AdapterWeights, 'options' | 'targets'>,
  random: Random,
): Promise<AdapterWeights> {
  const { modelDir, decompositionsDir } = setup.job;
  const onDecompose = (done: number): void => setup.onDecompose(Math.min(1, done / choice.targets.length));
  const base = openBaseWeights({ ...setup, modelDir, decompositionsDir, onDecompose });
  try {
    return await setup.method.init({ ...choice, random, base });
  } finally {
    base.close();
  }
}

function targetsOf(job: TrainJob, { linears }: ModelShape): AdapterWeights['targets'] {
  const wanted = new Set(job.targets);
  const targets = linears.filter(({ name }) => wanted.has(name));
  if (targets.length === wanted.size) return targets;
  const unknown = job.targets.filter((name) => !targets.some((target) => target.name === name));
  throw new GraftError('invalid', engineTrainingWords.noLinear({ unknown }), { field: 'targets' });
}

/** Whether the adapter's folder has tensors that were made once: of a decomposition another run has other digits. */
function keepsFrozen({ id, options }: TrainJob['method'], shape: ModelShape): boolean {
  const table = getMethodSpec(id).tensors(options, shape.linears.slice(0, 1), shape);
  return table.some(({ role, scope, stored }) => role === 'frozen' && scope === 'layer' && stored === 'whole');
}

/** The adapter brings its own options; the studio has checked that nothing contradicts them. */
function readAnother(dir: string, method: AdapterMethod, shape: ModelShape): AdapterWeights {
  const weights = readAdapter(readPeftFolder(dir), shape);
  if (weights.methodId !== method.id) {
    const message = engineTrainingWords.otherMethod({ from: weights.methodId, to: method.id });
    throw new GraftError('conflict', message, {
      file: dir,
      field: 'method',
      remedy: engineTrainingWords.trainWithMethod({ methodId: weights.methodId }),
    });
  }
  if (weights.trainable) return weights;
  throw new GraftError('unsupported', engineTrainingWords.forUseOnly(), {
    file: dir,
    remedy: engineTrainingWords.startFromWhole(),
  });
}
