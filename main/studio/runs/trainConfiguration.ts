/**
 * A training request as a file for people: JSON with the fields of TrainRequest, where every option and setting may
 * also stand by itself under its own name. The command line's --config and the studio's form read and write the same.
 */
import { z } from 'zod';
import { GraftError, saidOf } from '../../contract/errors.ts';
import { plainWords, problemsOf } from '../../contract/plainWords.ts';
import { methodSpecs } from '../../methods/registry.ts';
import { parseNames } from '../../contract/nameList.ts';
import type { ConfigurationFile } from '../../contract/runHistory.ts';
import { configurationSchema, defaultMethod, type TrainRequest } from '../../contract/trainRequest.ts';
import { trainingSchema } from '../../contract/training.ts';
import { runRequestWords as words } from '../../contract/words/runRequests.ts';
import { commonWords } from '../../contract/words/common.ts';
import { englishOf, type Said } from '../../contract/words/words.ts';

/** What a file or flags say, by field. */
export interface TrainValues {
  readonly training: Record<string, unknown>;
  readonly methodOptions: Record<string, unknown>;
  readonly rest: Record<string, unknown>;
}

const requestFields = Object.keys(configurationSchema.shape);

/** `source` is what errors call the text. Unknown fields are an error. Throws GraftError('invalid'). */
export function parseTrainValues(text: string, source: string | Said): TrainValues {
  const values: TrainValues = { training: {}, methodOptions: {}, rest: {} };
  const unknown: string[] = [];
  const trainingFields = Object.keys(trainingSchema.shape);
  const optionFields = knownOptions();
  for (const [field, value] of Object.entries(parseObject(text, source))) {
    if (requestFields.includes(field)) values.rest[field] = value;
    else if (trainingFields.includes(field)) values.training[field] = value;
    else if (optionFields.includes(field)) values.methodOptions[field] = value;
    else unknown.push(field);
  }
  if (unknown.length > 0) {
    const remedy = words.knownFields({ fields: [...requestFields, ...trainingFields, ...optionFields] });
    throw new GraftError('invalid', words.unknownFields({ source, unknown }), {
      file: englishOf(source),
      field: unknown[0],
      remedy,
    });
  }
  Object.assign(values.training, nested(values.rest.training, source, 'training'));
  Object.assign(values.methodOptions, nested(values.rest.methodOptions, source, 'methodOptions'));
  return values;
}

/** Of all methods, each once. */
function knownOptions(): string[] {
  const fields = Object.values(methodSpecs).flatMap(({ options }) => {
    return Object.keys(z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' }).properties ?? {});
  });
  return [...new Set(fields)];
}

function parseObject(text: string, source: string | Said): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new GraftError(
      'invalid',
      words.noObject({ source, why }),
      { file: englishOf(source), remedy: words.writeObject() },
      error,
    );
  }
}

function nested(value: unknown, source: string | Said, field: string): object {
  if (value === undefined) return {};
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new GraftError('invalid', words.fieldNoObject({ source, field }), { file: englishOf(source), field });
}

/**
 * For a form: what the file leaves out is empty or as the command line has it. Throws GraftError('invalid') with all
 * problems.
 */
export function readConfiguration(text: string, source: string | Said = words.theConfiguration()): TrainRequest {
  const values = parseTrainValues(text, source);
  return toRequest({ ...values, rest: { model: '', dataset: '', ...values.rest } }, (issues) => {
    const problems = problemsOf(issues);
    const told = problems.map((problem) => commonWords.ofField({ field: problem.field, problem: saidOf(problem) }));
    return new GraftError('invalid', words.doesNotHold({ source, problems: told }), {
      field: problems[0]?.field,
      problems,
    });
  });
}

/** The request of these values; what is left open is as the schema has it. Throws what `refuse` makes of the issues. */
export function toRequest(
  { rest, methodOptions, training }: TrainValues,
  refuse: (issues: readonly z.core.$ZodIssue[]) => GraftError,
): TrainRequest {
  const given = rest.method ?? '';
  const method = given === '' && rest.initAdapter === undefined ? defaultMethod : given;
  const parsed = configurationSchema.safeParse({ ...rest, method, methodOptions, training }, { error: plainWords });
  if (!parsed.success) throw refuse(parsed.error.issues);
  const { targets } = parsed.data;
  const names = typeof targets === 'string' ? (parseNames(targets) as string | readonly string[]) : targets;
  return { ...parsed.data, targets: names };
}

/** The file that starts the same with `train --config`; the project is this data folder's own affair and left out. */
export function writeConfiguration({ projectId: _own, ...request }: TrainRequest): ConfigurationFile {
  const name = request.name ?? [request.method, request.dataset].filter((part) => part !== '').join('-');
  const fileName = `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|-+$/g, '') || 'training'}.json`;
  return { fileName, text: `${JSON.stringify(request, undefined, 2)}\n` };
}
