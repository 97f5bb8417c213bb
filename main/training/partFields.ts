/**
 * Options of parts that have to be chosen, as settings of training: none has a value until its part is chosen, so that
 * runs without it say nothing of it. What AdamW has is decided in every run and not here.
 */
import { z } from 'zod';
import { adamFields } from './optimizers/adamw.ts';
import { trainingParts } from './registry.ts';
import type { TrainingPart } from './trainingPart.ts';

/** Of any run: parts share them, whichever is chosen. */
const ofEveryRun: readonly string[] = Object.keys(adamFields);

/** Fields of trainingSchema; `onlyWith` in their meta names the parts. They have no type: only the parts read them. */
export const partFields: object = Object.fromEntries(
  trainingParts.flatMap(({ options }) =>
    Object.entries(options.shape)
      .filter(([name]) => !ofEveryRun.includes(name))
      .map(([name, field]) => [name, offered(name, field)]),
  ),
);

/** Options that no chosen part has; absent ones do not count. */
export function unchosenOptions(training: object, chosen: readonly TrainingPart[]): readonly string[] {
  const fields = chosen.flatMap(({ options }) => Object.keys(options.shape));
  const given = Object.entries(training).filter(([name, value]) => value !== undefined && !isUsual(name, value));
  const ofParts = given.map(([name]) => name).filter((name) => name in partFields || ofEveryRun.includes(name));
  return ofParts.filter((name) => !fields.includes(name));
}

/** Every run says it: what none has asked for. */
function isUsual(name: string, value: unknown): boolean {
  return Object.hasOwn(adamFields, name) && value === adamFields[name as keyof typeof adamFields].def.defaultValue;
}

/** Parts that have an option of this name. */
export function partsWith(name: string): readonly TrainingPart[] {
  return trainingParts.filter(({ options }) => name in options.shape);
}

function offered(name: string, field: z.ZodType): z.ZodType {
  if (!(field instanceof z.ZodDefault)) throw new Error(`the option ${name} of a part of training has no default`);
  const onlyWith = partsWith(name).map(({ id }) => id);
  return (field.unwrap() as z.ZodType).optional().meta({ ...field.meta(), default: field.def.defaultValue, onlyWith });
}
