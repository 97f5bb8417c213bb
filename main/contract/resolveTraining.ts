/**
 * Decides every training value that the person left open: the method's recommendation where it has one, else what
 * follows from the data. A given learning rate is for all parameter groups that have none of their own.
 */
import type { ModelShape } from './families/family.ts';
import type { MethodSpec, RecommendedTraining } from '../methods/methodSpec.ts';
import { type Problem, problemOf } from './errors.ts';
import { plainWords, problemsOf } from './plainWords.ts';
import { type ResolvedTraining, type TrainingConfig, trainingSchema } from './training.ts';
import { partsWith, unchosenOptions } from '../training/partFields.ts';
import { chooseParts, listParts, misfits, withPartsOf } from '../training/registry.ts';
import { trainingWords as words } from './words/training.ts';
import type { Said } from './words/words.ts';

export interface TrainingContext {
  readonly spec: MethodSpec;
  readonly shape: ModelShape;
  /** Pieces that are trained on: without those kept for evaluation and those that teach nothing. */
  readonly trainingPieces: number;
}

export interface TrainingRules extends Omit<TrainingContext, 'trainingPieces'> {
  /** Rows of another dataset are evaluated: no share of this one's is needed. */
  readonly hasEvaluationDataset?: boolean;
}

export type Resolution<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly value: null; readonly problems: readonly Problem[] };

const evaluationsPerRun = 10;

/** All problems at once; fields are paths such as `training.learningRate`. */
export function parseTraining(training: unknown, context: TrainingRules): Resolution<TrainingConfig> {
  const parsed = trainingSchema.safeParse(training, { error: plainWords });
  if (!parsed.success) return { value: null, problems: problemsOf(parsed.error.issues, { prefix: 'training' }) };
  const problems = checkTraining(parsed.data, context);
  return problems.length === 0 ? { value: parsed.data, problems: [] } : { value: null, problems };
}

export function resolveTraining(
  asked: TrainingConfig,
  { spec, shape, trainingPieces }: TrainingContext,
): ResolvedTraining {
  const config = withPartsOf(spec, asked);
  const recommended = recommendedFor(spec, shape.encoder !== undefined);
  const batchSize = config.batchSize ?? recommended.batchSize.value;
  const steps =
    config.steps ??
    stepsOfEpochs({ ...config, epochs: config.epochs ?? recommended.epochs.value }, trainingPieces, batchSize);
  const warmupRatio = config.warmupRatio ?? recommended.warmupRatio.value;
  const parts = chooseParts(config);
  const { part: procedure, options: ofProcedure } = parts.procedure;
  return {
    ...config,
    ...(Object.assign({}, ...listParts(parts).map(({ options }) => options)) as object),
    steps,
    batchSize,
    maxLength: resolveMaxLength(config, { spec, shape }),
    learningRates: resolveLearningRates(config, recommended),
    schedule: config.schedule ?? recommended.schedule.value,
    warmupSteps: config.warmupSteps ?? Math.ceil(warmupRatio * procedure.stageAt(1, steps, ofProcedure).steps),
    weightDecay: config.weightDecay ?? recommended.weightDecay.value,
    evaluateEvery: config.evaluateEvery || Math.ceil(steps / evaluationsPerRun),
  };
}

/** What rows are cut to: needed before the rows can be counted. */
export function resolveMaxLength(
  config: TrainingConfig,
  { spec, shape }: Omit<TrainingContext, 'trainingPieces'>,
): number {
  return (
    config.maxLength ?? Math.min(recommendedFor(spec, shape.encoder !== undefined).maxLength.value, shape.maxPositions)
  );
}

/** What the method's papers recommend for a model of this kind. */
export function recommendedFor({ recommended, classification }: MethodSpec, isEncoder: boolean): RecommendedTraining {
  return isEncoder ? (classification ?? recommended) : recommended;
}

