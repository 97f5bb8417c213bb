/**
 * From what a person asks for to a run's whole configuration. Everything that is wrong is collected first and told at
 * once; a single problem keeps its own error code.
 */
import type { Model, RunConfiguration } from '../../contract/entities.ts';
import { isQuantised, type InspectedAdapter, type WeightPrecision } from '../../contract/engine.ts';
import { GraftError, problemOf, unsupportedProblem } from '../../contract/errors.ts';
import type { Problem } from '../../contract/errors.ts';
import type { LabelTask } from '../../contract/labels.ts';
import { requireBlocks } from '../../contract/packedBase.ts';
import { plainWords, problemsOf } from '../../contract/plainWords.ts';
import { trainingWords } from '../../contract/words/training.ts';
import type { LinearShape } from '../../contract/families/family.ts';
import { asTargeted, isForKind, type MethodSpec } from '../../methods/methodSpec.ts';
import { getMethodSpec, methodSpecs } from '../../methods/registry.ts';
import { defaultLearningRate, parseTraining, resolveMaxLength } from '../../contract/resolveTraining.ts';
import type { TrainRequest } from '../../contract/trainRequest.ts';
import { adaptsLayers, matchTargets, moduleSuffixes, type TargetSpec } from '../../contract/targets.ts';
import type { TrainingConfig } from '../../contract/training.ts';
import { Problems } from '../../contract/Problems.ts';
import { runRequestWords as words } from '../../contract/words/runRequests.ts';

/** All that can be said before the dataset is tokenised. */
export interface CheckedRequest {
  readonly spec: MethodSpec;
  readonly options: RunConfiguration['method']['options'];
  readonly targets: readonly LinearShape[];
  readonly training: TrainingConfig;
  readonly maxLength: number;
  /** What the head of the adapter to start from answers. */
  readonly initialTask?: LabelTask;
}

export interface RequestContext {
  readonly model: Model;
  /** The adapter to start from; its stored options are the run's. */
  readonly initial: InspectedAdapter | null;
}

const bothEvaluations = problemOf('training.evaluationSplit', words.bothEvaluations());
/** Throws GraftError: the one thing that is wrong, or `invalid` with all of them in `problems`. */
export function checkRequest(request: TrainRequest, { model, initial }: RequestContext): CheckedRequest {
  const spec = getMethodSpec(request.method || (initial?.method ?? ''));
  const { shape } = model;
  const problems = new Problems();
  problems.add(...kindProblems(spec, model));
  const options =
    initial === null ? parseOptions(request, spec, problems) : initialOptions(request, { spec, initial, problems });
  const hasEvaluationDataset = request.evalDataset !== undefined && request.evalDataset !== '';
  if (hasEvaluationDataset && (request.training.evaluationSplit ?? 0) > 0) problems.add(bothEvaluations);
  const asked = hasEvaluationDataset ? { evaluationSplit: 0, ...request.training } : request.training;
  const training = parseTraining(asked, { spec, shape, hasEvaluationDataset });
  problems.add(...training.problems);
  const targets =
    options === undefined ? undefined : problems.try(() => findTargets({ spec, request, model, options, initial }));
  const given = Object.keys(request.methodOptions);
  const isOpen = options !== undefined && targets !== undefined && initial === null;
  const rate = training.value ? defaultLearningRate(training.value, spec, shape.encoder !== undefined) : undefined;
  const fitted = isOpen ? (spec.fit?.(options, targets, given, shape, rate) ?? options) : options;
  if (fitted !== undefined && targets !== undefined) problems.add(...spec.check(fitted, targets, shape));
  problems.try(() => requireBlocks(model, request.precision));
  problems.add(...refusedPrecision(spec, request.precision));
  problems.throwIfAny();
  if (fitted === undefined || targets === undefined || training.value === null)
    throw new Error('a problem went unreported');
  const maxLength = resolveMaxLength(training.value, { spec, shape });
  const initialTask = initial?.labelTask;
  return { spec, options: fitted, targets, training: training.value, maxLength, ...(initialTask && { initialTask }) };
}

