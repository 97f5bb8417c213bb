/**
 * What the JSON columns hold, as schemas that keep unknown keys: a row written by a later build of the same schema
 * version loses nothing when this one reads and writes it.
 */
import { z } from 'zod';
import type { BadRow, DatasetReading, Estimate, Lineage, Run, RunConfiguration } from '../contract/entities.ts';
import type { Evaluation, TestEvaluation } from '../contract/engine.ts';
import { weightPrecisions } from '../contract/engine.ts';
import type { ErrorJson } from '../contract/errors.ts';
import type { ModelShape } from '../contract/families/family.ts';
import type { ModelNotice } from '../contract/importNotices.ts';
import type { Metrics } from '../contract/metrics.ts';
import type { CutSummary } from '../contract/cutSummary.ts';
import type { SpelledTokens } from '../contract/spelledTokens.ts';
import type { OwnRows, SplitSummary, UnusableRows } from '../contract/splitSummary.ts';
import { scheduleNames, trainingSchema } from '../contract/training.ts';
import type { ResolvedTraining } from '../contract/training.ts';
import { saidColumn } from '../contract/saidColumn.ts';

export const shapeColumn = z.looseObject({
  family: z.string(),
  vocabSize: z.int(),
  hiddenSize: z.int(),
  intermediateSize: z.int(),
  layerCount: z.int(),
  headCount: z.int(),
  keyValueHeadCount: z.int(),
  headDim: z.int(),
  maxPositions: z.int(),
  normEpsilon: z.number(),
  tiedHead: z.boolean(),
  bosTokenId: z.int().nullable(),
  eosTokenIds: z.array(z.int()),
  padTokenId: z.int().nullable(),
  parameterCount: z.int(),
  linears: z.array(z.looseObject({ name: z.string(), inFeatures: z.int(), outFeatures: z.int() })),
  defaultTargets: z.array(z.string()),
}) satisfies z.ZodType<ModelShape>;

/** Of any kind: one that a later Graft invented is kept. */
export const modelNoticesColumn = z.array(
  z.custom<ModelNotice>((value) => z.looseObject({ kind: z.string() }).safeParse(value).success),
);

export const badRowsColumn = z.array(z.looseObject({ line: z.int(), reason: saidColumn })) satisfies z.ZodType<
  readonly BadRow[]
>;

/** A field that another version did not write is read as absent. */
export const readingColumn = z.looseObject({
  usedColumns: z.array(z.looseObject({ role: z.string(), column: z.string() })).default([]),
  unusedColumns: z.array(z.string()).default([]),
  notices: z.array(saidColumn).default([]),
  classes: z.array(z.string()).nullable().default(null),
}) satisfies z.ZodType<DatasetReading>;

const resolvedTraining = z.looseObject({
  ...trainingSchema.shape,
  // no default: runs without it trained special tokens
  specialTokens: trainingSchema.shape.specialTokens.unwrap().optional(),
  splitSeed: trainingSchema.shape.splitSeed.unwrap().optional(), // no default: runs without one keep their split
  // no default either, and of any name: one that a later Graft has is kept
  optimizer: z.string().optional(),
  callbacks: z.array(z.string()).optional(),
  procedure: z.string().optional(),
  steps: z.int(),
  batchSize: z.int(),
  maxLength: z.int(),
  schedule: z.enum(scheduleNames),
  warmupSteps: z.int(),
  weightDecay: z.number(),
  evaluateEvery: z.int(),
  checkpointEvery: z.int(),
}) satisfies z.ZodType<ResolvedTraining>;

const datasetReference = z.looseObject({ id: z.string(), name: z.string(), contentHash: z.string() });

export const configurationColumn = z.looseObject({
  method: z.looseObject({ id: z.string(), options: z.record(z.string(), z.unknown()) }),
  targets: z.array(z.string()),
  training: resolvedTraining,
  backend: z.string(),
  precision: z.enum(weightPrecisions),
  threads: z.int(),
  initAdapter: z.string().nullable(),
  evalDataset: datasetReference.optional(),
  testDataset: datasetReference.optional(),
}) satisfies z.ZodType<RunConfiguration>;

