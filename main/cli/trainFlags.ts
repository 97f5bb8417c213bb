/**
 * The flags of `train`: all options of all methods and all training settings, from their schemas, and --config FILE
 * with the same under their field names. A flag wins over the file. Whether a method has an option is the studio's to
 * say.
 */
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { GraftError } from '../contract/errors.ts';
import { verbatim } from '../contract/words/words.ts';
import { methodSpecs } from '../methods/registry.ts';
import { configurationSchema, type TrainRequest } from '../contract/trainRequest.ts';
import { trainingSchema } from '../contract/training.ts';
import { peftConfigName } from '../formats/peftFolder.ts';
import { parseTrainValues, toRequest, type TrainValues } from '../studio/runs/trainConfiguration.ts';
import { addSchemaFlag, kebabCase, parseNumber, type SchemaFlag, schemaFlags } from './schemaFlags.ts';

const trainingNames = {
  gradientAccumulation: 'accumulate',
  evaluationSplit: 'eval-split',
  evaluateEvery: 'eval-every',
  earlyStopPatience: 'early-stop',
  samplePrompts: 'sample-prompt',
};

/** `bank` of --bank-learning-rate; other groups go by their own name. */
const groupNames: Readonly<Record<string, string>> = { vectorBank: 'bank' };

/** Fields that have a flag of their own in another place. */
const elsewhere = ['targets', 'learningRates'];

export function emptyValues(): TrainValues {
  return { training: {}, methodOptions: {}, rest: {} };
}

/** Adds the flags of the request, of options and of settings; what is given lands in `values`. */
export function addTrainFlags(command: Command, values: TrainValues): void {
  for (const flag of requestFlags()) addSchemaFlag(command, flag, (field, value) => (values.rest[field] = value));
  for (const flag of methodFlags())
    addSchemaFlag(command, flag, (field, value) => (values.methodOptions[field] = value));
  for (const flag of trainingFlags())
    addSchemaFlag(command, flag, (field, value) => keepTraining(values, field, value));
  for (const group of learningRateGroups()) {
    const flags = `--${kebabCase(groupNames[group] ?? group)}-learning-rate <number>`;
    command.option(flags, `Learning rate of the group ${group} alone`, (text) => {
      const rates = (values.training.learningRates ??= {}) as Record<string, number>;
      rates[group] = parseNumber(text);
      return rates[group];
    });
  }
}

function keepTraining({ training }: TrainValues, field: string, value: unknown): void {
  if (field !== 'samplePrompts') training[field] = value;
  else training.samplePrompts = [...((training.samplePrompts as string[] | undefined) ?? []), value];
}

/** Options and settings have flags of their own. */
function requestFlags(): SchemaFlag[] {
  return schemaFlags(configurationSchema.omit({ methodOptions: true, training: true }));
}

/** One flag a field, whichever methods have it; the description says which. */
function methodFlags(): SchemaFlag[] {
  const byField = new Map<string, { readonly flag: SchemaFlag; readonly methods: string[] }>();
  for (const { id, options } of Object.values(methodSpecs)) {
    for (const flag of schemaFlags(options)) {
      const known = byField.get(flag.field) ?? { flag, methods: [] };
      known.methods.push(id);
      byField.set(flag.field, known);
    }
  }
  const flags = [...byField.values()].filter(({ flag }) => !elsewhere.includes(flag.field));
  return flags.map(({ flag, methods }) => ({
    ...flag,
    description: `[${methods.join(', ')}] ${withoutDefault(flag.description, methods.length)}`,
  }));
}

/** Methods that share a field differ in its default. */
function withoutDefault(description: string, methods: number): string {
  return methods === 1
    ? description
    : description.replace(/;? ?PEFT's default is \d+/, '').replace(/ \(default: .*\)$/, '');
}

function trainingFlags(): SchemaFlag[] {
  const flags = schemaFlags(trainingSchema, trainingNames).filter(({ field }) => !elsewhere.includes(field));
  return flags.map((flag) =>
    flag.field === 'samplePrompts' ? { ...flag, kind: 'text', flags: '--sample-prompt <text>' } : flag,
  );
}

function learningRateGroups(): string[] {
  const groups = Object.values(methodSpecs).flatMap(({ recommended }) => Object.keys(recommended.learningRates));
  return [...new Set(groups)].filter((group) => group !== 'default');
}

/**
 * The file's fields: those of TrainRequest, and every option and setting under its own name. Unknown ones are an error.
 */
export async function readTrainConfig(file: string): Promise<TrainValues> {
  const values = parseTrainValues(await readFile(file, 'utf8'), file);
  if (typeof values.rest.initAdapter === 'string')
    values.rest.initAdapter = adapterPath(values.rest.initAdapter, dirname(file));
  return values;
}

/** An absolute path for what is written as a path or is an adapter's folder; else an id or a name of the library. */
export function adapterPath(idOrDir: string, from: string): string {
  const dir = resolve(from, idOrDir);
  return /[/\\]|^\.\.?$/.test(idOrDir) || existsSync(join(dir, peftConfigName)) ? dir : idOrDir;
}

/** Flags over file. Throws GraftError('usage') naming everything that is missing or wrong. */
export function trainRequest(file: TrainValues, flags: TrainValues): TrainRequest {
  const given = Object.fromEntries(Object.entries(flags.rest).filter(([, value]) => value !== undefined));
  const values = {
    rest: { ...file.rest, ...given },
    methodOptions: { ...file.methodOptions, ...flags.methodOptions },
    training: { ...file.training, ...flags.training },
  };
  return toRequest(values, (issues) => {
    const problems = issues.map(({ path, message }) => {
      const field = path.join('.');
      return { field, message: isMissing(values, field) ? missingText(field) : message };
    });
    return new GraftError('usage', verbatim(problems.map(({ message }) => message).join('; ')), { problems });
  });
}

function isMissing({ rest }: TrainValues, field: string): boolean {
  return field in configurationSchema.shape && rest[field] === undefined;
}

function missingText(field: string): string {
  const { description = '' } = requestFlags().find((flag) => flag.field === field) ?? {};
  return `--${kebabCase(field)} is missing: ${description.charAt(0).toLowerCase()}${description.slice(1)}`;
}
