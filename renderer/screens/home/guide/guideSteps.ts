/**
 * Where the guided first run stands, out of what is there: model, dataset, run, adapter, answers. Nothing else
 * remembers it, so a reload, a second window or a restart shows the same step.
 */
import type { RunState } from '../../../../main/contract/entities.ts';
import type { RunSummary } from '../../../../main/contract/runHistory.ts';

export const guideSteps = ['model', 'dataset', 'train', 'adapter', 'chat'] as const;
export type GuideStep = (typeof guideSteps)[number];
export type StepState = 'done' | 'working' | 'failed' | 'next' | 'later';

export interface GuideFacts {
  /** The sample is being put in place, or the run is being started. */
  readonly isPreparing: boolean;
  readonly prepareFailed: boolean;
  readonly hasModel: boolean;
  readonly hasDataset: boolean;
  readonly run: Pick<RunSummary, 'state' | 'adapterId'> | undefined;
  readonly answers: 'none' | 'asking' | 'answered' | 'failed';
}

const liveStates: readonly RunState[] = ['queued', 'running'];
const endedBadly: readonly RunState[] = ['failed', 'cancelled', 'interrupted'];

export function stateOfSteps(facts: GuideFacts): Readonly<Record<GuideStep, StepState>> {
  const { run, answers } = facts;
  const isDone = {
    model: facts.hasModel,
    dataset: facts.hasModel && facts.hasDataset,
    train: run?.state === 'succeeded',
    adapter: (run?.adapterId ?? null) !== null,
    chat: answers === 'answered',
  } satisfies Record<GuideStep, boolean>;
  const current = guideSteps.find((step) => !isDone[step]);
  const states = guideSteps.map((step) => {
    if (isDone[step]) return [step, 'done'] as const;
    return [step, step === current ? currentState(step, facts) : 'later'] as const;
  });
  return Object.fromEntries(states) as Record<GuideStep, StepState>;
}

function currentState(step: GuideStep, { run, answers, isPreparing, prepareFailed }: GuideFacts): StepState {
  if (isPreparing) return 'working';
  if (step === 'chat') return answers === 'asking' ? 'working' : answers === 'failed' ? 'failed' : 'next';
  if (run !== undefined && endedBadly.includes(run.state)) return 'failed';
  // A run that has ended well gives its adapter a moment later.
  if (run !== undefined && (liveStates.includes(run.state) || step === 'adapter')) return 'working';
  return prepareFailed ? 'failed' : 'next';
}

/** The run of the guide: the newest that gave an adapter, else the newest. */
export function guideRun<Run extends Pick<RunSummary, 'adapterId' | 'createdAt'>>(
  runs: readonly Run[],
): Run | undefined {
  const newest = [...runs].sort((a, b) => b.createdAt - a.createdAt);
  return newest.find(({ adapterId }) => adapterId !== null) ?? newest[0];
}

export interface Beginnings {
  readonly firstRunDone: boolean;
  readonly runs: readonly Pick<RunSummary, 'modelId'>[];
  readonly runTotal: number;
  readonly adapterTotal: number;
  readonly models: readonly { readonly id: string; readonly source: string }[];
}

/** False for whoever ended or skipped it, and for whoever has trained something else than the guide does. */
export function isFirstRun({ firstRunDone, runs, runTotal, adapterTotal, models }: Beginnings): boolean {
  if (firstRunDone || adapterTotal > 1 || runTotal > runs.length) return false;
  if (adapterTotal > 0 && runTotal === 0) return false;
  const samples = models.filter(({ source }) => source === 'sample').map(({ id }) => id);
  return runs.every(({ modelId }) => samples.includes(modelId));
}
