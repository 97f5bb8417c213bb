/**
 * What an adapter method is, as plain data: its options (which become flags and form fields), recommended training
 * settings with their source, and the table of its tensors. What is computed with them lives beside it in tensors.ts.
 */
import type { Problem } from '../contract/errors.ts';
import type { LinearShape, ModelShape } from '../contract/families/family.ts';
import type { Said } from '../contract/words/words.ts';
import type { OptionTable } from './optionTable.ts';
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

export interface MethodSpec<Options extends object = object> {
  readonly id: string;
  readonly title: string;
  /** One sentence for a person who does not write code. */
  readonly summary: string;
  readonly paper: string;
  /** `peft_type` in the adapter_config.json of its folders; PEFT knows those of methods that are no whole model. */
  readonly peftType: string;
  /** Every weight of the base is trained: the result is no change to one but a model of its own, and has no scale. */
  readonly wholeModel?: true;
  /** Its trained tensors are the two factors of low-rank updates, bare or with a gate over the slots of the rank. */
  readonly pairs?: 'plain' | 'gated';
  /** The backward pass needs the products of its targets rather than their inputs, which q, k, v and gate, up share. */
  readonly keepsProducts?: true;
  /**
   * Options with which the file is without what its reader can draw again; absent where there is nothing of that kind.
   */
  readonly leanOptions?: Partial<Options>;
  /** A z.strictObject of `option`s, each with a default; see optionTable.ts. */
  readonly options: OptionTable<Options>;
  readonly recommended: RecommendedTraining;
  /** For encoders, with a group `head`; absent where a method does not train them. */
  readonly classification?: RecommendedTraining;
  /** Options that hang on the layers, where the person left them open; `given` names the fields that were not. */
  fit?(options: Options, targets: readonly LinearShape[], given: readonly string[]): Options;
  /** Everything that does not fit these layers, e.g. a vector length that does not divide. Empty when all is well. */
  check(options: Options, targets: readonly LinearShape[]): readonly Problem[];
  /**
   * Everything that an adapter with these options on these layers has, in the order in which it is made and written.
   * `shape` tells what the layers do not: the weights of the whole model.
   */
  tensors(options: Options, targets: readonly LinearShape[], shape: ModelShape): readonly TensorSpec[];
}
