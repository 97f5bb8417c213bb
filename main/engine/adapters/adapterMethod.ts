/**
 * What the engine needs of an adapter method. The options' schema and counts are in methods/<method>/spec.ts.
 * All functions are pure; tensors are handed in by name, so that training state, a compiled decode function and a
 * swap all use the same code.
 */
import type { LinearShape, ModelShape } from '../../contract/families/family.ts';
import type { LabelTask } from '../../contract/labels.ts';
import type { ReadNotice, WeightNotice } from '../../contract/importNotices.ts';
import type { PeftFolder } from '../../formats/peftFolder.ts';
import type { Said } from '../../contract/words/words.ts';
import type { Tensor } from '../tf.ts';

/** A named array on the host: float32, row-major. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** One trained tensor's place: `group` picks its learning rate (`default`, or a method's own such as `vectorBank`). */
export interface TrainedTensor extends HostTensor {
  readonly group: string;
}

/**
 * An adapter on the host. `trained` is what training changes, `frozen` what is fixed at init (VeRA's projections,
 * stored in the backend's precision when uploaded). Names are the PEFT keys without their
 * `base_model.model.` (tensors shared by all layers: `base_model.`).
 */
export interface AdapterWeights<Options extends object = object> {
  readonly methodId: string;
  readonly options: Options;
  readonly targets: readonly LinearShape[];
  readonly trained: Readonly<Record<string, TrainedTensor>>;
  readonly frozen: Readonly<Record<string, HostTensor>>;
  /** False where the files cannot be trained further (VB-LoRA saved with top-k weights only). */
  readonly trainable: boolean;
  /** Weights of the base that it replaces as a whole; their tensors are in `trained`. */
  readonly replaced?: ReplacedWeights;
  /** Of an encoder's adapter; read and written by headedMethod.ts, so that methods need not know of it. */
  readonly head?: AdapterHead;
  /** What reading its folder found, where it found something. */
  readonly notices?: readonly ReadNotice[];
  /** Its base is an encoder, whether or not it has a head of its own. */
  readonly forEncoder?: true | undefined;
}

/** Weights of the base that an adapter replaces as a whole, as PEFT's configuration says it. */
export interface ReplacedWeights {
  /** As in modules_to_save. */
  readonly modules: readonly string[];
  /** `all`, `none`, or the method's own word for the biases of its targets, e.g. `lora_only`. */
  readonly bias: string;
  /** The base's names of the tensors. */
  readonly names: readonly string[];
}

/** A classification head that is trained whole beside the adapter: tensors by their Hugging Face names. */
export interface AdapterHead {
  readonly task: LabelTask;
  readonly tensors: Readonly<Record<string, HostTensor>>;
}

/** Where in a forward pass an adapter is asked. */
export interface Place {
  /** Index of the block; null outside of the blocks (a pooler). */
  readonly block: number | null;
  /** What earlier blocks handed on, of the names that `BoundAdapter.carries` gives for this one. */
  readonly carried: Readonly<Record<string, Tensor>>;
  /** Hands `tensor` (N, width), a row for each row of x, on to later blocks under a name of the adapter's own. */
  handOn(name: string, tensor: Tensor): void;
}

export interface BlockPlace extends Place {
  readonly block: number;
}

/** What a block is made of, and the whole of it. */
export type Sublayer = 'attention' | 'feedForward' | 'block';

