/**
 * What a PEFT folder says about itself without the engine: method, layers, parameters. Read from the shapes of its
 * tensors, since a config's target list is only a pattern. Parameters are those that were trained, as PEFT counts them:
 * VeRA's frozen projections are none, and a top-k VB-LoRA file stands for its whole logits.
 */
import { join } from 'node:path';
import { GraftError, problemOf, saidOf } from '../../../contract/errors.ts';
import type { Problem } from '../../../contract/errors.ts';
import type { Model } from '../../../contract/entities.ts';
import type { ModelShape } from '../../../contract/families/family.ts';
import { getFamily } from '../../../contract/families/registry.ts';
import { adaptsLayers } from '../../../contract/targets.ts';
import { plainWords } from '../../../contract/plainWords.ts';
import { type LayerSize, layerKeys } from '../../../methods/layerTensors.ts';
import type { MethodSpec } from '../../../methods/methodSpec.ts';
import { configSchema, readOptions } from '../../../methods/optionTable.ts';
import { findMethodOfType, getMethodSpec } from '../../../methods/registry.ts';
import { elementCount, modulePrefix, storedTensors, type TensorSpec } from '../../../methods/tensorSpec.ts';
import { withBodyPaths } from '../../../formats/peftBody.ts';
import { refuseUnsupported } from '../../../formats/peftRefusals.ts';
import {
  type PeftFolder,
  modulesSchema,
  type PeftOutline,
  peftConfigName,
  readPeftOutline,
  unreadableConfig,
} from '../../../formats/peftFolder.ts';
import { libraryWords } from '../../../contract/words/library.ts';

export interface AdapterFolder {
  readonly method: string;
  readonly parameters: number;
  /** `r` of the config, where it is a whole number. */
  readonly rank: number | null;
  readonly config: PeftFolder['config'];
  /**
   * By module path, e.g. `model.layers.0.self_attn.q_proj`, sizes where the tensors tell them; of methods whose options
   * name no layers by the names of tensors.
   */
  readonly layers: ReadonlyMap<string, LayerSize>;
  /** Weights of the base that it replaces as a whole, by their names there, as far as the folder alone tells. */
  readonly replaced: readonly string[];
  readonly options: object;
}

const weightSuffix = '.weight';

/** Reads and describes a folder. Throws GraftError naming file and remedy. */
export function describeAdapterFolder(dir: string): AdapterFolder {
  const folder = readPeftOutline(dir);
  const spec = specOf(folder);
  refuseUnsupported(folder);
  const options = optionsOf(spec, folder);
  const { layers, parameters, replaced = [] } = counted(spec, options, folder);
  const rank = Number.isSafeInteger(folder.config.r) ? Number(folder.config.r) : null;
  if (layers.size > 0 && Number.isSafeInteger(parameters)) {
    return {
      method: spec.id,
      parameters,
      rank,
      config: folder.config,
      layers,
      replaced,
      options,
    };
  }
  throw new GraftError('invalid', libraryWords.noWeights({ dir, title: spec.title }), {
    file: dir,
    remedy: libraryWords.savedWhole(),
  });
}

type Counted = Pick<AdapterFolder, 'layers' | 'parameters'> & Partial<Pick<AdapterFolder, 'replaced'>>;

function counted(spec: MethodSpec, options: object, folder: PeftOutline): Counted {
  if (spec.capabilities.trains === 'model') return countWeights(folder);
  return adaptsLayers(options) ? countLayers(spec, options, folder) : countTensors(folder);
}

/** Of a method that adds to linear layers of its base. */
function countLayers(spec: MethodSpec, options: object, { tensors, config }: PeftOutline): Counted {
  const keys = layerKeys(spec, options);
  const layers = new Map(listedLayers(config));
  for (const [name, { shape }] of tensors) {
    const key = name.startsWith(modulePrefix) ? keys.find(({ suffix }) => name.endsWith(suffix)) : undefined;
    if (key === undefined) continue;
    const layer = name.slice(modulePrefix.length, -key.suffix.length);
    layers.set(layer, spec.layerSize ? {} : { ...layers.get(layer), ...key.sizeOf(shape) });
  }
  for (const layer of spec.layerSize ? layers.keys() : []) {
    const shapeOf = (suffix: string) => tensors.get(modulePrefix + layer + suffix)?.shape;
    layers.set(layer, spec.layerSize?.(shapeOf) ?? {});
  }
  const targets = [...layers].map(([name, size]) => ({ inFeatures: NaN, outFeatures: NaN, ...size, name }));
  const rows = spec.tensors(options, targets, null);
  const ofMethod = new Set(rows.flatMap((row) => [row.key, ...storedTensors(row).map(({ key }) => key)]));
  // What no method names stands in for a weight of the base: a head, an embedding, a bias.
  const others = [...tensors].filter(([name]) => name.startsWith(modulePrefix) && !ofMethod.has(name));
  const trained = rows.filter((row) => row.role === 'trained' && isThere(row, tensors));
  return {
    layers,
    parameters: sum([...trained, ...others.map(([, tensor]) => tensor)].map(({ shape }) => elementCount(shape))),
    replaced: others.map(([name]) => name.slice(modulePrefix.length).replace('.base_layer.', '.')),
  };
}

