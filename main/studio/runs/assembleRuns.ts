/** The wing's services. The queue starts as soon as files and rows agree, before anybody can ask for a run. */
import type { Database } from 'better-sqlite3';
import { RunCurveReader } from '../../database/runCurves.ts';
import { RunSummaries } from '../../database/runSummaries.ts';
import type { SettingsRepository } from '../../database/settings.ts';
import { RunQueue, type RunQueueOptions } from '../../jobs/RunQueue.ts';
import { RunHistory } from './RunHistory.ts';
import { Runs, type RunsSetup } from './Runs.ts';
import { TrainExecutor, type TrainExecutorSetup } from './TrainExecutor.ts';
import { TrainingForms } from './TrainingForms.ts';

export function assembleQueue(needs: TrainExecutorSetup & Omit<RunQueueOptions, 'executor'>): RunQueue {
  return new RunQueue({ ...needs, executor: new TrainExecutor(needs) });
}

export interface RunsNeeds extends Omit<RunsSetup, 'readPulse' | 'readStanding'> {
  readonly database: Database;
  readonly settings: SettingsRepository;
}

export function assembleRuns({ database, settings, ...needs }: RunsNeeds) {
  const { rows } = needs;
  const summaries = new RunSummaries(database, rows.records);
  return {
    runs: new Runs({ ...needs, readPulse: (id) => summaries.pulse(id), readStanding: (id) => summaries.standing(id) }),
    runHistory: new RunHistory({ rows, summaries, curves: new RunCurveReader(database) }),
    trainingForms: new TrainingForms(settings),
  };
}
