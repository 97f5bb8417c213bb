/** What a model card says of where an adapter comes from, out of the library. */
import type { StepMetrics } from '../../contract/engine.ts';
import type { Adapter, Dataset, Model, Run } from '../../contract/entities.ts';
import { parseHubReference } from '../../contract/hubReference.ts';
import type { CardBase, CardCurve, CardTraining } from './modelCard.ts';

export interface LineageReader {
  /** Removed ones too. */
  readonly findDataset: (id: string) => Dataset | undefined;
  readonly findRun: (id: string) => Run | undefined;
  readonly steps: (runId: string) => readonly StepMetrics[];
}

export function cardBase(model: Model): CardBase {
  const { name, licence, parameters, shape } = model;
  return {
    name,
    licence,
    parameters,
    classifies: shape.encoder !== undefined,
    hubId: parseHubReference(model.source)?.id ?? null,
  };
}

/** Null for an adapter that was not trained here. */
export function cardTraining(
  { lineage }: Adapter,
  { findDataset, findRun, steps }: LineageReader,
): CardTraining | null {
  const { configuration, datasetId, runId } = lineage;
  if (configuration === null) return null;
  const run = runId === null ? undefined : findRun(runId);
  return {
    configuration,
    trained: lineage.trained ?? null,
    dataset: datasetId === null ? null : (findDataset(datasetId) ?? null),
    curve: run ? curveOf(steps(run.id)) : null,
    baseEvaluation: run?.baseEvaluation ?? null,
    adapterEvaluation: run?.adapterEvaluation ?? null,
    testEvaluation: run?.testEvaluation ?? null,
  };
}

function curveOf(steps: readonly StepMetrics[]): CardCurve | null {
  const [first] = steps;
  const last = steps.at(-1);
  if (!last) return null;
  return { first, last, lowest: steps.reduce((lowest, each) => (each.loss < lowest.loss ? each : lowest), first) };
}