/** Of a method that is not for models of this kind, encoders or models that write. */
function kindProblems(spec: MethodSpec, { name, shape }: Model): readonly Problem[] {
  if (isForKind(spec, shape)) return [];
  const given = { method: spec.title, model: name };
  if (shape.encoder === undefined) return [unsupportedProblem('method', words.encodersAlone(given))];
  const others = Object.values(methodSpecs).flatMap(({ title, classification }) => (classification ? [title] : []));
  return [problemOf('method', words.notForEncoders({ ...given, others }))];
}

function refusedPrecision({ title, capabilities }: MethodSpec, precision: WeightPrecision | undefined): Problem[] {
  if (precision === undefined || !isQuantised(precision) || capabilities.quantisedBase) return [];
  const isWholeModel = capabilities.trains === 'model';
  const reason = isWholeModel
    ? words.noQuantised({ precision })
    : words.methodNoQuantised({ method: title, precision });
  return [problemOf('precision', reason)];
}

/**
 * The request's own targets win over the options', the family's default comes last; full fine-tuning is for every
 * layer.
 */
function findTargets({
  spec,
  request,
  model,
  options,
  initial,
}: RequestContext & { readonly spec: MethodSpec; readonly request: TrainRequest; readonly options: object }) {
  const { linears, defaultTargets } = asTargeted(spec, model.shape);
  const given = options as Partial<Omit<TargetSpec, 'targets'>> & { readonly targets?: TargetSpec['targets'] | null };
  if (initial === null && !adaptsLayers(options)) return linears;
  const targets = request.targets ?? given.targets ?? defaultTargets;
  const matched = matchTargets(linears, { ...given, targets });
  if (request.targets !== undefined && typeof targets !== 'string') refuseUnmatched(targets, linears);
  if (initial === null) return matched;
  const stored = new Set(initial.targets);
  const differs =
    request.targets !== undefined && (matched.length !== stored.size || matched.some(({ name }) => !stored.has(name)));
  if (differs)
    throw new GraftError('conflict', words.otherTargets({ targets: initial.targets }), {
      field: 'targets',
    });
  return linears.filter(({ name }) => stored.has(name));
}

/** A name that matches nothing beside others that do is a slip of the hand. */
function refuseUnmatched(names: readonly string[], linears: readonly LinearShape[]): void {
  const unmatched = names.filter(
    (name) => !linears.some((linear) => linear.name === name || linear.name.endsWith(`.${name}`)),
  );
  if (unmatched.length === 0) return;
  const suffixes = moduleSuffixes(linears);
  throw new GraftError('invalid', words.noSuchLayer({ unmatched, suffixes }), {
    field: 'targets',
    suffixes,
    remedy: words.leaveOutOrCorrect(),
  });
}

function parseOptions(request: TrainRequest, spec: MethodSpec, problems: Problems): object | undefined {
  const given =
    request.targets === undefined ? request.methodOptions : { ...request.methodOptions, targets: request.targets };
  const parsed = spec.options.safeParse(given, { error: plainWords });
  if (parsed.success) return parsed.data;
  problems.add(
    ...problemsOf(parsed.error.issues, {}, (option) => trainingWords.unknownOption({ method: spec.title, option })),
  );
  return undefined;
}

/** The stored options; a given one that says something else is a problem. Undefined for those of another method. */
function initialOptions(
  request: TrainRequest,
  { spec, initial, problems }: { spec: MethodSpec; initial: InspectedAdapter; problems: Problems },
): object | undefined {
  if (spec.id !== initial.method) {
    problems.add(problemOf('method', words.otherMethod({ found: initial.method, asked: spec.id })));
    return undefined;
  }
  if (!initial.trainable) {
    problems.add(problemOf('initAdapter', words.forUseOnly()));
  }
  for (const [field, value] of Object.entries(request.methodOptions)) {
    const stored = initial.options[field];
    if (JSON.stringify(stored) === JSON.stringify(value)) continue;
    problems.add(problemOf(field, words.contradicts({ value: JSON.stringify(value), stored: JSON.stringify(stored) })));
  }
  return initial.options;
}
