/**
 * Weights of the base that an adapter replaces as a whole, for every method alike: modules that PEFT trained and saved beside
 * it (modules_to_save: heads, embeddings) and biases (bias: all, lora_only, …). Their tensors are among the trained ones under
 * the base's own names; the method itself never sees them.
 */
import type { LinearShape, ModelShape } from '../../contract/families/family.ts';
import { getFamily } from '../../contract/families/registry.ts';
import type { PeftFolder } from '../../formats/peftFolder.ts';
import type { AdapterMethod, AdapterWeights, TrainedTensor } from './adapterMethod.ts';
import { configFile, floatTensor, modulePrefix, modulesToSave } from './peftNames.ts';
import { PeftReader } from './PeftReader.ts';
import type { PeftFolderRest } from './PeftReader.ts';

/** What PEFT's configuration says of them. */
export interface ReplacedWeights {
  /** As in modules_to_save. */
  readonly modules: readonly string[];
  /** `all`, `none`, or the method's own word for the biases of its targets, e.g. `lora_only`. */
  readonly bias: string;
  /** The base's names of the tensors. */
  readonly names: readonly string[];
}

const noBias = 'none';
const headName = 'lm_head.weight';
const targetBias = '.base_layer.bias';

/** The method with replaced weights added to what it reads, binds and writes. */
export function withReplacedWeights<Options extends object>(method: AdapterMethod<Options>): AdapterMethod<Options> {
  return {
    ...method,

    bind(weights, tensors, context) {
      const bound = method.bind(weights, tensors, context);
      const replaced = weights.replaced?.names ?? [];
      return {
        ...bound,
        weight: (name) => (Object.hasOwn(tensors, name) ? tensors[name] : undefined),
        tensorsUnder: (prefix) => [
          ...bound.tensorsUnder(prefix),
          ...replaced.filter((name) => name.startsWith(prefix)).map((name) => tensors[name]),
        ],
      };
    },

    fromPeft(folder, shape) {
      if (!mayReplace(folder)) return method.fromPeft(folder, shape);
      const { rest, replaced, tensors } = readReplaced(folder, shape);
      return attachReplaced(method.fromPeft(rest, shape), replaced, tensors);
    },

    toPeft(weights, baseModel) {
      const { replaced, trained } = weights;
      const written = method.toPeft(withoutReplaced(weights), baseModel);
      if (replaced === undefined) return written;
      const tensors = new Map(written.tensors);
      for (const name of replaced.names) tensors.set(keyOf(name, weights.targets), floatTensor(trained[name]));
      const modules = replaced.modules.length === 0 ? null : replaced.modules;
      return { ...written, tensors, config: { ...written.config, modules_to_save: modules, bias: replaced.bias } };
    },

    toLora: (weights) => carryOver(weights, method.toLora(withoutReplaced(weights))),
    forInference: (weights) => carryOver(weights, method.forInference?.(withoutReplaced(weights)) ?? withoutReplaced(weights)),
  };
}

/** The adapter with tensors of the base's that it replaces, by their names. */
export function attachReplaced<Options extends object>(
  weights: AdapterWeights<Options>,
  replaced: Pick<ReplacedWeights, 'modules' | 'bias'>,
  tensors: Readonly<Record<string, TrainedTensor>>,
): AdapterWeights<Options> {
  const names = Object.keys(tensors);
  return { ...weights, trained: { ...weights.trained, ...tensors }, replaced: { ...replaced, names } };
}

interface FoundWeights {
  /** The folder as it would be without them, and what is wrong with them. */
  readonly rest: PeftFolderRest;
  readonly replaced: Pick<ReplacedWeights, 'modules' | 'bias'>;
  readonly tensors: Readonly<Record<string, TrainedTensor>>;
}

function mayReplace(folder: PeftFolder): boolean {
  return modulesToSave(folder).length > 0 || biasOf(folder) !== noBias;
}

/** Other words than PEFT's are left for the method to refuse. */
function biasOf({ config: { bias } }: PeftFolder): string {
  return typeof bias === 'string' && /^(all|[a-z]+_only)$/.test(bias) ? bias : noBias;
}

