/**
 * From a request to everything that is decided before a run: model, dataset, backend, configuration, estimate. All that
 * is wrong is told at once. A plan asked for again and again, as a form does, waits for the same tokens and never makes
 * them twice; who goes away meanwhile leaves that work running for who comes next.
 */
import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Adapter, Dataset, Estimate, Model, RunConfiguration } from '../../contract/entities.ts';
import { isQuantised, type InspectedAdapter } from '../../contract/engine.ts';
import { GraftError, toGraftError, type Problem } from '../../contract/errors.ts';
import { headSize } from '../../contract/families/bert.ts';
import type { CutSummary } from '../../contract/cutSummary.ts';
import { splitForEvaluation } from '../../contract/evaluationSplit.ts';
import type { CallOptions } from '../../contract/progress.ts';
import { requireTensors } from '../../contract/llamaCppOnly.ts';
import type { LabelTask } from '../../contract/labels.ts';
import { getMethodSpec } from '../../methods/registry.ts';
import { countTrained } from '../../methods/tensorSpec.ts';
import { pairShapes } from '../../training/pairs.ts';
import { misplanned } from '../../training/registry.ts';
import { resolveTraining } from '../../contract/resolveTraining.ts';
import type { NearestFit, TrainingPlan } from '../../contract/runHistory.ts';
import { type SplitSummary, summariseSplit } from '../../contract/splitSummary.ts';
import type { TrainRequest } from '../../contract/trainRequest.ts';
import { ownPromptWords } from '../../contract/words/ownPrompts.ts';
import type { AlikeRun } from '../../database/runs.ts';
import { ownPromptsIn } from '../adapters/adapterImport/ownPrompts.ts';
import { type BackendChoice, type BackendWorld, chooseBackend, measuredRate } from '../machine/backendChoice.ts';
import { packedBytesOf } from '../machine/packedBytes.ts';
import { type BaseChoice, nearestFit } from './nearestFit.ts';
import { type EstimateInput, estimateRun } from '../machine/estimate.ts';
import { planLabelTask } from './planLabelTask.ts';
import { OwnDatasets, referenceTo } from './OwnDatasets.ts';
import type { ChosenOwn, OwnDatasetsSetup } from './OwnDatasets.ts';
import { Problems } from '../../contract/Problems.ts';
import { checkRequest, type CheckedRequest } from './resolveRun.ts';
import type { TokenisedRows } from '../datasets/tokenised.ts';
import { untilAborted } from '../shared/untilAborted.ts';
import { runWords } from '../../contract/words/runs.ts';
import type { Said } from '../../contract/words/words.ts';

export interface RunPlannerSetup extends OwnDatasetsSetup {
  readonly models: { get(idOrName: string): Model };
  readonly adapters: { find(idOrName: string): Adapter | undefined };
  /** Reads an adapter folder against a model, in an engine process. */
  readonly inspectAdapter: (adapterDir: string, model: Model) => Promise<InspectedAdapter>;
  readonly world: () => BackendWorld;
  /** Throws GraftError('conflict') where a run or an adapter has the name. */
  readonly requireFreeName: (name: string) => void;
  readonly knownSpeed: (alike: AlikeRun) => number | null;
}

export interface PlannedRun {
  readonly model: Model;
  readonly dataset: Dataset;
  readonly configuration: RunConfiguration;
  readonly choice: BackendChoice;
  readonly estimate: Estimate;
  /** What would fit, where it needs more memory than is free; null: nothing does. */
  readonly nearest: NearestFit | null | undefined;
  readonly split: SplitSummary;
  readonly trainableParameters: number;
  /** The adapter to start from. */
  readonly initialDir: string | null;
}

const keptInspections = 4;
const keptSplits = 8;

type Choices = Pick<PlannedRun, 'model' | 'dataset' | 'choice' | 'initialDir'> & { readonly own: ChosenOwn };

export class RunPlanner {
  readonly #setup: RunPlannerSetup;
  readonly #own: OwnDatasets;
  readonly #inspections = new Map<string, Promise<InspectedAdapter>>();
  readonly #splits = new Map<string, SplitSummary>();

  constructor(setup: RunPlannerSetup) {
    this.#setup = setup;
    this.#own = new OwnDatasets(setup);
  }

