/**
 * What an adapter method is, as plain data: its options (which become flags and form fields), recommended training
 * settings with their source, and the table of its tensors. What is computed with them lives beside it in tensors.ts.
 */
import type { Problem } from '../contract/errors.ts';
import type { LinearShape, ModelShape } from '../contract/families/family.ts';
import type { Said, Speaker, Translated } from '../contract/words/words.ts';
import type { FactorPair } from './factorPair.ts';
import type { LayerSize } from './layerTensors.ts';
import type { OptionTable } from './optionTable.ts';
import type { Picture } from './picture.ts';
import type { Suits } from './suits.ts';
import type { TensorSpec } from './tensorSpec.ts';

/** A default with the place it comes from, so that the form can say why. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: Said;
}

export interface RecommendedTraining {
  /** Per parameter group; every method has `default`, VB-LoRA adds `vectorBank` and `logits`. */
  readonly learningRates: Readonly<Record<string, Sourced<number>>>;
  /** Passes over the training rows. */
  readonly epochs: Sourced<number>;
  readonly schedule: Sourced<'linear' | 'cosine' | 'constant'>;
  readonly warmupRatio: Sourced<number>;
  readonly batchSize: Sourced<number>;
  readonly maxLength: Sourced<number>;
  readonly weightDecay: Sourced<number>;
}

/**
 * What can be done with an adapter of the method. Exports, serving, chat, the estimate and the form ask these and never
 * for a method by name; what is refused is refused with the reason that lies here.
 */
export interface Capabilities<Options extends object = object> {
  /**
   * Whether `toLora` of its tensors gives LoRA of the same effect: for the exports to LoRA, for llama.cpp and for
   * servers. `approximate`: nearly, which an export says; llama.cpp and the server do without it.
   */
  readonly plainLora: 'exact' | 'approximate' | 'none';
  /** Its weights and the base's make one model of the base's family: for the merged exports. */
  readonly mergeable: boolean;
  /**
   * How answers of several adapters are computed in one batch: `rows`, by its own `bind`, which then takes each trained
   * vector (n) as a matrix (N, n), one row for each row of x, and heeds no option but the targets; `factors`, as LoRA
   * side by side, which needs an exact `plainLora`; `own`, by its own `bind` over all rows for each adapter, with a
   * `scale` (N, 1) that is zero in those of others.
   */
  readonly servable: 'rows' | 'factors' | 'own' | 'none';
  /** What is trained: numbers of its own beside the base, biases that the base has, or all of its weights. */
  readonly trains: 'adapter' | 'biases' | 'model';
  /** It trains on a base kept as int8, whose weights stay as they are. */
  readonly quantisedBase: boolean;
  /** Its change can be made weaker or stronger where it is used: BoundAdapter obeys `scale`. */
  readonly scalable: boolean;
  /** The first PEFT that reads its folders; null: Graft alone does. */
  readonly peft: string | null;
  /**
   * What its backward pass needs beside what the model keeps: the inputs of its layers, which q, k, v and gate, up
   * share, their products, or no more than about a hidden state for each block.
   */
  readonly keeps: 'inputs' | 'products' | 'few';
  /** Options with which a file is without what its reader can draw again; null: there is nothing of that kind. */
  readonly leanOptions: Partial<Options> | null;
}

/** Of a method whose update is LoRA of another make, in folders that Graft alone reads. */
export const loraInOwnFormat: Capabilities = {
  plainLora: 'exact',
  mergeable: true,
  servable: 'factors',
  trains: 'adapter',
  quantisedBase: true,
  scalable: true,
  peft: null,
  keeps: 'inputs',
  leanOptions: null,
};