function readReplaced(folder: PeftFolder, shape: ModelShape): FoundWeights {
  const replaced = { modules: modulesToSave(folder), bias: biasOf(folder) };
  const reader = new PeftReader(folder, shape);
  const tensors: Record<string, TrainedTensor> = {};
  const rest = new Map(folder.tensors);
  for (const [name, size] of replaceableWeights(replaced, shape)) {
    const key = possibleKeys(name).find((each) => reader.has(each));
    if (key === undefined && !isNamed(name, replaced.modules)) continue; // a bias outside of what this setting trains
    const wanted = key ?? modulePrefix + name;
    tensors[name] = { ...reader.readFloats(wanted, size), group: 'default' };
    rest.delete(wanted);
  }
  refuseHalfTied(reader, folder, shape);
  const config = { ...folder.config, modules_to_save: null, bias: noBias };
  return { rest: { ...folder, config, tensors: rest, misfits: reader.misfits }, replaced, tensors };
}

/** PEFT keeps the biases of layers that it has wrapped under the wrapped layer. */
function possibleKeys(name: string): readonly string[] {
  return isBias(name) ? [modulePrefix + moduleOf(name) + targetBias, modulePrefix + name] : [modulePrefix + name];
}

function keyOf(name: string, targets: readonly LinearShape[]): string {
  const isTargetsBias = isBias(name) && targets.some((target) => target.name === moduleOf(name));
  return modulePrefix + (isTargetsBias ? moduleOf(name) + targetBias : name);
}

function isBias(name: string): boolean {
  return name.endsWith('.bias');
}

function moduleOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'));
}

/** Names and shapes of the base's weights that the configuration may have had saved. */
function replaceableWeights(
  { modules, bias }: Pick<ReplacedWeights, 'modules' | 'bias'>,
  shape: ModelShape,
): readonly (readonly [string, readonly number[]])[] {
  const family = getFamily(shape.family);
  const ownHead = shape.tiedHead && shape.encoder === undefined ? [[headName, [shape.vocabSize, shape.hiddenSize]] as const] : [];
  const all = [...family.weightShapes(shape), ...(family.optionalWeights?.(shape) ?? []), ...ownHead];
  return all.filter(([name]) => isNamed(name, modules) || (bias !== noBias && isBias(name)));
}

/** PEFT's rule: a module of that name, or any whose path ends in it, and everything in it. */
function isNamed(weight: string, modules: readonly string[]): boolean {
  const parts = weight.split('.');
  const paths = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
  return modules.some((module) => paths.some((path) => path === module || path.endsWith(`.${module}`)));
}

/** Where embedding and head are one matrix, PEFT trains a copy of the one and keeps the other: only a head of its own can be had. */
function refuseHalfTied(reader: PeftReader, folder: PeftFolder, { tiedHead, encoder }: ModelShape): void {
  const hasEmbedding = modulesToSave(folder).some((module) => /(^|\.)(embed_tokens|wte)$/.test(module));
  const hasHead = reader.has(modulePrefix + headName);
  if (!tiedHead || encoder !== undefined || !hasEmbedding || hasHead || folder.config.ensure_weight_tying === true) return;
  const message = 'This base has one matrix for embedding and head, and the adapter replaces the embedding alone, which is not supported.';
  reader.report('modules_to_save', message, configFile, 'unsupported');
}

function withoutReplaced<Options extends object>(weights: AdapterWeights<Options>): AdapterWeights<Options> {
  const { replaced, trained, ...rest } = weights;
  if (replaced === undefined) return weights;
  const names = new Set(replaced.names);
  return { ...rest, trained: Object.fromEntries(Object.entries(trained).filter(([name]) => !names.has(name))) };
}

function carryOver(from: AdapterWeights, to: AdapterWeights): AdapterWeights {
  const { replaced, trained } = from;
  if (replaced === undefined) return to;
  return attachReplaced(to, replaced, Object.fromEntries(replaced.names.map((name) => [name, trained[name]])));
}
