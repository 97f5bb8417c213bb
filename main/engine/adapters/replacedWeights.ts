/**
 * Weights of the base that an adapter replaces as a whole, for every method alike: modules that PEFT trained and saved
 * beside it (modules_to_save: heads, embeddings), biases (bias: all, lora_only, …), and whatever else of the base lies
 * in the file (save_embedding_layers), which PEFT loads into the base. Their tensors are among the trained ones under
 * the base's own names; the method itself never sees them.
 */
import type { LinearShape, ModelShape } from '../../contract/families/family.ts';
import { getFamily } from '../../contract/families/registry.ts';
import type { PeftFolder } from '../../formats/peftFolder.ts';
import type { AdapterMethod, AdapterWeights, ReplacedWeights, TrainedTensor } from './adapterMethod.ts';
import { configFile, floatTensor, modulesToSave } from './peftNames.ts';
import { modulePrefix } from '../../methods/tensorSpec.ts';
import { PeftReader } from './PeftReader.ts';
import type { PeftFolderRest } from './PeftReader.ts';
import { engineAdapterWords } from '../../contract/words/engineAdapters.ts';

const noBias = 'none';
const headName = 'lm_head.weight';

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
      const { rest, replaced, tensors } = readReplaced(folder, shape);
      if (Object.keys(tensors).length === 0 && !isAsked(replaced)) return method.fromPeft(rest, shape);
      return attachReplaced(method.fromPeft(rest, shape), replaced, tensors);
    },

    toPeft(weights, baseModel) {
      const { replaced, trained } = weights;
      const written = method.toPeft(withoutReplaced(weights), baseModel);
      if (replaced === undefined) return written;
      const tensors = new Map(written.tensors);
      for (const name of replaced.names) tensors.set(keyOf(name, weights.targets), floatTensor(trained[name]));
      if (!isAsked(replaced)) return { ...written, tensors };
      const modules = replaced.modules.length === 0 ? null : replaced.modules;
      return { ...written, tensors, config: { ...written.config, modules_to_save: modules, bias: replaced.bias } };
    },

    toLora: (weights, layers) => carryOver(weights, method.toLora(withoutReplaced(weights), layers)),
    forInference: (weights) =>
      carryOver(weights, method.forInference?.(withoutReplaced(weights)) ?? withoutReplaced(weights)),
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

function isAsked({ modules, bias }: FoundWeights['replaced']): boolean {
  return modules.length > 0 || bias !== noBias;
}

/** Other words than PEFT's are left for the method to refuse. */
function biasOf({ config: { bias } }: PeftFolder): string {
  return typeof bias === 'string' && /^(all|[A-Za-z]+_only)$/.test(bias) ? bias : noBias;
}

function readReplaced(folder: PeftFolder, shape: ModelShape): FoundWeights {
  const replaced = { modules: modulesToSave(folder), bias: biasOf(folder) };
  const reader = new PeftReader(folder, shape);
  const tensors: Record<string, TrainedTensor> = {};
  const rest = new Map(folder.tensors);
  for (const [name, size] of replaceableWeights(shape)) {
    const key = possibleKeys(name).find((each) => reader.has(each));
    if (!isNamed(name, replaced.modules) && (key === undefined || isTransposed(name, shape))) continue;
    const wanted = key ?? modulePrefix + name;
    tensors[name] = { ...reader.readFloats(wanted, size), group: 'default' };
    rest.delete(wanted);
  }
  refuseHalfTied(reader, folder, shape);
  const config = isAsked(replaced) ? { ...folder.config, modules_to_save: null, bias: noBias } : folder.config;
  return {
    rest: { ...folder, config, tensors: rest, misfits: reader.misfits, replaced: new Set(Object.keys(tensors)) },
    replaced,
    tensors: sharedWhereTied(tensors, replaced.modules, shape),
  };
}

/** Where embedding and head are one matrix, PEFT loads both into it, the head last. */
function sharedWhereTied(
  tensors: FoundWeights['tensors'],
  modules: readonly string[],
  shape: ModelShape,
): FoundWeights['tensors'] {
  const { [headName]: head, ...others } = tensors;
  const embedding = embeddingName(shape);
  const isShared =
    shape.tiedHead && embedding !== undefined && !isNamed(headName, modules) && !isNamed(embedding, modules);
  return isShared && Object.hasOwn(tensors, headName) ? { ...others, [embedding]: head } : tensors;
}

function embeddingName(shape: ModelShape): string | undefined {
  return [...getFamily(shape.family).weightShapes(shape).keys()].find((name) =>
    /(^|\.)(embed_tokens|wte)\.weight$/.test(name),
  );
}

/** A matrix that the file has the other way round. */
function isTransposed(name: string, { linears }: ModelShape): boolean {
  return linears.some((linear) => linear.storedTransposed && name === `${linear.name}.weight`);
}

/** PEFT keeps what belongs to a layer that it has wrapped under the wrapped layer. */
function possibleKeys(name: string): readonly string[] {
  return [modulePrefix + wrapped(name), modulePrefix + name];
}

function keyOf(name: string, targets: readonly LinearShape[]): string {
  const isOfTarget = targets.some((target) => target.name === moduleOf(name));
  return modulePrefix + (isOfTarget ? wrapped(name) : name);
}

function wrapped(name: string): string {
  return `${moduleOf(name)}.base_layer${name.slice(name.lastIndexOf('.'))}`;
}

function moduleOf(name: string): string {
  return name.slice(0, name.lastIndexOf('.'));
}

/** Names and shapes of the base's weights. */
function replaceableWeights(shape: ModelShape): readonly (readonly [string, readonly number[]])[] {
  const family = getFamily(shape.family);
  const ownHead =
    shape.tiedHead && shape.encoder === undefined ? [[headName, [shape.vocabSize, shape.hiddenSize]] as const] : [];
  return [...family.weightShapes(shape), ...(family.optionalWeights?.(shape) ?? []), ...ownHead];
}

/** PEFT's rule: any module whose path ends in it, also within a word (`head` is `lm_head`), and everything in it. */
function isNamed(weight: string, modules: readonly string[]): boolean {
  const parts = weight.split('.');
  const paths = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
  return modules.some((module) => paths.some((path) => path.endsWith(module)));
}

/**
 * Where embedding and head are one matrix, PEFT trains a copy of the one and keeps the other: only a head of its own
 * can be had.
 */
function refuseHalfTied(reader: PeftReader, folder: PeftFolder, shape: ModelShape): void {
  const { tiedHead, encoder } = shape;
  const hasEmbedding = isNamed(embeddingName(shape) ?? '', modulesToSave(folder));
  const hasHead = reader.has(modulePrefix + headName);
  if (!tiedHead || encoder !== undefined || !hasEmbedding || hasHead || folder.config.ensure_weight_tying === true)
    return;
  const message = engineAdapterWords.tiedEmbedding();
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
