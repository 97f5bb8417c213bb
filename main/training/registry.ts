/** Every exchangeable part of training by id: one line each. */
import { GraftError, type Problem, unsupportedProblem } from '../contract/errors.ts';
import { trainingWords } from '../contract/words/training.ts';
import type { MethodSpec } from '../methods/methodSpec.ts';
import type { Translated } from '../contract/words/words.ts';
import { beam } from './callbacks/beam.ts';
import type { Optimizer } from './optimizer.ts';
import { adamw } from './optimizers/adamw.ts';
import { loraFa } from './optimizers/loraFa.ts';
import { loraPro } from './optimizers/loraPro.ts';
import { loraRite } from './optimizers/loraRite.ts';
import { loraPlus } from './optimizers/loraPlus.ts';
import type { Procedure } from './procedure.ts';
import { chain } from './procedures/chain.ts';
import { plain } from './procedures/plain.ts';
import type { StepCallback } from './stepCallback.ts';
import type { RunLimits, RunPlan, TrainingPart } from './trainingPart.ts';

export const optimizers: Readonly<Record<string, Optimizer>> = byId([adamw, loraPlus, loraFa, loraRite, loraPro]);

export const callbacks: Readonly<Record<string, StepCallback>> = byId([beam]);

export const procedures: Readonly<Record<string, Procedure>> = byId([plain, chain]);

function byId<Part extends TrainingPart>(parts: readonly Part[]): Readonly<Record<string, Part>> {
  return Object.fromEntries(parts.map((part) => [part.id, part]));
}

/** All of them, whatever they do. */
export const trainingParts: readonly TrainingPart[] = [optimizers, callbacks, procedures].flatMap((parts) =>
  Object.values<TrainingPart>(parts),
);

/** Of runs that name none: every run before there was a choice. */
export const defaultOptimizer = adamw.id;
export const defaultProcedure = plain.id;

/** What a choice of them is called. */
export function titlesOf(parts: Readonly<Record<string, TrainingPart>>): Readonly<Record<string, Translated>> {
  return Object.fromEntries(Object.entries(parts).map(([id, { title }]) => [id, title]));
}

/** What a run names of its parts; absent in runs before there was a choice. */
export interface NamedParts {
  readonly optimizer?: string | undefined;
  readonly callbacks?: readonly string[] | undefined;
  readonly procedure?: string | undefined;
}

/** A part with its own of the run's settings. */
export interface Chosen<Part extends TrainingPart> {
  readonly part: Part;
  readonly options: object;
}

export interface ChosenParts {
  readonly optimizer: Chosen<Optimizer>;
  readonly callbacks: readonly Chosen<StepCallback>[];
  readonly procedure: Chosen<Procedure>;
}

/** Settings that are not there have the part's defaults. Throws GraftError('unsupported') for an unknown id. */
export function chooseParts(training: NamedParts): ChosenParts {
  const choose = <Part extends TrainingPart>(parts: Readonly<Record<string, Part>>, id: string, field: string) => {
    const part = find(parts, id, field);
    return { part, options: part.options.parse(training) };
  };
  return {
    optimizer: choose(optimizers, training.optimizer ?? defaultOptimizer, 'optimizer'),
    callbacks: (training.callbacks ?? []).map((id) => choose(callbacks, id, 'callbacks')),
    procedure: choose(procedures, training.procedure ?? defaultProcedure, 'procedure'),
  };
}

/** With the parts that runs of a method have where a person names none. */
export function withPartsOf<Training extends NamedParts>(
  { callbacks: own }: Pick<MethodSpec, 'callbacks'>,
  training: Training,
): Training {
  return own === undefined || training.callbacks !== undefined ? training : { ...training, callbacks: own };
}

/** All that a run has chosen. */
export function listParts({ optimizer, callbacks: acting, procedure }: ChosenParts): readonly Chosen<TrainingPart>[] {
  return [optimizer, ...acting, procedure];
}

/** What does not go together, by the fields of training; empty when all is well. */
export function misfits(
  training: NamedParts & RunLimits,
  spec: Pick<MethodSpec, 'title' | 'pairs'>,
): readonly Problem[] {
  const parts = chooseParts(training);
  const { optimizer, callbacks: acting, procedure } = parts;
  const named = [
    ['optimizer', optimizer.part],
    ...acting.map(({ part }) => ['callbacks', part] as const),
    ['procedure', procedure.part],
  ] as const;
  const ofMethod = named.flatMap(([field, { title, needs }]) => {
    if (needs === undefined || needs === spec.pairs?.kind) return [];
    const say = needs === 'plain' ? trainingWords.needsPairs : trainingWords.needsGates;
    return [unsupportedProblem(`training.${field}`, say({ part: title.en, method: spec.title }))];
  });
  return [...ofMethod, ...listParts(parts).flatMap(({ part, options }) => part.check?.(options, training) ?? [])];
}

/** What its parts cannot do with the rows, layers and memory that a run has; empty when all is well. */
export function misplanned(training: NamedParts, plan: RunPlan): readonly Problem[] {
  return listParts(chooseParts(training)).flatMap(({ part, options }) => part.checkPlan?.(options, plan) ?? []);
}

function find<Part extends TrainingPart>(parts: Readonly<Record<string, Part>>, id: string, field: string): Part {
  const part = Object.hasOwn(parts, id) ? parts[id] : undefined;
  if (part) return part;
  const known = Object.keys(parts);
  throw new GraftError('unsupported', trainingWords.noSuchPart({ field, id, known }), {
    field: `training.${field}`,
    known,
  });
}
