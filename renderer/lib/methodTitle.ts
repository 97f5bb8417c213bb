/** What a method is called. One that this build does not know keeps its id. */
import type { RunSummary } from '../../main/contract/runHistory.ts';
import { methodSpecs } from '../../main/methods/registry.ts';

export function methodTitle(id: string): string {
  return (Object.hasOwn(methodSpecs, id) ? methodSpecs[id]?.title : undefined) ?? id;
}

/** What trained on what: the second line of a run in a list. */
export function runCaption({ method, modelName, datasetName }: RunSummary): string {
  return `${methodTitle(method)} · ${modelName} · ${datasetName}`;
}
