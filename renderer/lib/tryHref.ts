/** Where an adapter is tried: one that was trained on labels classifies, every other one chats. */
import type { RunConfiguration } from '../../main/contract/entities.ts';

interface Tried {
  readonly modelId: string;
  readonly adapterId: string;
  /** What it was trained with; null where nothing is known of it. */
  readonly configuration: Pick<RunConfiguration, 'labelTask'> | null;
}

export function isClassifier({ configuration }: Pick<Tried, 'configuration'>): boolean {
  return configuration?.labelTask !== undefined;
}

export function tryHref(tried: Tried): string {
  return `/${isClassifier(tried) ? 'classify' : 'chat'}?model=${tried.modelId}&adapter=${tried.adapterId}`;
}
