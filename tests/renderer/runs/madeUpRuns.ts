/** Runs as the studio would give them, with what a test wants to be otherwise. */
import type { RunDetails, RunSummary } from '../../../main/contract/runHistory.ts';
import { configuration } from '../adapters/library.ts';

export function summary(id: string, others: Partial<RunSummary> = {}): RunSummary {
  return {
    ...{
      id,
      name: `run ${id}`,
      projectId: 'p',
      modelId: 'm',
      modelName: 'sample',
      datasetId: 'd',
      datasetName: 'tickets',
      method: 'vera',
    },
    ...{
      state: 'succeeded',
      stopping: false,
      step: 100,
      steps: 100,
      sparkline: [3, 2, 1],
      loss: 1,
      bestEvaluation: 1.2,
      adapterId: null,
    },
    ...{ queuedAt: 1, createdAt: 1, startedAt: 1, finishedAt: 2 },
    ...others,
  };
}

export function details(id: string, others: Partial<RunDetails> = {}): RunDetails {
  return {
    ...{
      id,
      name: `run ${id}`,
      projectId: 'p',
      modelId: 'm',
      modelName: 'sample',
      datasetId: 'd',
      datasetName: 'tickets',
    },
    ...{
      state: 'succeeded',
      configuration: configuration(),
      backendChosen: null,
      adapterId: null,
      error: null,
      checkpoints: [],
    },
    ...{
      estimate: { memoryBytes: 1e9, memoryParts: [], seconds: null, adapterBytes: 1000 },
      evaluations: [],
      baseEvaluation: null,
    },
    ...{
      split: null,
      testEvaluation: null,
      adapterEvaluation: null,
      samples: [],
      trainableParameters: null,
      storedBytes: null,
      peakMemoryBytes: null,
      tokensPerSecond: null,
    },
    ...{
      dir: '/r',
      createdAt: 1,
      startedAt: 1,
      finishedAt: 2,
      stopping: false,
      phase: null,
      phaseShare: null,
      step: 40,
      elapsedSeconds: 10,
    },
    ...{
      remainingSeconds: null,
      lastTokensPerSecond: null,
      queuePosition: null,
      resumable: false,
      comparable: false,
      trashedAt: null,
    },
    ...others,
  };
}
