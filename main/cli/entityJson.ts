/** What --json shows of an entity: the fields that scripts rely on, and the rest of the row where it is small. */
import type { Adapter, Dataset, Model, RunWithSteps } from '../contract/entities.ts';
import { moduleSuffixes } from '../contract/targets.ts';
import { errorJson } from './errorText.ts';

type Json = Readonly<Record<string, unknown>>;

export function modelJson({ shape, ...model }: Model): Json {
  const { linears, ...rest } = shape;
  return { ...model, shape: { ...rest, targetModules: moduleSuffixes(linears) } };
}

export function datasetJson(dataset: Dataset): Json {
  return { ...dataset };
}

export function adapterJson(adapter: Adapter): Json {
  return { ...adapter };
}

/** `train`, `run show` and `run resume` give the same. A failed run carries its error. */
export function runJson(run: RunWithSteps): Json {
  const { steps, error, ...rest } = run;
  const shown = steps.map(({ step, loss, gradNorm, learningRate, tokens, trainedTokens, stepMs }) => {
    return { step, loss, gradNorm, learningRate, tokens, trainedTokens, stepMs };
  });
  const failure = error === null ? {} : errorJson(error);
  return { ...rest, runId: run.id, steps: shown, ...failure };
}