/** Live for one traced forward pass. */
export interface BoundAdapter {
  /**
   * What the adapter adds to the outputs of linear layers that share the input `x` (N, in): for each name an (N, out)
   * tensor, or undefined where the layer is not a target. VeRA computes A·x once here for all of them.
   * `scale` (scalar tensor) multiplies the whole delta; 1 is as trained.
   */
  deltas(x: Tensor, names: readonly string[], at: Place): readonly (Tensor | undefined)[];
  /**
   * What the adapter adds to `h` (N, D): to what attention or feed-forward give to the residual stream, or to the
   * output of the whole block; undefined where it adds nothing. `summed` is the stream with h in it as the model has it
   * next: h + t, in post-norm encoders LN(h + t), t being the residual; of a whole block h itself. Times `scale`.
   */
  after?(sublayer: Sublayer, h: Tensor, at: BlockPlace, summed: () => Tensor): Tensor | undefined;
  /**
   * What the input of a linear layer, or its output with its bias, is multiplied by, number by number: (width), in a
   * batch (N, width); undefined where nothing is. A strength of t makes it 1 + t (l − 1).
   */
  factor?(name: string, side: 'input' | 'output'): Tensor | undefined;
  /**
   * What the adapter adds to the output of a linear layer where that is made of the base's own weight (out, in), which
   * is for the kernels alone (Backend.frozenWeight): of the input x (N, in) an (N, out) tensor times `scale`, or
   * undefined where the layer is not a target.
   */
  ofWeight?(name: string, x: Tensor, weight: () => Tensor): Tensor | undefined;
  /** Names of what this block reads of what earlier ones handed on; absent where nothing crosses blocks. */
  carries?(block: number): readonly string[];
  /**
   * The trained float32 tensor that stands in for a base weight, by its Hugging Face name (embeddings and norms too),
   * or undefined where the base's own holds: full fine-tuning, and replacedWeights.ts. `scale` does not reach it.
   */
  weight?(name: string): Tensor | undefined;
  /**
   * In a batch of several adapters, in the place of `weight` for layer norms: gain or bias of one, by its Hugging Face
   * name, as each row of x has it; `given` (D) or (N, D) is what rows of others have. Absent where it trains none.
   */
  normRows?(name: string, given: Tensor): Tensor;
  /**
   * The tensors with a gradient that layers under a module path (`model.layers.3.`) read: recomputation needs them
   * listed.
   */
  tensorsUnder(prefix: string): readonly Tensor[];
}

/** What a merge makes of a weight of the base, in place: (out, in) row-major, of a bias (out). */
export type Merge = (weight: Float32Array) => void;

export interface BindContext {
  /** Scalar tensor or undefined for 1: the chat's scale slider; in a batch (N, 1), a number for each row of x. */
  readonly scale?: Tensor;
  /**
   * Present while training: drops elements of x, seeded by step and by `layer` (the module's path; the first one's
   * where layers share the input), so that a block recomputed in the backward pass drops the same ones.
   */
  readonly dropout?: (x: Tensor, rate: number, layer: string) => Tensor;
  /** Present while training: those of the adapter's tensors that get no gradient. */
  readonly constants?: ReadonlySet<Tensor>;
  /**
   * Present while training with what has `drawsPerPass`: uniform numbers in [0, 1), seeded by step and by `name`, equal
   * for equal names.
   */
  readonly noise?: (shape: readonly number[], name: string) => Tensor;
  /** Present while training, for methods that `observes`: takes a scalar of the pass. The first of a name counts. */
  readonly observe?: ((name: string, value: () => Tensor) => void) | undefined;
}

/** What is measured in each forward pass of training, and over how many of the last ones it is averaged. */
export interface Observed {
  readonly names: readonly string[];
  readonly window: number;
}

/** U (out, rank), Σ and V (in, rank) of W (out, in): the largest, signs fixed by U (linearAlgebra/jacobiSvd.ts). */
export interface TopSingular {
  /** Row-major. */
  readonly u: HostTensor;
  readonly s: Float32Array;
  readonly v: HostTensor;
}

/** The base's weights while an adapter is made, one at a time. Matrices are (out, in). */
export interface BaseWeights {
  readonly shape: ModelShape;
  has(name: string): boolean;
  /** In float32, whatever it is stored as. Throws GraftError('notFound') for a name that the base has not. */
  read(name: string): HostTensor;
  /**
   * Of a linear layer's weight, by the path of its module; rank ≤ min(in, out). Takes up to a second for each layer of
   * a small model, and throws what a signal was aborted with.
   */
  topSingular(module: string, rank: number): Promise<TopSingular>;
}

export interface InitContext<Options extends object = object> {
  readonly options: Options;
  readonly targets: readonly LinearShape[];
  /** Draws uniform [0,1) numbers from the run's seeded generator. */
  readonly random: () => number;
  readonly base: BaseWeights;
}

