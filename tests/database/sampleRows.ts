/** Whole entities for tests; every field that a test does not care about has a plain value. */
import { join } from 'node:path';
import type { Adapter, Chat, ChatTurn, Dataset, Model, Run, RunConfiguration } from '../../main/contract/entities.ts';
import type { SplitSummary } from '../../main/contract/splitSummary.ts';
import { trainingSchema } from '../../main/contract/training.ts';

export function sampleModel(home: string, overrides: Partial<Model> = {}): Model {
  const id = overrides.id ?? 'model1';
  return {
    id,
    name: 'tiny',
    family: 'llama',
    parameters: 1_000,
    format: 'safetensors',
    sizeBytes: 4_000,
    ...{ contentHash: `hash-of-${id}`, computationHash: `hash-of-${id}`, weightsHash: null },
    dir: join(home, 'models', id),
    hasTokenizer: true,
    hasChatTemplate: false,
    licence: null,
    source: '/somewhere/tiny',
    shape: {
      family: 'llama',
      vocabSize: 64,
      hiddenSize: 32,
      intermediateSize: 64,
      layerCount: 2,
      headCount: 4,
      keyValueHeadCount: 2,
      headDim: 8,
      maxPositions: 128,
      normEpsilon: 1e-5,
      tiedHead: false,
      bosTokenId: 1,
      eosTokenIds: [2],
      padTokenId: null,
      parameterCount: 1_000,
      linears: [{ name: 'model.layers.0.self_attn.q_proj', inFeatures: 32, outFeatures: 32 }],
      defaultTargets: ['q_proj', 'v_proj'],
    },
    notices: [],
    createdAt: 1_000,
    ...overrides,
  };
}

export function sampleDataset(home: string, overrides: Partial<Dataset> = {}): Dataset {
  const id = overrides.id ?? 'dataset1';
  return {
    id,
    name: 'haiku',
    format: 'prompt',
    rows: 3,
    badRows: [{ line: 2, reason: 'not JSON' }],
    badRowCount: 1,
    trainOn: 'answers',
    contentHash: `hash-of-${id}`,
    dir: join(home, 'datasets', id),
    sizeBytes: 300,
    source: '/somewhere/haiku.jsonl',
    reading: {
      usedColumns: [{ role: 'prompt', column: 'question' }],
      unusedColumns: ['id'],
      notices: ['Line 4 was mended.'],
      classes: ['b', 'a'],
    },
    equalRows: 1,
    createdAt: 1_000,
    ...overrides,
  };
}

export const sampleConfiguration: RunConfiguration = {
  method: { id: 'vera', options: { rank: 8 } },
  targets: ['model.layers.0.self_attn.q_proj'],
  training: {
    ...trainingSchema.parse({}),
    steps: 10,
    batchSize: 2,
    maxLength: 64,
    learningRates: { default: 0.01 },
    schedule: 'linear',
    warmupSteps: 1,
    weightDecay: 0,
    evaluateEvery: 5,
    checkpointEvery: 5,
  },
  backend: 'auto',
  precision: 'float32',
  threads: 1,
  initAdapter: null,
};

const sampleSplit: SplitSummary = {
  ...{
    trainingRows: 2,
    evaluationRows: 1,
    trainingPieces: 3,
    evaluationPieces: 1,
    nothingToEvaluate: false,
    equalRows: 1,
  },
  ...{ classesNotEvaluated: ['b'], classesNotEvaluatedCount: 1, classesNotTrained: [] },
  cut: {
    ...{ maxLength: 8, pieces: 4, cutPieces: 1, trainedTokens: 20, lostTrainedTokens: 2, lostPieces: 0 },
    ...{ wholeLength: 10, longestPossible: 512, forLabels: false },
  },
};

export function sampleRun(home: string, overrides: Partial<Run> = {}): Run {
  const id = overrides.id ?? 'run1';
  return {
    id,
    name: 'first try',
    projectId: 'project1',
    modelId: 'model1',
    datasetId: 'dataset1',
    state: 'queued',
    configuration: sampleConfiguration,
    backendChosen: null,
    estimate: { memoryBytes: 10, memoryParts: [{ name: 'weights', bytes: 10 }], seconds: null, adapterBytes: 5 },
    split: sampleSplit,
    adapterId: null,
    error: null,
    checkpoints: [],
    evaluations: [],
    baseEvaluation: null,
    adapterEvaluation: null,
    testEvaluation: null,
    samples: [],
    trainableParameters: null,
    storedBytes: null,
    peakMemoryBytes: null,
    tokensPerSecond: null,
    dir: join(home, 'runs', id),
    createdAt: 1_000,
    startedAt: null,
    finishedAt: null,
    ...overrides,
  };
}

export function sampleAdapter(home: string, overrides: Partial<Adapter> = {}): Adapter {
  const id = overrides.id ?? 'adapter1';
  return {
    id,
    name: 'haiku voice',
    method: 'vera',
    modelId: 'model1',
    parameters: 100,
    sizeBytes: 400,
    contentHash: `hash-of-${id}`,
    dir: join(home, 'adapters', id),
    lineage: {
      modelId: 'model1',
      modelHash: 'hash-of-model1',
      datasetId: 'dataset1',
      datasetHash: 'hash-of-dataset1',
      runId: null,
      configuration: sampleConfiguration,
      codeVersion: '0.1.0',
    },
    evaluationLoss: 1.5,
    note: '',
    tags: ['poem'],
    createdAt: 1_000,
    trashedAt: null,
    ...overrides,
  };
}

export function sampleChat(overrides: Partial<Chat> = {}): Chat {
  return {
    id: 'chat1',
    title: 'On frogs',
    projectId: null,
    modelId: 'model1',
    systemPrompt: '',
    createdAt: 1,
    updatedAt: 1,
    trashedAt: null,
    ...overrides,
  };
}

export function sampleTurn(overrides: Partial<ChatTurn> & Pick<ChatTurn, 'id'>): ChatTurn {
  return {
    chatId: 'chat1',
    parentId: null,
    role: 'user',
    content: '',
    state: 'done',
    error: null,
    round: null,
    lane: 0,
    adapterId: null,
    scale: null,
    swapMs: null,
    promptMs: null,
    tokens: null,
    tokensPerSecond: null,
    cutOff: false,
    omittedTurns: 0,
    createdAt: 2,
    ...overrides,
  };
}
