/**
 * A training request as a file for people: JSON with the fields of TrainRequest, where every option and setting may
 * also stand by itself under its own name. The command line's --config and the studio's form read and write the same.
 */
import { z } from 'zod';
import { weightPrecisions } from '../../contract/engine.ts';
import { GraftError, saidOf } from '../../contract/errors.ts';
import { plainWords, problemsOf } from '../../contract/plainWords.ts';
import { methodSpecs } from '../../methods/registry.ts';
import { parseNames } from '../../contract/nameList.ts';
import type { ConfigurationFile } from '../../contract/runHistory.ts';
import type { TrainRequest } from '../../contract/trainRequest.ts';
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

const restFields = [
  'name',
  'model',
  'dataset',
  'evalDataset',
  'testDataset',
  'method',
  'targets',
  'backend',
  'device',
  'precision',
  'threads',
  'initAdapter',
  'methodOptions',
  'training',
];

/** `source` is what errors call the text. Unknown fields are an error. Throws GraftError('invalid'). */
export function parseTrainValues(text: string, source: string | Said): TrainValues {
  const values: TrainValues = { training: {}, methodOptions: {}, rest: {} };
  const unknown: string[] = [];
  const trainingFields = Object.keys(trainingSchema.shape);
  const optionFields = knownOptions();
  for (const [field, value] of Object.entries(parseObject(text, source))) {
    if (restFields.includes(field)) values.rest[field] = value;
    else if (trainingFields.includes(field)) values.training[field] = value;
    else if (optionFields.includes(field)) values.methodOptions[field] = value;
    else unknown.push(field);
  }
  if (unknown.length > 0) {
    const remedy = words.knownFields({ fields: [...restFields, ...trainingFields, ...optionFields] });
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

const requestSchema = z.object({
  name: z.string().min(1).optional(),
  model: z.string().default(''),
  dataset: z.string().default(''),
  evalDataset: z.string().optional(),
  testDataset: z.string().optional(),
  method: z.string().optional(),
  targets: z.union([z.string(), z.array(z.string())]).optional(),
  backend: z.enum(['auto', 'tensorflow', 'wasm', 'cpu']).default('auto'),
  device: z.enum(['cpu', 'cuda']).optional(),
  precision: z.enum(weightPrecisions).optional(),
  threads: z.int().positive().optional(),
  initAdapter: z.string().optional(),
});

/**
 * For a form: what the file leaves out is empty or as the command line has it. Throws GraftError('invalid') with all
 * problems.
 */
export function readConfiguration(text: string, source: string | Said = words.theConfiguration()): TrainRequest {
  const { rest, training, methodOptions } = parseTrainValues(text, source);
  const parsed = requestSchema.safeParse(rest, { error: plainWords });
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues);
    const told = problems.map((problem) => commonWords.ofField({ field: problem.field, problem: saidOf(problem) }));
    throw new GraftError('invalid', words.doesNotHold({ source, problems: told }), {
      field: problems[0]?.field,
      problems,
    });
  }
  const { targets, method, initAdapter } = parsed.data;
  return {
    ...parsed.data,
    method: method ?? (initAdapter === undefined ? 'vera' : ''),
    targets: typeof targets === 'string' ? (parseNames(targets) as string | readonly string[]) : targets,
    methodOptions,
    training,
  };
}

/** The file that starts the same with `train --config`; the project is this data folder's own affair and left out. */
export function writeConfiguration({ projectId: _own, ...request }: TrainRequest): ConfigurationFile {
  const name = request.name ?? [request.method, request.dataset].filter((part) => part !== '').join('-');
  const fileName = `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|-+$/g, '') || 'training'}.json`;
  return { fileName, text: `${JSON.stringify(request, undefined, 2)}\n` };
}
