/**
 * A PEFT adapter folder: adapter_config.json and adapter_model.safetensors. What the config means is the business of
 * the adapter methods; here it is checked that the folder is one, that nothing in it leads outside, and that no pickle
 * is read.
 */
import { lstatSync, realpathSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { z } from 'zod';
import { GraftError, saidOf, toGraftError } from '../contract/errors.ts';
import { plainWords, problemsOf } from '../contract/plainWords.ts';
import { findMethodOfType, sharedPeftTypes } from '../methods/registry.ts';
import { writeDirAtomic } from './atomicFile.ts';
import { readJsonObject } from './jsonFile.ts';
import { withPlainKeys } from './peftKeys.ts';
import { openSafetensors, writeSafetensors } from './safetensors.ts';
import type { SafetensorsOutput } from './safetensors.ts';
import type { SafetensorsDtype } from './safetensorsHeader.ts';
import { commonWords } from '../contract/words/common.ts';
import { peftWords as words } from '../contract/words/peft.ts';
import { weightWords } from '../contract/words/weights.ts';

export interface PeftTensor {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Raw little-endian bytes of `dtype`. */
  readonly data: Uint8Array;
}

export interface PeftFolder {
  /** For messages. */
  readonly dir: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Keys as PEFT writes them, e.g. `base_model.model.model.layers.0.self_attn.q_proj.vera_lambda_b`. */
  readonly tensors: ReadonlyMap<string, PeftTensor>;
  /** Of the tensor file, beside its `format`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export const peftConfigName = 'adapter_config.json';
export const peftWeightsName = 'adapter_model.safetensors';
/** Files beside the two by which an adapter's prompts can be its own. */
export const peftPromptNames = [
  'chat_template.jinja',
  'chat_template.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
] as const;
const pickleName = 'adapter_model.bin';

/** Only what every adapter has; the rest is parsed by its method. */
const configSchema = z.looseObject({ peft_type: z.string(), base_model_name_or_path: z.string().nullish() });

/** `modules` of Graft's own format: [out, in] by the path of each layer that is adapted. */
export const modulesSchema = z.record(z.string(), z.tuple([z.int().positive(), z.int().positive()]));

/** Reads a folder whole (adapters are small). Throws GraftError naming file, field and remedy. */
export function readPeftFolder(dir: string): PeftFolder {
  const { config, weightsFile } = findParts(dir);
  const { tensors, metadata } = readTensorFile(weightsFile);
  return { dir, config, metadata, tensors: withPlainKeys(tensors, weightsFile) };
}

/**
 * What a folder says of itself: its configuration, and its tensors without their values (a fully trained model is
 * large).
 */
export interface PeftOutline extends Pick<PeftFolder, 'dir' | 'config'> {
  readonly tensors: ReadonlyMap<string, Omit<PeftTensor, 'data'>>;
}

/** Throws what `readPeftFolder` throws. */
export function readPeftOutline(dir: string): PeftOutline {
  const { config, weightsFile } = findParts(dir);
  const file = openSafetensors(weightsFile);
  try {
    const outline = new Map([...file.tensors.values()].map(({ name, dtype, shape }) => [name, { dtype, shape }]));
    return { dir, config, tensors: withPlainKeys(outline, weightsFile) };
  } finally {
    file.close();
  }
}

function findParts(dir: string): { readonly config: PeftFolder['config']; readonly weightsFile: string } {
  const folder = realDir(dir);
  const configFile = findInside(folder, peftConfigName);
  if (!configFile) throw notAnAdapter(dir);
  const config = parsePeftConfig(readJsonObject(configFile), configFile);
  const weightsFile = findInside(folder, peftWeightsName);
  if (!weightsFile) throw missingWeights(dir, findInside(folder, pickleName) !== undefined);
  return { config, weightsFile };
}

/** All of a safetensors file that is small enough to be read whole, as adapters are. */
export function readTensorFile(path: string): Required<Pick<PeftFolder, 'tensors' | 'metadata'>> {
  const file = openSafetensors(path);
  try {
    const tensors = new Map<string, PeftTensor>();
    for (const { name, dtype, shape } of file.tensors.values())
      tensors.set(name, { dtype, shape, data: file.readBytes(name) });
    return { tensors, metadata: file.metadata };
  } finally {
    file.close();
  }
}

/** Checks the fields that every adapter_config.json must have. `file` is for messages. */
export function parsePeftConfig(value: unknown, file: string): Readonly<Record<string, unknown>> {
  const parsed = configSchema.safeParse(value, { error: plainWords });
  if (!parsed.success) throw unreadableConfig(file, parsed.error.issues);
  const { peft_type: type } = parsed.data;
  if (findMethodOfType(type) !== undefined) return parsed.data;
  throw new GraftError('unsupported', words.otherType({ file, type, known: sharedPeftTypes() }), {
    file,
    field: 'peft_type',
    remedy: words.chooseKnown(),
  });
}

/** Fields of `file` that do not hold, in plain words: what zod found with `plainWords`. */
export function unreadableConfig(file: string, issues: readonly z.core.$ZodIssue[]): GraftError {
  const problems = problemsOf(issues);
  const list = problems.map((problem) => commonWords.ofField({ field: problem.field, problem: saidOf(problem) }));
  const data = { file, field: problems[0]?.field, problems, remedy: words.savedByPeft() };
  return new GraftError('invalid', words.doesNotHold({ file, problems: list }), data);
}

/**
 * Writes the folder as PEFT does: config keys sorted and indented by 2, tensors in the reference layout. The whole
 * folder appears or nothing; one that stood there is replaced.
 */
export async function writePeftFolder(
  dir: string,
  {
    config,
    tensors,
    metadata,
  }: Pick<PeftFolder, 'config' | 'metadata'> & { readonly tensors: ReadonlyMap<string, SafetensorsOutput> },
): Promise<void> {
  await writeDirAtomic(dir, async (temporary) => {
    await writeFile(join(temporary, peftConfigName), formatPeftConfig(config));
    await writeSafetensors(join(temporary, peftWeightsName), tensors, { ...metadata, format: 'pt' });
  });
}

/**
 * As Python's json.dumps(config, indent=2, sort_keys=True): sorted at every depth, ASCII only, no newline at the end.
 */
export function formatPeftConfig(config: Readonly<Record<string, unknown>>): string {
  const json = JSON.stringify(sortKeys(config), null, 2);
  return json.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}

function realDir(dir: string): string {
  let stats: Stats;
  try {
    stats = statSync(dir);
  } catch (error) {
    throw toGraftError(error);
  }
  if (stats.isDirectory()) return realpathSync(dir);
  throw new GraftError('invalid', words.noFolder({ dir }), { file: dir, remedy: words.nameConfigFolder() });
}

/**
 * The path of a file of the folder, or undefined where there is none. Throws GraftError('invalid') for a link that
 * leads elsewhere.
 */
export function findInPeftFolder(dir: string, name: string): string | undefined {
  return findInside(realDir(dir), name);
}

/**
 * The path of a file in the folder, or undefined. Links are followed as long as they stay inside: adapters come from
 * strangers.
 */
function findInside(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  if (!lstatSync(path, { throwIfNoEntry: false })) return undefined;
  let target: string;
  try {
    target = realpathSync(path);
  } catch (error) {
    throw new GraftError('invalid', words.deadLink({ file: path }), { file: path, remedy: words.copyFile() }, error);
  }
  if (target.startsWith(folder + sep) || isSnapshotOf(folder, target)) return path;
  throw new GraftError('invalid', words.linkOut({ file: path }), {
    file: path,
    remedy: words.copyIfTrusted(),
  });
}

/** A Hugging Face cache is made of links: `snapshots/<commit>/<file>` leads to a blob of the same repository. */
function isSnapshotOf(folder: string, target: string): boolean {
  const snapshots = dirname(folder);
  return basename(snapshots) === 'snapshots' && dirname(target) === join(dirname(snapshots), 'blobs');
}

function notAnAdapter(dir: string): GraftError {
  return new GraftError('invalid', words.notAdapter({ dir, config: peftConfigName }), {
    file: join(dir, peftConfigName),
    remedy: words.nameSaved(),
  });
}

function missingWeights(dir: string, hasPickle: boolean): GraftError {
  const file = join(dir, hasPickle ? pickleName : peftWeightsName);
  if (!hasPickle) {
    return new GraftError('invalid', words.noWeights({ dir, name: peftWeightsName }), {
      file,
      remedy: words.saveOrFetch(),
    });
  }
  return new GraftError('unsupported', weightWords.pickle({ file }), {
    file,
    remedy: words.saveSafely(),
  });
}
