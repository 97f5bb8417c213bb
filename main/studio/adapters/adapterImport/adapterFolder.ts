/**
 * What a PEFT folder says about itself without the engine: method, layers, parameters. Read from the shapes of its
 * tensors, since a config's target list is only a pattern. Parameters are those that were trained, as PEFT counts them:
 * VeRA's frozen projections are none, and a top-k VB-LoRA file stands for its whole logits.
 */
import { GraftError, problemOf, saidOf } from '../../../contract/errors.ts';
import type { Problem } from '../../../contract/errors.ts';
import type { Model } from '../../../contract/entities.ts';
import type { MethodSpec } from '../../../methods/methodSpec.ts';
import { findMethodOfType } from '../../../methods/registry.ts';
import { elementCount, modulePrefix } from '../../../methods/tensorSpec.ts';
import { withBodyPaths } from '../../../formats/peftBody.ts';
import { refuseUnsupported } from '../../../formats/peftRefusals.ts';
import { type PeftFolder, type PeftOutline, readPeftOutline } from '../../../formats/peftFolder.ts';
import { libraryWords } from '../../../contract/words/library.ts';

export interface AdapterFolder {
  readonly method: string;
  readonly parameters: number;
  /** `r` of the config, where it is a whole number. */
  readonly rank: number | null;
  readonly config: PeftFolder['config'];
  /** By module path, e.g. `model.layers.0.self_attn.q_proj`; sizes where the tensors tell them. */
  readonly layers: ReadonlyMap<string, LayerSize>;
  /** Weights of the base that it replaces as a whole, by their names there: no scale reaches them. */
  readonly replaced: readonly string[];
  /** Its layers are all of a model's rather than some; embeddings are among them. */
  readonly isWholeModel: boolean;
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
  (elementCount(shape) / Number(shape.at(-1))) * Number(config.num_vectors);

const rules: readonly TensorRule[] = [
  { suffix: '.lora_A.weight', size: ([, inFeatures]) => ({ inFeatures }), count: elementCount },
  { suffix: '.lora_B.weight', size: ([outFeatures]) => ({ outFeatures }), count: elementCount },
  { suffix: '.vera_lambda_b', size: ([outFeatures]) => ({ outFeatures }), count: elementCount },
  { suffix: '.vera_lambda_d', size: () => ({}), count: elementCount },
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

const weightSuffix = '.weight';
const bankName = 'base_model.vblora_vector_bank';
/** Told by the indices that belong to them. */
const topkWeights = '_topk_weights';

/** Reads and describes a folder. Throws GraftError naming file and remedy. */
export function describeAdapterFolder(dir: string): AdapterFolder {
  const folder = readPeftOutline(dir);
  const spec = specOf(folder);
  refuseUnsupported(folder);
  const {
    layers,
    parameters,
    replaced = [],
  } = spec.capabilities.trains === 'model' ? countWeights(folder) : countLayers(folder);
  const rank = Number.isSafeInteger(folder.config.r) ? Number(folder.config.r) : null;
  if (layers.size > 0 && Number.isSafeInteger(parameters)) {
    return {
      method: spec.id,
      parameters,
      rank,
      config: folder.config,
      layers,
      replaced,
      isWholeModel: spec.capabilities.trains === 'model',
    };
  }
  throw new GraftError('invalid', libraryWords.noWeights({ dir, title: spec.title }), {
    file: dir,
    remedy: libraryWords.savedWhole(),
  });
}

type Counted = Pick<AdapterFolder, 'layers' | 'parameters'> & Partial<Pick<AdapterFolder, 'replaced'>>;

/** Of a method that adds to the layers of its base. */
function countLayers(folder: PeftOutline): Counted {
  const layers = new Map<string, LayerSize>();
  const replaced: string[] = [];
  let parameters = 0;
  for (const [name, { shape }] of folder.tensors) {
    if (name === bankName) parameters += elementCount(shape);
    if (!name.startsWith(modulePrefix)) continue;
    const rule = rules.find(({ suffix }) => name.endsWith(suffix));
    // What no method names stands in for a weight of the base: a head, an embedding, a bias.
    if (rule === undefined && !name.endsWith(topkWeights)) {
      parameters += elementCount(shape);
      replaced.push(name.slice(modulePrefix.length).replace('.base_layer.', '.'));
    }
    if (rule === undefined) continue;
    const layer = name.slice(modulePrefix.length, -rule.suffix.length);
    layers.set(layer, { ...layers.get(layer), ...rule.size(shape, folder.config) });
    parameters += rule.count(shape, folder.config);
  }
  return { layers, parameters, replaced };
}

/** Of a whole model, whose tensors are the base's own by their names. */
function countWeights({ tensors }: PeftOutline): Counted {
  const layers = new Map<string, LayerSize>();
  let parameters = 0;
  for (const [name, { shape }] of tensors) {
    parameters += elementCount(shape);
    const isMatrix = shape.length === 2 && name.startsWith(modulePrefix) && name.endsWith(weightSuffix);
    if (isMatrix)
      layers.set(name.slice(modulePrefix.length, -weightSuffix.length), {
        outFeatures: shape[0],
        inFeatures: shape[1],
      });
  }
  return { layers, parameters };
}

/** Everything in which the adapter does not fit the model; throws GraftError('invalid') with all of it. */
export function requireFit(described: AdapterFolder, model: Model, dir: string): void {
  const problems = [...misfits(described, model)];
  if (problems.length === 0) return;
  const [first] = problems;
  const { field } = first;
  throw new GraftError(
    'invalid',
    libraryWords.adapterOfOtherBase({ dir, name: model.name, field, message: saidOf(first) }),
    {
      file: dir,
      field,
      problems: problems.slice(0, 20),
      remedy: libraryWords.nameItsModel(),
    },
  );
}

/** A layer that the model lacks, or that has another size there; of a whole model also one that it should have. */
function* misfits({ layers: named, isWholeModel }: AdapterFolder, { shape }: Model): Generator<Problem> {
  const layers = withBodyPaths(named, shape);
  const linears = new Map(shape.linears.map((linear) => [linear.name, linear]));
  for (const name of isWholeModel ? linears.keys() : layers.keys()) {
    const [size, linear] = [layers.get(name), linears.get(name)];
    if (linear === undefined) yield problemOf(name, libraryWords.noSuchLayer());
    else if (size === undefined) yield problemOf(name, libraryWords.isMissing());
    else if (differs(size.inFeatures, linear.inFeatures) || differs(size.outFeatures, linear.outFeatures)) {
      yield problemOf(name, libraryWords.sizes({ found: shown(size), expected: shown(linear) }));
    }
  }
}

function specOf(folder: PeftOutline): MethodSpec {
  const spec = findMethodOfType(folder.config.peft_type);
  if (spec !== undefined) return spec;
  throw new GraftError('unsupported', libraryWords.typeNotKnown({ type: String(folder.config.peft_type) }), {
    file: folder.dir,
    field: 'peft_type',
  });
}

function differs(size: number | undefined, expected: number): boolean {
  return size !== undefined && size !== expected;
}

function shown({ outFeatures, inFeatures }: LayerSize): string {
  return `${outFeatures ?? '?'} × ${inFeatures ?? '?'}`;
}