export interface MethodSpec<Options extends object = object> {
  readonly id: string;
  /** A proper name, which no language changes. */
  readonly title: string;
  /** One sentence for a person who does not write code. */
  readonly summary: Translated;
  /** When to take it, for *Which method?* and `method show`. */
  readonly suits: Suits;
  /** Absent: drawn from its table of tensors (pictureOf). */
  readonly picture?: Picture;
  readonly paper: string;
  /** `peft_type` in its adapter_config.json: PEFT's, or `GRAFT_…` where PEFT does not know the method. */
  readonly peftType: string;
  /** In its place where options make of the method what PEFT would read wrongly (`otherwise` has no `peft`). */
  readonly ownType?: string;
  /** With the default options. */
  readonly capabilities: Capabilities<Options>;
  /** What other options make of them; absent where they are the same with all. Ask `capabilitiesWith`. */
  otherwise?(options: Options): Partial<Capabilities<Options>>;
  /** Of each target in its form as LoRA, where that is not the option `rank` for all of them. */
  loraRanks?(options: Options, targets: readonly LinearShape[]): readonly number[];
  /** Present where all that it trains are the two factors of low-rank updates, for parts of training that see both. */
  readonly pairs?: {
    /** Bare, or with a gate over the slots of the rank. */
    readonly kind: 'plain' | 'gated';
    /** One for each module that it adapts, in their order. */
    of(options: Options, targets: readonly LinearShape[]): readonly FactorPair[];
  };
  /** Options with which its file is smaller at a cost, which is said; absent: `leanOptions`, which cost nothing. */
  readonly smallerFile?: { readonly options: Partial<Options>; readonly cost: Translated };
  /** A z.strictObject of `option`s, each with a default; see optionTable.ts. */
  readonly options: OptionTable<Options>;
  readonly recommended: RecommendedTraining;
  /** For encoders, with a group `head`; absent where a method does not train them. */
  readonly classification?: RecommendedTraining;
  /** It trains nothing of a model that writes. */
  readonly encodersAlone?: true;
  /** Sentences that this method alone says, and sources that it alone has: of `wordsOf` with its id. */
  readonly words?: Readonly<Record<string, Speaker<never>>>;
  /** Ids of callbacks that act in its runs unless the person names others. */
  readonly callbacks?: readonly string[];
  /** Learning-rate groups that weight decay does not reach. */
  readonly undecayed?: readonly string[];
  /** What null targets mean, where that is not what the family has for all methods. */
  readonly defaultTargets?: (shape: ModelShape) => readonly string[];
  /**
   * Options that hang on layers, model or the default group's learning rate (where it is known), where the person left
   * them open; `given`: the fields that were not.
   */
  fit?(
    options: Options,
    targets: readonly LinearShape[],
    given: readonly string[],
    shape: ModelShape,
    learningRate?: number,
  ): Options;
  /**
   * Everything that does not fit these layers, e.g. a vector length that does not divide, or the model, where it is
   * known. Empty when all is well.
   */
  check(options: Options, targets: readonly LinearShape[], shape: ModelShape | null): readonly Problem[];
  /**
   * Everything that an adapter with these options on these layers has, in the order in which it is made and written.
   * `shape` tells what the layers do not: the weights of the whole model, which are left out where it is null.
   */
  tensors(options: Options, targets: readonly LinearShape[], shape: ModelShape | null): readonly TensorSpec[];
  /**
   * The size of a layer by the shapes of its tensors (`shapeOf` an ending of their keys), where a single one does not
   * tell a side of it by its own; NaN for what is missing.
   */
  layerSize?(shapeOf: (suffix: string) => readonly number[] | undefined): LayerSize;
}

/** What can be done with an adapter of these options. */
export function capabilitiesWith<Options extends object>(
  { capabilities, otherwise }: Pick<MethodSpec<Options>, 'capabilities' | 'otherwise'>,
  options: Options,
): Capabilities<Options> {
  return { ...capabilities, ...otherwise?.(options) };
}

/** Whether the method is for models of this kind at all. */
export function isForKind(
  { classification, encodersAlone }: Pick<MethodSpec, 'classification' | 'encodersAlone'>,
  { encoder }: Pick<ModelShape, 'encoder'>,
): boolean {
  return encoder === undefined ? encodersAlone === undefined : classification !== undefined;
}

/** The model with the method's own default targets. */
export function asTargeted({ defaultTargets }: Pick<MethodSpec, 'defaultTargets'>, shape: ModelShape): ModelShape {
  return defaultTargets ? { ...shape, defaultTargets: defaultTargets(shape) } : shape;
}