/** Of the default group, or of the only one. */
export function defaultLearningRate(
  { learningRates, learningRate }: Pick<TrainingConfig, 'learningRate' | 'learningRates'>,
  spec: MethodSpec,
  isEncoder: boolean,
): number {
  const { learningRates: recommended } = recommendedFor(spec, isEncoder);
  const [only] = Object.values(recommended);
  return learningRates.default ?? learningRate ?? ('default' in recommended ? recommended.default : only).value;
}

/** A head keeps to its own, the rate of an adapter being often none for it, unless it is all that is trained. */
function resolveLearningRates(config: TrainingConfig, { learningRates }: RecommendedTraining): Record<string, number> {
  const ofHead = config.headLearningRate ?? ('default' in learningRates ? undefined : config.learningRate);
  const given = (group: string): number | undefined => (group === 'head' ? ofHead : config.learningRate);
  const groups = Object.entries(learningRates);
  return Object.fromEntries(
    groups.map(([group, { value }]) => [group, config.learningRates[group] ?? given(group) ?? value]),
  );
}

/** The same count as the batch plan's: the last batch of an epoch may be short. */
function stepsOfEpochs(
  config: TrainingConfig & { readonly epochs: number },
  trainingPieces: number,
  batchSize: number,
): number {
  const piecesPerStep = Math.max(1, Math.min(batchSize, trainingPieces)) * config.gradientAccumulation;
  return Math.max(1, Math.round(config.epochs * Math.ceil(trainingPieces / piecesPerStep)));
}

function checkTraining(
  config: TrainingConfig,
  { spec, shape, hasEvaluationDataset = false }: TrainingRules,
): readonly Problem[] {
  const isEvaluated = hasEvaluationDataset || config.evaluationSplit > 0;
  const problems: Problem[] = [...checkParts(config, spec)];
  const groups = Object.keys(recommendedFor(spec, shape.encoder !== undefined).learningRates);
  const unknown = Object.keys(config.learningRates).filter((group) => !groups.includes(group));
  if (unknown.length > 0) {
    problems.push(problemOf('training.learningRates', words.unknownGroups({ method: spec.title, unknown, groups })));
  }
  if (config.maxLength !== undefined && config.maxLength > shape.maxPositions) {
    const reason = words.longerThanModel({ length: config.maxLength, positions: shape.maxPositions });
    problems.push(problemOf('training.maxLength', reason));
  }
  if (config.earlyStopPatience > 0 && !isEvaluated) {
    problems.push(problemOf('training.earlyStopPatience', words.earlyStopNeedsRows()));
  }
  return [...problems, ...checkForKind(config, shape, isEvaluated)];
}

/** Parts that do not fit the method or the run, and options of parts that were not chosen. */
function checkParts(asked: TrainingConfig, spec: MethodSpec): readonly Problem[] {
  const config = withPartsOf(spec, asked);
  const parts = listParts(chooseParts(config));
  const unchosen = unchosenOptions(
    config,
    parts.map(({ part }) => part),
  );
  return [
    ...misfits(config, spec),
    ...unchosen.map((name) => {
      const titles = partsWith(name).map(({ title }) => title.en);
      return problemOf(`training.${name}`, words.optionOfPart({ titles }));
    }),
  ];
}

/** What only one kind of model has. */
function checkForKind(config: TrainingConfig, { encoder }: ModelShape, isEvaluated: boolean): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (field: string, reason: Said): number => problems.push(problemOf(`training.${field}`, reason));
  if (encoder === undefined) {
    if (config.task !== undefined) refuse('task', words.taskOfWriter());
    if (config.headLearningRate !== undefined) refuse('headLearningRate', words.headOfWriter());
    if ((config.bestBy ?? 'loss') !== 'loss') refuse('bestBy', words.metricOfWriter());
  } else {
    if (config.samplePrompts.length > 0) refuse('samplePrompts', words.promptsOfEncoder());
    if ((config.sampleTokens ?? 0) > 0) refuse('sampleTokens', words.promptsOfEncoder());
  }
  if ((config.bestBy ?? 'loss') !== 'loss' && !isEvaluated) {
    refuse('bestBy', words.bestNeedsRows());
  }
  return problems;
}