/** By `modules` of Graft's own format, [out, in] of each: where a method may have no tensor of a layer. */
function listedLayers({ modules }: PeftFolder['config']): readonly (readonly [string, LayerSize])[] {
  const parsed = modulesSchema.safeParse(modules ?? {});
  const named = Object.entries(parsed.data ?? {}); // what is wrong with them the engine says
  return named.map(([name, [outFeatures, inFeatures]]) => [name, { outFeatures, inFeatures }]);
}

function isThere(row: TensorSpec, tensors: PeftOutline['tensors']): boolean {
  return storedTensors(row).some(({ key }) => tensors.has(key));
}

/** Of a method whose tensors follow from the base alone: each is a layer of its own to look for. */
function countTensors({ tensors }: PeftOutline): Counted {
  const named = [...tensors]
    .filter(([key]) => key.startsWith(modulePrefix))
    .map(([key, { shape }]) => [key.slice(modulePrefix.length), shape] as const);
  return {
    layers: new Map(named.map(([name, [outFeatures, inFeatures]]) => [name, { outFeatures, inFeatures }])),
    parameters: sum([...tensors.values()].map(({ shape }) => elementCount(shape))),
  };
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

/** Weights of the base that the adapter replaces as a whole, by their names there: no scale reaches them. */
export function replacedWeights({ options, layers, replaced }: AdapterFolder, shape: ModelShape): readonly string[] {
  if (adaptsLayers(options)) return replaced;
  const weights = getFamily(shape.family).weightShapes(shape);
  return [...layers.keys()].filter((name) => weights.has(name));
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
function* misfits(described: AdapterFolder, { shape }: Model): Generator<Problem> {
  const layers = withBodyPaths(described.layers, shape);
  const expected = expectedLayers(described, shape);
  for (const name of adaptsLayers(described.options) ? layers.keys() : expected.keys()) {
    const [size, wanted] = [layers.get(name), expected.get(name)];
    if (wanted === undefined) yield problemOf(name, libraryWords.noSuchLayer());
    else if (size === undefined) yield problemOf(name, libraryWords.isMissing());
    else if (differs(size.inFeatures, wanted.inFeatures) || differs(size.outFeatures, wanted.outFeatures)) {
      yield problemOf(name, libraryWords.sizes({ found: shown(size), expected: shown(wanted) }));
    }
  }
}

/** What the model has for an adapter of this kind, by the names that its layers were given. */
function expectedLayers({ method, options }: AdapterFolder, shape: ModelShape): ReadonlyMap<string, LayerSize> {
  const spec = getMethodSpec(method);
  if (adaptsLayers(options) || spec.capabilities.trains === 'model')
    return new Map(shape.linears.map((linear) => [linear.name, linear]));
  const rows = spec.tensors(options, shape.linears, shape).filter(({ optional }) => !optional);
  return new Map(
    rows.map(({ key, shape: [outFeatures, inFeatures] }) => [
      key.slice(modulePrefix.length),
      { outFeatures, inFeatures },
    ]),
  );
}

/** Throws GraftError for fields that do not hold. */
function optionsOf(spec: MethodSpec, { dir, config }: PeftOutline): object {
  const parsed = configSchema(spec.options).safeParse(config, { error: plainWords });
  if (parsed.success) return readOptions(spec.options, parsed.data);
  throw unreadableConfig(join(dir, peftConfigName), parsed.error.issues);
}

function specOf(folder: PeftOutline): MethodSpec {
  const spec = findMethodOfType(folder.config.peft_type);
  if (spec !== undefined) return spec;
  throw new GraftError('unsupported', libraryWords.typeNotKnown({ type: String(folder.config.peft_type) }), {
    file: folder.dir,
    field: 'peft_type',
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function differs(size: number | undefined, expected: number | undefined): boolean {
  return size !== undefined && size !== expected;
}

function shown({ outFeatures, inFeatures }: LayerSize): string {
  return `${outFeatures ?? '?'} × ${inFeatures ?? '?'}`;
}