  /** Throws GraftError: the one thing that is wrong, or `invalid` with all in `problems`; `cancelled` by the signal. */
  async plan(request: TrainRequest, { signal, onProgress }: CallOptions = {}): Promise<PlannedRun> {
    const problems = new Problems();
    const { name } = request;
    if (name !== undefined) problems.try(() => this.#setup.requireFreeName(name));
    const chosen = this.#choose(request, problems);
    const checked = await this.#check(request, chosen, problems);
    problems.throwIfAny();
    const { model, dataset, choice, initialDir, own } = chosen;
    if (!model || !dataset || !choice || !checked || !own || initialDir === undefined)
      throw new Error('a problem went unreported');
    const progress = onProgress ? { onProgress } : {}; // not the signal: who comes next finds the work further on
    const asked = { model, maxLength: checked.maxLength, specialTokens: checked.training.specialTokens };
    const tokenised = await untilAborted(this.#setup.tokenise({ ...asked, dataset }, progress), signal);
    const labelTask = planLabelTask({ model, dataset, counts: tokenised.labels }, checked);
    const { spelled, unusable } = tokenised;
    const planned = await untilAborted(
      this.#own.plan(own, { ...asked, trained: dataset, labelTask }, progress),
      signal,
    );
    const split = {
      ...this.#splitOf(tokenised, checked, { task: labelTask, ...planned }),
      ...(own.testDataset !== undefined && own.testDataset.id === own.evalDataset?.id && { testIsEvaluation: true }),
      cut: cutOf(tokenised, checked, model),
      ...(spelled && { spelled }),
      ...(unusable && { unusable }),
    };
    const configuration = configurationOf(request, checked, { model, choice, split, labelTask, own });
    problems.add(...this.#misplanned(checked, { model, configuration, choice, tokenised }));
    problems.throwIfAny();
    const { estimate, nearest } = this.#judgeMemory(checked, { model, configuration, choice, tokenised }, request);
    const { spec, options, targets } = checked;
    const trainableParameters =
      countTrained(spec.tensors(options, targets, model.shape)) + (labelTask ? headSize(model.shape, labelTask) : 0);
    return { model, dataset, configuration, choice, estimate, nearest, split, trainableParameters, initialDir };
  }

  /** As a form shows it. */
  async describe(request: TrainRequest, options: CallOptions = {}): Promise<TrainingPlan> {
    const planned = await this.plan(request, options);
    const { configuration, choice, estimate, nearest, split, trainableParameters } = planned;
    return {
      ...{
        estimate,
        split,
        trainableParameters,
        why: choice.why,
        device: choice.label,
        backend: choice.settings.backend,
      },
      training: { ...configuration.training },
      methodOptions: { ...configuration.method.options },
      targets: configuration.targets,
      freeMemoryBytes: this.#setup.world().machine.freeMemoryBytes,
      ...(nearest !== undefined && { nearest }),
      ...(configuration.labelTask && { labelTask: configuration.labelTask }),
    };
  }

  /** `undefined` where there is a problem. */
  #choose(request: TrainRequest, problems: Problems): { readonly [Key in keyof Choices]: Choices[Key] | undefined } {
    const { models, datasets, world } = this.#setup;
    const model = problems.try(() => {
      const found = models.get(named(request.model, 'model', runWords.chooseModel()));
      requireTensors(found, 'trained');
      return found;
    });
    const dataset = problems.try(() => datasets.get(named(request.dataset, 'dataset', runWords.chooseDataset())));
    return {
      ...{ model, dataset },
      own: this.#own.choose(request, dataset, problems),
      choice: problems.try(() => chooseBackend(request, world())),
      initialDir: problems.try(() => this.#adapterFolder(request.initAdapter)),
    };
  }

  /** Without a model nothing can be said of targets and options but whether there is such a method. */
  async #check(
    request: TrainRequest,
    { model, initialDir }: Partial<Choices>,
    problems: Problems,
  ): Promise<CheckedRequest | undefined> {
    if (model === undefined || initialDir === undefined) {
      if (request.method !== '') problems.try(() => getMethodSpec(request.method));
      return undefined;
    }
    try {
      if (initialDir !== null) await refuseOwnPrompts(initialDir, model);
      const initial = initialDir === null ? null : await this.#inspect(initialDir, model);
      return checkRequest(request, { model, initial });
    } catch (thrown) {
      problems.take(toGraftError(thrown));
      return undefined;
    }
  }

  /** Starts an engine process, so once for the same files and not at every change of a form. */
  async #inspect(dir: string, model: Model): Promise<InspectedAdapter> {
    const file = statSync(join(dir, 'adapter_model.safetensors'), { throwIfNoEntry: false });
    const key = JSON.stringify([dir, model.id, file?.mtimeMs, file?.size]);
    const inspected = this.#inspections.get(key) ?? this.#setup.inspectAdapter(dir, model);
    this.#inspections.delete(key);
    this.#inspections.set(key, inspected);
    for (const old of [...this.#inspections.keys()].slice(0, -keptInspections)) this.#inspections.delete(old);
    inspected.catch(() => this.#inspections.delete(key));
    return inspected;
  }

  /** Takes a second for a million rows, so once for the same ones and not at every change of a form. */
  #splitOf(tokenised: TokenisedRows, checked: CheckedRequest, judged: Judged): SplitSummary {
    const { shuffle, evaluationSplit, splitSeed } = checked.training;
    const files = [tokenised.file, judged.evalDataset?.file, judged.testDataset?.file];
    const key = JSON.stringify([files, checked.maxLength, shuffle, evaluationSplit, splitSeed, judged.task]);
    const split = this.#splits.get(key) ?? splitOf(tokenised, checked, judged);
    this.#splits.delete(key);
    this.#splits.set(key, split);
    for (const old of [...this.#splits.keys()].slice(0, -keptSplits)) this.#splits.delete(old);
    return split;
  }

  #judgeMemory(
    checked: CheckedRequest,
    parts: EstimateParts,
    request: TrainRequest,
  ): Pick<PlannedRun, 'estimate' | 'nearest'> {
    const input = this.#estimateInput(checked, parts);
    const estimate = estimateRun(input);
    const { freeMemoryBytes } = this.#setup.world().machine;
    if (estimate.memoryBytes <= freeMemoryBytes) return { estimate, nearest: undefined };
    return { estimate, nearest: nearestFit(input, this.#thriftierBases(checked, parts, request), freeMemoryBytes) };
  }

  /** Ways to keep the base in less memory that the method can be trained on, the most exact first. */
  #thriftierBases({ spec }: CheckedRequest, { model, choice }: EstimateParts, request: TrainRequest): BaseChoice[] {
    const { precision } = choice.settings;
    if (!spec.capabilities.quantisedBase) return [];
    const order = ['int8', ...(model.format === 'gguf' ? (['packed'] as const) : (['nf4'] as const))] as const;
    const after = order.slice(isQuantised(precision) ? (order as readonly string[]).indexOf(precision) + 1 : 0);
    if (precision === 'nf4') return [];
    return after.map((thriftier) => {
      const { settings } = chooseBackend({ ...request, precision: thriftier }, this.#setup.world());
      return { settings, packedBytes: packedBytesOf(model, settings) };
    });
  }

  #estimateInput(checked: CheckedRequest, { model, configuration, choice, tokenised }: EstimateParts): EstimateInput {
    const { spec, options, targets } = checked;
    const { settings } = choice;
    const alike = { modelId: model.id, method: spec.id, backend: settings.backend, precision: settings.precision };
    return {
      ...{ shape: model.shape, spec, options, targets, training: configuration.training, settings },
      packedBytes: packedBytesOf(model, settings),
      meanLength: tokenised.meanLength,
      longestLength: tokenised.longestLength,
      knownTokensPerSecond: this.#setup.knownSpeed(alike),
      measuredRate: measuredRate(settings, this.#setup.world()),
      evaluates: configuration.evalDataset !== undefined || configuration.training.evaluationSplit > 0,
      headParameters: configuration.labelTask ? headSize(model.shape, configuration.labelTask) : 0,
    };
  }

  /** What parts of training cannot do with what there is to train. */
  #misplanned(
    { spec, options, targets }: CheckedRequest,
    { model: { shape }, configuration, tokenised: { cut, meanLength } }: EstimateParts,
  ): readonly Problem[] {
    const { training } = configuration;
    const perPiece = shape.encoder ? meanLength : cut.trainedTokens / Math.max(1, cut.pieceCount);
    const tensors = spec.tensors(options, targets, shape);
    return misplanned(training, {
      steps: training.steps,
      trainedTokensPerStep: perPiece * training.batchSize * training.gradientAccumulation,
      pairs: pairShapes(spec.pairs?.of(options, targets) ?? [], tensors),
      startsFromAdapter: configuration.initAdapter !== null,
      freeMemoryBytes: this.#setup.world().machine.freeMemoryBytes,
    });
  }

  /** A folder (an absolute path), or an adapter of the library; null where none is asked for. */
  #adapterFolder(idOrDir: string | undefined): string | null {
    if (idOrDir === undefined) return null;
    if (isAbsolute(idOrDir)) return idOrDir;
    const adapter = this.#setup.adapters.find(idOrDir);
    if (adapter !== undefined) return adapter.dir;
    throw new GraftError('notFound', runWords.noAdapter({ adapter: idOrDir }), {
      field: 'initAdapter',
      remedy: runWords.chooseAdapter(),
    });
  }
}

/** Its answers would be trained behind other prompts than those that it knows. */
async function refuseOwnPrompts(dir: string, model: Model): Promise<void> {
  const { files } = await ownPromptsIn(dir, model);
  if (files.length === 0) return;
  throw new GraftError('unsupported', ownPromptWords.noTraining(), {
    field: 'initAdapter',
    remedy: ownPromptWords.correctTheBase(),
  });
}

interface ConfigurationParts {
  readonly model: Model;
  readonly choice: BackendChoice;
  readonly split: SplitSummary;
  readonly labelTask: LabelTask | undefined;
  readonly own: ChosenOwn;
}

interface EstimateParts extends Pick<ConfigurationParts, 'model' | 'choice'> {
  readonly tokenised: TokenisedRows;
  readonly configuration: RunConfiguration;
}

function named(idOrName: string, field: string, message: Said): string {
  if (idOrName.trim() === '') throw new GraftError('invalid', message, { field });
  return idOrName;
}

function configurationOf(
  request: TrainRequest,
  checked: CheckedRequest,
  { model, choice, split, labelTask, own }: ConfigurationParts,
): RunConfiguration {
  const { spec, options, targets, training } = checked;
  return {
    method: { id: spec.id, options },
    targets: targets.map(({ name }) => name),
    training: resolveTraining(training, { spec, shape: model.shape, trainingPieces: split.trainingPieces }),
    backend: request.backend,
    ...(request.device && { device: request.device }),
    precision: choice.settings.precision,
    threads: choice.settings.threads,
    initAdapter: request.initAdapter ?? null,
    ...(labelTask && { labelTask }),
    ...(own.evalDataset && { evalDataset: referenceTo(own.evalDataset) }),
    ...(own.testDataset && { testDataset: referenceTo(own.testDataset) }),
  };
}

function cutOf({ cut }: TokenisedRows, { maxLength }: CheckedRequest, { shape }: Model): CutSummary {
  const { pieceCount, truncatedRows, trainedTokens, lostTrainedTokens, lostPieces, wholeLength } = cut;
  return {
    ...{ maxLength, lostTrainedTokens, lostPieces, wholeLength, pieces: pieceCount, cutPieces: truncatedRows },
    trainedTokens: trainedTokens + lostTrainedTokens,
    longestPossible: shape.maxPositions,
    forLabels: shape.encoder !== undefined,
  };
}

interface Judged extends Awaited<ReturnType<OwnDatasets['plan']>> {
  readonly task: LabelTask | undefined;
}

/** As the engine will have it. Rows in the file's own order and batches are taken as they are, trained or not. */
function splitOf(
  { pieces: piecesOf }: TokenisedRows,
  { training }: CheckedRequest,
  { task, evalDataset, testDataset }: Judged,
): SplitSummary {
  const cut = piecesOf();
  const pieces = training.shuffle ? cut : { ...cut, usable: Array.from(cut.sourceRows, (_, piece) => piece) };
  const { evaluationSplit: share, splitSeed } = training;
  const request = { pieces, share, task };
  const summary = summariseSplit(request, splitForEvaluation({ ...request, splitSeed }), evalDataset?.pieces);
  return {
    ...summary,
    ...(evalDataset && { evaluationDataset: evalDataset.rows }),
    ...(testDataset && { testDataset: testDataset.rows }),
  };
}
