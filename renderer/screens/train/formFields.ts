/** The form's fields: where each stands, what is recommended and why, and which of the studio's problems is whose. */
import type { Problem } from '../../../main/contract/errors.ts';
import { callbacks, defaultOptimizer, defaultProcedure } from '../../../main/training/registry.ts';
import type { MethodSpec, Sourced } from '../../../main/methods/methodSpec.ts';
import { recommendedFor } from '../../../main/contract/resolveTraining.ts';
import type { TrainingPlan } from '../../../main/contract/runHistory.ts';
import { trainingSchema } from '../../../main/contract/training.ts';
import { trainRequestSchema } from '../../../main/contract/trainRequest.ts';
import type { Said } from '../../../main/contract/words/words.ts';
import type { I18n } from '../../i18n/I18n.svelte.ts';
import { messageOf } from '../../lib/describeError.ts';
import { type SchemaField, schemaFields } from '../../components/training/schemaFields.ts';
import { unreadFields } from '../../components/training/unreadNumbers.ts';
import type { Draft } from './draft.ts';

/** `path` is how the studio names the field in its problems: `training.batchSize`, `rank`, `backend`. */
export interface FormField extends SchemaField {
  readonly path: string;
  readonly group: 'request' | 'method' | 'training';
}

/** Which the form shows in places of their own. */
const elsewhere = ['targets', 'samplePrompts'];

export const trainingFields: readonly FormField[] = schemaFields(trainingSchema)
  .filter(({ name }) => !elsewhere.includes(name))
  .map((field) => ({ ...field, path: `training.${field.name}`, group: 'training' }));

/** Of the machine: what of the request is shown as its type asks for. */
export const machineFields: readonly FormField[] = schemaFields(trainRequestSchema)
  .filter(({ isAdvanced }) => isAdvanced)
  .map((field) => ({ ...field, path: field.name, group: 'request' }));

/** Of encoders alone; a model that writes has none of them. */
const ofEncoders = ['task', 'headLearningRate', 'bestBy'];

export interface TrainingContext {
  readonly spec: Pick<MethodSpec, 'pairs' | 'callbacks'>;
  readonly isEncoder: boolean;
  /** As given so far: options of parts that are not chosen are shown only where one was given. */
  readonly training: Readonly<Record<string, unknown>>;
}

export function trainingFieldsFor({ spec, isEncoder, training }: TrainingContext): readonly FormField[] {
  const { optimizer = defaultOptimizer, procedure = defaultProcedure } = training;
  const { callbacks: acting = spec.callbacks ?? [] } = training;
  const chosen: readonly unknown[] = [optimizer, procedure, acting].flat();
  const hasCallbacks = Object.values(callbacks).some(({ needs }) => needs === undefined || needs === spec.pairs?.kind);
  return trainingFields.filter(({ name, onlyWith }) => {
    if (name === 'callbacks') return hasCallbacks || name in training;
    if (onlyWith !== undefined) return onlyWith.some((id) => chosen.includes(id)) || name in training;
    return isEncoder || !ofEncoders.includes(name);
  });
}

export function methodFields({ options }: MethodSpec): readonly FormField[] {
  return schemaFields(options)
    .filter(({ name }) => !elsewhere.includes(name))
    .map((field) => ({ ...field, path: field.name, group: 'method' }));
}

/**
 * Paths of the fields that hold a text where a number belongs, in the form's order. Nothing is planned or started with
 * them.
 */
export function unreadPaths(draft: Draft, spec: MethodSpec, isEncoder: boolean): readonly string[] {
  return [
    ...unreadFields(methodFields(spec), draft.methodOptions).map(({ path }) => path),
    ...unreadFields(trainingFieldsFor({ spec, isEncoder, training: draft.training }), draft.training).map(
      ({ path }) => path,
    ),
    ...unreadFields(machineFields, draft).map(({ path }) => path),
  ];
}

export interface Recommendation {
  readonly value: unknown;
  /** Where it comes from: a paper, or the settings it follows from. */
  readonly source: Said | null;
}

export interface FormContext {
  readonly spec: MethodSpec;
  readonly plan: TrainingPlan | undefined;
  readonly isEncoder: boolean;
}

/** What a field left open is given. A plan knows best; before there is one, method and schema say. */
export function recommendation(field: FormField, { spec, plan, isEncoder }: FormContext): Recommendation {
  const sourced = field.group === 'training' ? sourcedOf(field.name, spec, isEncoder) : undefined;
  const decided = field.group === 'training' ? plannedTraining(field.name, plan) : plan?.methodOptions[field.name];
  const value = decided ?? sourced?.value ?? field.fallback;
  return { value, source: sourced !== undefined && sourced.value === value ? sourced.source : null };
}

function plannedTraining(name: string, plan: TrainingPlan | undefined): unknown {
  if (name === 'task') return plan?.labelTask?.kind;
  const group = new Map([
    ['learningRate', 'default'],
    ['headLearningRate', 'head'],
  ]).get(name);
  if (group === undefined) return plan?.training[name];
  const rates = plan?.training['learningRates'];
  return typeof rates === 'object' && rates !== null ? (rates as Readonly<Record<string, unknown>>)[group] : undefined;
}

function sourcedOf(name: string, spec: MethodSpec, isEncoder: boolean): Sourced<unknown> | undefined {
  const { learningRates, ...others } = recommendedFor(spec, isEncoder);
  if (name === 'learningRate') return learningRates['default'];
  if (name === 'headLearningRate') return learningRates['head'];
  return new Map<string, Sourced<unknown>>(Object.entries(others)).get(name);
}

export interface PlacedProblems {
  readonly byPath: ReadonlyMap<string, string>;
  /** Of nothing that the form shows. */
  readonly others: readonly { readonly field: string; readonly message: string }[];
}

interface ProblemPlaces {
  readonly paths: readonly string[];
  readonly i18n: Pick<I18n, 'say'>;
}

/**
 * A problem inside a field (`training.learningRates.logits`) is the field's; several of one field stand after each
 * other.
 */
export function placeProblems(problems: readonly Problem[], { paths, i18n }: ProblemPlaces): PlacedProblems {
  const byPath = new Map<string, string>();
  const others: { field: string; message: string }[] = [];
  for (const problem of problems) {
    const path = paths
      .filter((each) => problem.field === each || problem.field.startsWith(`${each}.`))
      .reduce<string | undefined>(
        (longest, each) => (longest === undefined || each.length > longest.length ? each : longest),
        undefined,
      );
    const message = messageOf(problem, i18n);
    if (path === undefined) others.push({ field: problem.field, message });
    else byPath.set(path, [byPath.get(path), message].filter((text) => text !== undefined).join(' '));
  }
  return { byPath, others };
}

/** Every field that the form can show a problem at. */
export function formPaths(spec: MethodSpec): readonly string[] {
  return [
    ...Object.keys(trainRequestSchema.shape).filter((path) => path !== 'methodOptions' && path !== 'training'),
    'training.samplePrompts',
    ...methodFields(spec).map(({ path }) => path),
    ...trainingFields.map(({ path }) => path),
  ];
}
