/**
 * What a PEFT folder says about itself without the engine: method, layers, parameters. Read from the shapes of its
 * tensors, since a config's target list is only a pattern. Parameters are those that were trained, as PEFT counts them:
 * VeRA's frozen projections are none, and a top-k VB-LoRA file stands for its whole logits.
 */
import { GraftError } from '../contract/errors.ts';
import type { Problem } from '../contract/errors.ts';
import type { Model } from '../contract/entities.ts';
import { methodSpecs } from '../contract/methods/registry.ts';
import { readPeftFolder } from '../formats/peftFolder.ts';
import type { PeftFolder } from '../formats/peftFolder.ts';

export interface AdapterFolder {
  readonly method: string;
  readonly parameters: number;
  /** `r` of the config, where it is a whole number. */
  readonly rank: number | null;
  readonly config: PeftFolder['config'];
  /** By module path, e.g. `model.layers.0.self_attn.q_proj`; sizes where the tensors tell them. */
  readonly layers: ReadonlyMap<string, LayerSize>;
}

export interface LayerSize {
  readonly inFeatures?: number;
  readonly outFeatures?: number;
}

interface TensorRule {
  readonly suffix: string;
  readonly size: (shape: readonly number[], config: PeftFolder['config']) => LayerSize;
  /** Trained numbers that the tensor stands for. */
  readonly count: (shape: readonly number[], config: PeftFolder['config']) => number;
}

const vectorLength = (config: PeftFolder['config']): number => Number(config.vector_length);
const wholeLogits = (shape: readonly number[], config: PeftFolder['config']): number =>
  (elements(shape) / Number(shape.at(-1))) * Number(config.num_vectors);

const rules: readonly TensorRule[] = [
  { suffix: '.lora_A.weight', size: ([, inFeatures]) => ({ inFeatures }), count: elements },
  { suffix: '.lora_B.weight', size: ([outFeatures]) => ({ outFeatures }), count: elements },
  { suffix: '.vera_lambda_b', size: ([outFeatures]) => ({ outFeatures }), count: elements },
  { suffix: '.vera_lambda_d', size: () => ({}), count: elements },
  ...['.vblora_logits_A', '.vblora_logits_A_topk_indices'].map((suffix): TensorRule => ({
    suffix,
    size: (shape, config) => ({ inFeatures: shape[1] * vectorLength(config) }),
    count: wholeLogits,
  })),
  ...['.vblora_logits_B', '.vblora_logits_B_topk_indices'].map((suffix): TensorRule => ({
    suffix,
    size: (shape, config) => ({ outFeatures: shape[0] * vectorLength(config) }),
    count: wholeLogits,
  })),
];

const modulePrefix = 'base_model.model.';
const bankName = 'base_model.vblora_vector_bank';
/** Told by the indices that belong to them. */
const topkWeights = '_topk_weights';

/** Reads and describes a folder. Throws GraftError naming file and remedy. */
export function describeAdapterFolder(dir: string): AdapterFolder {
  const folder = readPeftFolder(dir);
  const method = methodOf(folder);
  const layers = new Map<string, LayerSize>();
  let parameters = 0;
  for (const [name, { shape }] of folder.tensors) {
    if (name === bankName) parameters += elements(shape);
    if (!name.startsWith(modulePrefix)) continue;
    const rule = rules.find(({ suffix }) => name.endsWith(suffix));
    // What no method names stands in for a weight of the base: a head, an embedding, a bias.
    if (rule === undefined && !name.endsWith(topkWeights)) parameters += elements(shape);
    if (rule === undefined) continue;
    const layer = name.slice(modulePrefix.length, -rule.suffix.length);
    layers.set(layer, { ...layers.get(layer), ...rule.size(shape, folder.config) });
    parameters += rule.count(shape, folder.config);
  }
  const rank = Number.isSafeInteger(folder.config.r) ? Number(folder.config.r) : null;
  if (layers.size > 0 && Number.isSafeInteger(parameters)) return { method, parameters, rank, config: folder.config, layers };
  throw new GraftError('invalid', `${dir} holds no weights of ${method}.`, {
    file: dir,
    remedy: 'Check that the adapter was saved whole.',
  });
}

/** Everything in which the adapter does not fit the model; throws GraftError('invalid') with all of it. */
export function requireFit({ layers }: AdapterFolder, model: Model, dir: string): void {
  const linears = new Map(model.shape.linears.map((linear) => [linear.name, linear]));
  const problems: Problem[] = [];
  for (const [name, size] of layers) {
    const linear = linears.get(name);
    if (linear === undefined) problems.push({ field: name, message: 'the model has no such layer' });
    else if (differs(size.inFeatures, linear.inFeatures) || differs(size.outFeatures, linear.outFeatures)) {
      problems.push({ field: name, message: `is ${shown(size)}, the model's is ${shown(linear)}` });
    }
  }
  if (problems.length === 0) return;
  const { field, message } = problems[0];
  throw new GraftError('invalid', `The adapter ${dir} is for another base than ${model.name}: ${field} ${message}.`, {
    file: dir,
    field,
    problems: problems.slice(0, 20),
    remedy: 'Name the model that it was trained on.',
  });
}

function methodOf(folder: PeftFolder): string {
  const spec = Object.values(methodSpecs).find(({ peftType }) => peftType === folder.config.peft_type);
  if (spec !== undefined) return spec.id;
  throw new GraftError('unsupported', `Adapters of type ${String(folder.config.peft_type)} are not known.`, {
    file: folder.dir,
    field: 'peft_type',
  });
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function differs(size: number | undefined, expected: number): boolean {
  return size !== undefined && size !== expected;
}

function shown({ outFeatures, inFeatures }: LayerSize): string {
  return `${outFeatures ?? '?'} × ${inFeatures ?? '?'}`;
}
