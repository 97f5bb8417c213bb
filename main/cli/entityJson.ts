/** What --json shows of an entity: the fields that scripts rely on, and the rest of the row where it is small. */
import { type Adapter, type Dataset, type Model, type RunWithSteps, trainedPartOf } from '../contract/entities.ts';
import { moduleSuffixes } from '../contract/targets.ts';
import { errorJson } from './errorText.ts';

type Json = Readonly<Record<string, unknown>>;

export function modelJson({ shape, ...model }: Model): Json {
  const { linears, ...rest } = shape;
  return { ...model, shape: { ...rest, targetModules: moduleSuffixes(linears) } };
}

/** `trainOn` is what is trained in effect; `reading` says the roles too. */
export function datasetJson(dataset: Dataset): Json {
  const { usedColumns, unusedColumns, notices } = dataset.reading;
  return {
    ...dataset,
    trainOn: trainedPartOf(dataset),
    usedColumns: usedColumns.map(({ column }) => column),
    unusedColumns,
    notices,
  };
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
