/**
 * The object that NodeJSKernelBackend of tfjs-node calls its binding, over the TensorFlow C API. While a recording is
 * on, ops go into its graph instead of running. tfjs knows no bfloat16 and no int8: a tensor may hold either, or packed
 * blocks, behind tfjs' float32 face, and whatever stock kernel meets one gets it cast up first, so that neither ever
 * spreads by accident. Integers and packed blocks are a `HiddenMatrix`: what belongs to one is held here and freed with
 * it.
 */
import { GraftError } from '../../contract/errors.ts';
import { AttrType, DataType, boolAttr, intAttr, typeAttr, type Attribute } from './attributes.ts';
import type { EagerSession, TensorMetadata } from './eagerSession.ts';
import type { HiddenMatrix } from './matrices/hiddenMatrix.ts';
import { Recording, type RecordedFunction } from './recording.ts';
import { engineBackendWords } from '../../contract/words/engineBackends.ts';

/** Ops that copy values as they are; their type attribute is T. */
const movingOps: ReadonlySet<string> = new Set(['ConcatV2', 'SplitV', 'Reshape', 'Transpose', 'Slice']);

function inBf16(attribute: Attribute): Attribute {
  return attribute.name === 'T' && attribute.value === DataType.float
    ? { ...attribute, value: DataType.bfloat16 }
    : attribute;
}

export class Binding {
  readonly session: EagerSession;
  #recording: Recording | undefined;
  #matrices = new Map<number, HiddenMatrix>();

  readonly TF_FLOAT = DataType.float;
  readonly TF_INT32 = DataType.int32;
  readonly TF_UINT8 = DataType.uint8;
  readonly TF_STRING = DataType.string;
  readonly TF_COMPLEX64 = DataType.complex64;
  readonly TF_INT64 = DataType.int64;
  readonly TF_BOOL = DataType.bool;
  readonly TF_RESOURCE = DataType.resource;
  readonly TF_ATTR_STRING = AttrType.string;
  readonly TF_ATTR_INT = AttrType.int;
  readonly TF_ATTR_FLOAT = AttrType.float;
  readonly TF_ATTR_BOOL = AttrType.bool;
  readonly TF_ATTR_TYPE = AttrType.type;
  readonly TF_ATTR_SHAPE = AttrType.shape;
  readonly TF_ATTR_RESOURCE = DataType.resource;
  readonly TF_Version: string;

  constructor(session: EagerSession) {
    this.session = session;
    this.TF_Version = session.capi.version;
  }

  isUsingGpuDevice(): boolean {
    return this.session.deviceName.includes('GPU');
  }

  getNumOfTensors(): number {
    return this.session.liveHandles;
  }

  getNumOfSavedModels(): number {
    return 0;
  }