/** What a method's own tensors.ts and the engine share: its arithmetic. */
export interface MethodArithmetic<Options extends object = object> {
  readonly id: string;
  /** Called inside a traced function. `tensors` holds every trained tensor and every frozen upload by name. */
  bind(
    weights: Pick<AdapterWeights<Options>, 'options' | 'targets' | 'replaced'>,
    tensors: Readonly<Record<string, Tensor>>,
    context: BindContext,
  ): BoundAdapter;
  /**
   * Names of trained tensors that are left out of an optimizer step, drawn for each; what is made of them at zero must
   * be nothing. Absent where all take part in every step.
   */
  leftOut?(weights: Pick<AdapterWeights<Options>, 'options' | 'targets'>, random: () => number): readonly string[];
  /** The most numbers that one call of `BindContext.noise` is asked for; absent or 0: it is not asked. */
  drawsPerPass?(weights: Pick<AdapterWeights<Options>, 'options' | 'targets'>): number;
  /** Whether `leftOut` is to be asked with these options; absent: it is. */
  leavesOut?(options: Options): boolean;
  /** What `leftOut` drew for some steps in a row, for the run's history. */
  saysLeftOut?(
    weights: Pick<AdapterWeights<Options>, 'options' | 'targets'>,
    drawn: { readonly from: number; readonly steps: readonly (readonly string[])[] },
  ): Said;
  /**
   * The same adapter with `trained` for its pairs: as many times the rank for all modules, rows of A under each other
   * and columns of B side by side, each module's scale as it was.
   */
  withStackedPairs?(weights: AdapterWeights<Options>, trained: AdapterWeights['trained']): AdapterWeights<Options>;
  /** Weights of the base of which a merge makes others than W + ΔW of a LoRA form, by name. */
  merges?(weights: Pick<AdapterWeights<Options>, 'options' | 'targets' | 'trained'>): ReadonlyMap<string, Merge>;
  /** What a person should know of a folder that was read well. */
  notices?(folder: PeftFolder, weights: AdapterWeights<Options>): readonly WeightNotice[];
  /**
   * Whether a reader that draws what is frozen gets what these weights have: of methods with `leanOptions`, whose files
   * can leave it out.
   */
  isRedrawable?(weights: AdapterWeights<Options>): boolean;
  /**
   * Plain LoRA of the same effect, exactly or nearly as `capabilities.plainLora` says, with the options of the whole
   * and the factors of `layers` alone where they are given. Throws GraftError('unsupported') where that is `none`: ask
   * before.
   */
  toLora(weights: AdapterWeights<Options>, layers?: readonly LinearShape[]): AdapterWeights;
  /**
   * What `bind` tells of a forward pass in training (BindContext.observe); absent or undefined: nothing. Zeros are
   * left out of the means.
   */
  observes?(weights: Pick<AdapterWeights<Options>, 'options' | 'targets'>): Observed | undefined;
  /** The adapter with the means of what it observes, in the order of its names; 0 where nothing was measured. */
  withObserved?(weights: AdapterWeights<Options>, means: readonly number[]): AdapterWeights<Options>;
  /** The adapter with what its form as LoRA takes from the base's weights; absent where it takes nothing. */
  completed?(weights: AdapterWeights<Options>, base: Pick<BaseWeights, 'read'>): AdapterWeights<Options>;
  /** What a form as LoRA that comes near goes by, for the person who gets it. */
  nearBy?(weights: AdapterWeights<Options>): Said;
  /** An adapter of equal effect (perhaps of another method) that costs less per token when nothing is trained. */
  forInference?(weights: AdapterWeights<Options>): AdapterWeights;
}

/** A method as the engine uses it; adapterByTable.ts makes it of its spec and its tensors.ts. */
export interface AdapterMethod<Options extends object = object> extends MethodArithmetic<Options> {
  /** A fresh adapter. Throws GraftError where the base has not what it needs. */
  init(context: InitContext<Options>): Promise<AdapterWeights<Options>>;
  /**
   * What of `weights.frozen` has to be uploaded with Backend.frozen, under the names that `bind` reads: matrices
   * already cut to the layers' sizes, one per distinct size, so that nothing is sliced in a step.
   */
  frozenUploads(weights: AdapterWeights<Options>): Readonly<Record<string, HostTensor>>;
  /** Reads a parsed PEFT folder for a base of this shape; all misfits in one GraftError. */
  fromPeft(folder: PeftFolder, shape: ModelShape): AdapterWeights<Options>;
  /** The folder PEFT would write: same keys, shapes, dtypes and config fields. */
  toPeft(weights: AdapterWeights<Options>, baseModel: string): PeftFolder;
}