export const lineageColumn = z.looseObject({
  modelId: z.string().nullable(),
  modelHash: z.string().nullable(),
  datasetId: z.string().nullable(),
  datasetHash: z.string().nullable(),
  runId: z.string().nullable(),
  configuration: configurationColumn.nullable(),
  trained: z.looseObject({ step: z.int(), steps: z.int(), plannedSteps: z.int(), stopped: z.boolean() }).optional(),
  codeVersion: z.string(),
}) satisfies z.ZodType<Lineage>;

export const estimateColumn = z.looseObject({
  memoryBytes: z.number(),
  atFullLength: z
    .looseObject({ longestLength: z.number(), maxLength: z.number(), memoryBytes: z.number() })
    .exactOptional(),
  memoryParts: z.array(z.looseObject({ name: z.string(), bytes: z.number() })),
  seconds: z.number().nullable(),
  adapterBytes: z.number(),
}) satisfies z.ZodType<Estimate>;

export const backendChosenColumn = z.looseObject({
  backend: z.string(),
  device: saidColumn,
  why: saidColumn,
}) satisfies z.ZodType<NonNullable<Run['backendChosen']>>;

/** JSON writes a loss that is not finite as null. */
const lossColumn = z
  .number()
  .nullable()
  .transform((loss) => loss ?? NaN);

export const metricsColumn = z.record(z.string(), z.number()) satisfies z.ZodType<Metrics>;

export const evaluationColumn = z.looseObject({
  step: z.int(),
  loss: lossColumn,
  trainedTokens: z.int(),
  metrics: metricsColumn.optional(),
}) satisfies z.ZodType<Evaluation>;

export const testEvaluationColumn = evaluationColumn.extend({
  base: evaluationColumn,
}) satisfies z.ZodType<TestEvaluation>;

const unusable = z.looseObject({ rows: z.int(), line: z.int(), reason: saidColumn }) satisfies z.ZodType<UnusableRows>;

const ownRows = z.looseObject({
  rows: z.int(),
  equalToTrained: z.int(),
  cutPieces: z.int().default(0),
  unusable: unusable.optional(),
}) satisfies z.ZodType<OwnRows>;

const cut = z.looseObject({
  maxLength: z.int(),
  pieces: z.int(),
  cutPieces: z.int(),
  trainedTokens: z.int(),
  lostTrainedTokens: z.int(),
  lostPieces: z.int(),
  wholeLength: z.int(),
  longestPossible: z.int(),
  forLabels: z.boolean(),
}) satisfies z.ZodType<CutSummary>;

const spelled = z.looseObject({
  rows: z.int(),
  tokens: z.int(),
  countAs: z.enum(['text', 'special', 'plain']),
}) satisfies z.ZodType<SpelledTokens>;

export const splitColumn = z.looseObject({
  trainingRows: z.int(),
  evaluationRows: z.int(),
  trainingPieces: z.int(),
  evaluationPieces: z.int(),
  nothingToEvaluate: z.boolean(),
  equalRows: z.int().nullable(),
  classesNotEvaluated: z.array(z.string()),
  classesNotEvaluatedCount: z.int(),
  classesNotTrained: z.array(z.string()),
  evaluationDataset: ownRows.optional(),
  testDataset: ownRows.optional(),
  testIsEvaluation: z.boolean().optional(),
  cut: cut.optional(),
  spelled: spelled.optional(),
  unusable: unusable.optional(),
}) satisfies z.ZodType<SplitSummary>;

/** The code is any text: one that a later Graft invented is still shown. */
export const errorColumn = z.custom<ErrorJson>((value) => errorShape.safeParse(value).success);
const errorShape = z.looseObject({ code: z.string(), message: z.string(), data: z.record(z.string(), z.unknown()) });

export const tagsColumn = z.array(z.string());
export const idsColumn = z.array(z.int());