  createTensor(shape: readonly number[], dtype: number, values: ArrayBufferView): number {
    return (this.#recording ?? this.session).createTensor(shape, dtype, values);
  }

  /** The same for a kernel's own use: of a recorded one the graph alone keeps the values. */
  constant(shape: readonly number[], dtype: number, values: ArrayBufferView): number {
    const id = this.createTensor(shape, dtype, values);
    this.#recording?.deleteTensor(id);
    return id;
  }

  deleteTensor(id: number): void {
    const target = this.#recording ?? this.session;
    target.deleteTensor(id);
    const matrix = this.#matrices.get(id);
    if (matrix === undefined || this.session.has(id)) return;
    this.#matrices.delete(id);
    for (const companion of matrix.companions) this.session.deleteTensor(companion);
  }

  /** `id` is the tensor behind whose face the matrix lies; what belongs to it is freed with that. */
  hide(id: number, matrix: HiddenMatrix): void {
    this.#matrices.set(id, matrix);
  }

  /** undefined for a tensor that is what it seems, or bf16. */
  findHidden(id: number): HiddenMatrix | undefined {
    return this.#matrices.get(id);
  }

  tensorDataSync(id: number): ReturnType<EagerSession['read']> {
    if (!this.session.has(id)) throw new GraftError('internal', engineBackendWords.noReadingWhileRecording());
    return this.session.read(id);
  }

  /** TF_DataType of a tensor, recorded or not. */
  dtype(id: number): number {
    return (this.#recording ?? this.session).dtype(id);
  }

  /** Stock tfjs kernels come here: bf16 inputs are cast up to float32, but where an op only moves values. */
  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputCount: number,
  ): TensorMetadata[] {
    if (movingOps.has(name) && this.#holdsBf16Alone(inputs))
      return this.execute(name, attributes.map(inBf16), inputs, outputCount);
    return this.execute(
      name,
      attributes,
      inputs.map((id) => this.toFloat(id)),
      outputCount,
    );
  }

  /** Graft's own kernels come here: inputs as they are. */
  execute(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputCount: number,
  ): TensorMetadata[] {
    return (this.#recording ?? this.session).execute(name, attributes, inputs, outputCount);
  }

  #holdsBf16Alone(inputs: readonly number[]): boolean {
    const types = inputs.map((id) => this.dtype(id));
    return types.includes(DataType.bfloat16) && !types.includes(DataType.float);
  }

  /** The same values in another type; a hidden matrix is expanded as a whole. */
  cast(id: number, to: number): number {
    const matrix = this.#matrices.get(id);
    if (matrix === undefined) return this.convert(id, to);
    const { rows, rowScales } = matrix;
    const values = matrix.expand(this, { from: 0, count: rows }, DataType.float);
    return this.convert(rowScales === undefined ? values : this.multiply(values, this.asColumn(rowScales)), to);
  }

  /** As `cast`, but of the numbers that a tensor holds, whatever they stand for. */
  convert(id: number, to: number): number {
    const from = this.dtype(id);
    if (from === to) return id;
    const attributes = [typeAttr('SrcT', from), typeAttr('DstT', to), boolAttr('Truncate', false)];
    const cast = (): number => this.execute('Cast', attributes, [id], 1)[0].id;
    const isNarrower = from === DataType.float && to === DataType.bfloat16;
    return isNarrower && this.#recording ? this.#recording.castOnce(id, to, cast) : cast();
  }

  toFloat(id: number): number {
    const isOther = this.dtype(id) === DataType.bfloat16 || this.#matrices.has(id);
    return isOther ? this.cast(id, DataType.float) : id;
  }

  /** (N) → (N, 1). */
  asColumn(id: number): number {
    const axis = this.constant([], DataType.int32, Int32Array.of(1));
    return this.execute(
      'ExpandDims',
      [typeAttr('T', this.dtype(id)), typeAttr('Tdim', DataType.int32)],
      [id, axis],
      1,
    )[0].id;
  }

  /** Product of two float32 tensors, element by element. */
  multiply(a: number, b: number): number {
    return this.execute('Mul', [typeAttr('T', DataType.float)], [a, b], 1)[0].id;
  }

  get isRecording(): boolean {
    return this.#recording !== undefined;
  }

  /** See Recording.runAfter; runs `body` at once when nothing is being recorded. */
  runAfter<T>(after: readonly number[], body: () => T): T {
    const recording = this.#recording;
    return recording ? recording.runAfter(after, body) : body();
  }

  /**
   * While recording: what `then` makes of `given` where `condition` (a float32 scalar) is not zero, else what
   * `otherwise` makes of it. Only one of them runs: the nodes of the other have dead inputs.
   */
  choose(
    condition: number,
    given: readonly number[],
    then: (given: readonly TensorMetadata[]) => readonly number[],
    otherwise: (given: readonly TensorMetadata[]) => readonly number[],
  ): TensorMetadata[] {
    const recording = this.#recording;
    if (recording === undefined) throw new Error('A choice is recorded, or made by its value.');
    const isTrue = this.convert(condition, DataType.bool);
    const type = (id: number): Attribute => typeAttr('T', this.dtype(id));
    const sides = given.map((id) => this.execute('Switch', [type(id)], [id, isTrue], 2));
    const within = (body: typeof then, side: 0 | 1): readonly number[] =>
      recording.withOwnCasts(() => body(sides.map((each) => each[side])));
    const [no, yes] = [within(otherwise, 0), within(then, 1)];
    return yes.map((id, at) => this.execute('Merge', [type(id), intAttr('N', 2)], [no[at], id], 2)[0]);
  }

  /**
   * Records `body` (which returns the ids of its outputs) as a function. Run it with `call`, any captured id replaced
   * by one of the same shape and dtype.
   */
  record(name: string, body: () => readonly number[]): RecordedFunction {
    const recording = new Recording(this.session);
    this.#recording = recording;
    try {
      return recording.finish(name, body());
    } finally {
      this.#recording = undefined;
      recording.dispose();
    }
  }

  /** Runs a recorded function on `inputs`, in the order of its captures. */
  call(fn: RecordedFunction, inputs: readonly number[]): TensorMetadata[] {
    return this.session.execute(fn.name, [], inputs, fn.outputCount);
  }

  removeFunction(fn: RecordedFunction): void {
    const { capi, context } = this.session;
    capi.removeFunction(context, fn.name, capi.status);
    capi.check();
    capi.deleteFunction(fn.pointer);
  }
}
