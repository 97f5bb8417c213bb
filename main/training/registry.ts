/** Every exchangeable part of training by id: one line each. */
import { GraftError } from '../contract/errors.ts';
import { trainingWords } from '../contract/words/training.ts';
import type { Optimizer } from './optimizer.ts';
import { adamw } from './optimizers/adamw.ts';
import type { TrainingPart } from './trainingPart.ts';

export const optimizers: Readonly<Record<string, Optimizer>> = {
  adamw,
};

/** All of them, whatever they do. */
export const trainingParts: readonly TrainingPart[] = [...Object.values(optimizers)];

/** Of runs that name none: every run before there was a choice. */
export const defaultOptimizer = adamw.id;

/** Throws GraftError('unsupported') for an unknown id. */
export function getOptimizer(id: string = defaultOptimizer): Optimizer {
  return find(optimizers, id, 'optimizer');
}

/** The settings of a run that are this part's own, with its defaults for what is not there. */
export function optionsOf<Options extends object>(part: TrainingPart<Options>, training: object): Options {
  return part.options.parse(training);
}

function find<Part extends TrainingPart>(parts: Readonly<Record<string, Part>>, id: string, kind: string): Part {
  const part = Object.hasOwn(parts, id) ? parts[id] : undefined;
  if (part) return part;
  const known = Object.keys(parts);
  throw new GraftError('unsupported', trainingWords.noSuchPart({ kind, id, known }), {
    field: `training.${kind}`,
    known,
  });
}
