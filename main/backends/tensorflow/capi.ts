/**
 * The TensorFlow C API (tensorflow/c/c_api.h and tensorflow/c/eager/c_api.h) as typed functions over koffi, loaded from
 * a runtime folder. Nothing here keeps state but the shared TF_Status; after each call that takes it, `check` turns a
 * failure into a GraftError. Memory is copied in and out, never viewed: Electron forbids foreign memory.
 */
import { realpathSync } from 'node:fs';
import koffi from 'koffi';
import { GraftError } from '../../contract/errors.ts';
import { createTrim } from './trimMemory.ts';
import { engineBackendWords } from '../../contract/words/engineBackends.ts';

/** A C pointer as koffi hands it out. */
export type Pointer = bigint | { readonly __pointer: true };

/** TF_Output: one output of one graph operation. */
export interface GraphOutput {
  readonly oper: Pointer;
  readonly index: number;
}

koffi.struct('TF_Output', { oper: 'void *', index: 'int' });

/** How attributes are set, alike for eager ops and graph nodes. */
export interface AttributeSetters {
  type(op: Pointer, name: string, value: number): void;
  types(op: Pointer, name: string, values: Int32Array, count: number): void;
  int(op: Pointer, name: string, value: number): void;
  float(op: Pointer, name: string, value: number): void;
  bool(op: Pointer, name: string, value: number): void;
  string(op: Pointer, name: string, value: string, bytes: number): void;
  ints(op: Pointer, name: string, values: BigInt64Array, count: number): void;
  floats(op: Pointer, name: string, values: Float32Array, count: number): void;
  shape(op: Pointer, name: string, dims: BigInt64Array, rank: number, status?: Pointer): void;
}

interface Functions {
  getCode(status: Pointer): number;
  getMessage(status: Pointer): string;
  getVersion(): string;

  allocateTensor(dtype: number, dims: BigInt64Array, rank: number, bytes: number): Pointer;
  tensorData(tensor: Pointer): Pointer;
  tensorByteSize(tensor: Pointer): number | bigint;
  deleteTensor(tensor: Pointer): void;

  newContextOptions(): Pointer;
  contextOptionsSetConfig(options: Pointer, proto: Uint8Array, bytes: number, status: Pointer): void;
  newContext(options: Pointer, status: Pointer): Pointer;
  listDevices(context: Pointer, status: Pointer): Pointer;
  deviceCount(list: Pointer): number;
  deviceName(list: Pointer, index: number, status: Pointer): string;
  deviceType(list: Pointer, index: number, status: Pointer): string;
  addFunction(context: Pointer, fn: Pointer, status: Pointer): void;
  removeFunction(context: Pointer, name: string, status: Pointer): void;

  newHandle(tensor: Pointer, status: Pointer): Pointer;
  deleteHandle(handle: Pointer): void;
  handleType(handle: Pointer): number;
  handleRank(handle: Pointer, status: Pointer): number;
  handleDim(handle: Pointer, axis: number, status: Pointer): number | bigint;
  resolveHandle(handle: Pointer, status: Pointer): Pointer;

  newOp(context: Pointer, name: string, status: Pointer): Pointer;
  deleteOp(op: Pointer): void;
  opSetDevice(op: Pointer, device: string, status: Pointer): void;
  opAddInput(op: Pointer, handle: Pointer, status: Pointer): void;
  execute(op: Pointer, outputs: BigUint64Array, count: Int32Array, status: Pointer): void;

  newGraph(): Pointer;
  deleteGraph(graph: Pointer): void;
  newOperation(graph: Pointer, op: string, name: string): Pointer;
  addInput(description: Pointer, input: GraphOutput): void;
  addInputList(description: Pointer, inputs: GraphOutput[], count: number): void;
  addControlInput(description: Pointer, operation: Pointer): void;
  finishOperation(description: Pointer, status: Pointer): Pointer;
  setAttrTensor(description: Pointer, name: string, tensor: Pointer, status: Pointer): void;
  outputRank(graph: Pointer, output: GraphOutput, status: Pointer): number;
  outputShape(graph: Pointer, output: GraphOutput, dims: BigInt64Array, rank: number, status: Pointer): void;
  outputType(output: GraphOutput): number;
  graphToFunction(
    ...args: [
      graph: Pointer,
      name: string,
      appendHash: number,
      operationCount: number,
      operations: null,
      inputCount: number,
      inputs: GraphOutput[],
      outputCount: number,
      outputs: GraphOutput[],
      outputNames: null,
      options: null,
      description: null,
      status: Pointer,
    ]
  ): Pointer;
  deleteFunction(fn: Pointer): void;
}

const prototypes = {
  getCode: 'int TF_GetCode(void *status)',
  getMessage: 'str TF_Message(void *status)',
  getVersion: 'str TF_Version()',

  allocateTensor: 'void *TF_AllocateTensor(int dtype, int64_t *dims, int rank, size_t bytes)',
  tensorData: 'void *TF_TensorData(void *tensor)',
  tensorByteSize: 'size_t TF_TensorByteSize(void *tensor)',
  deleteTensor: 'void TF_DeleteTensor(void *tensor)',

  newContextOptions: 'void *TFE_NewContextOptions()',
  contextOptionsSetConfig: 'void TFE_ContextOptionsSetConfig(void *options, void *proto, size_t bytes, void *status)',
  newContext: 'void *TFE_NewContext(void *options, void *status)',
  listDevices: 'void *TFE_ContextListDevices(void *context, void *status)',
  deviceCount: 'int TF_DeviceListCount(void *list)',
  deviceName: 'str TF_DeviceListName(void *list, int index, void *status)',
  deviceType: 'str TF_DeviceListType(void *list, int index, void *status)',
  addFunction: 'void TFE_ContextAddFunction(void *context, void *fn, void *status)',
  removeFunction: 'void TFE_ContextRemoveFunction(void *context, str name, void *status)',

  newHandle: 'void *TFE_NewTensorHandle(void *tensor, void *status)',
  deleteHandle: 'void TFE_DeleteTensorHandle(void *handle)',
  handleType: 'int TFE_TensorHandleDataType(void *handle)',
  handleRank: 'int TFE_TensorHandleNumDims(void *handle, void *status)',
  handleDim: 'int64_t TFE_TensorHandleDim(void *handle, int axis, void *status)',
  resolveHandle: 'void *TFE_TensorHandleResolve(void *handle, void *status)',

  newOp: 'void *TFE_NewOp(void *context, str name, void *status)',
  deleteOp: 'void TFE_DeleteOp(void *op)',
  opSetDevice: 'void TFE_OpSetDevice(void *op, str device, void *status)',
  opAddInput: 'void TFE_OpAddInput(void *op, void *handle, void *status)',
  execute: 'void TFE_Execute(void *op, void **outputs, int *count, void *status)',

  newGraph: 'void *TF_NewGraph()',
  deleteGraph: 'void TF_DeleteGraph(void *graph)',
  newOperation: 'void *TF_NewOperation(void *graph, str op, str name)',
  addInput: 'void TF_AddInput(void *description, TF_Output input)',
  addInputList: 'void TF_AddInputList(void *description, TF_Output *inputs, int count)',
  addControlInput: 'void TF_AddControlInput(void *description, void *operation)',
  finishOperation: 'void *TF_FinishOperation(void *description, void *status)',
  setAttrTensor: 'void TF_SetAttrTensor(void *description, str name, void *tensor, void *status)',
  outputRank: 'int TF_GraphGetTensorNumDims(void *graph, TF_Output output, void *status)',
  outputShape:
    'void TF_GraphGetTensorShape(void *graph, TF_Output output, _Out_ int64_t *dims, int rank, void *status)',
  outputType: 'int TF_OperationOutputType(TF_Output output)',
  graphToFunction:
    'void *TF_GraphToFunction(void *graph, str name, uint8_t appendHash, int operationCount, void *operations, int inputCount, TF_Output *inputs, int outputCount, TF_Output *outputs, void *outputNames, void *options, void *description, void *status)',
  deleteFunction: 'void TF_DeleteFunction(void *fn)',
} satisfies Record<keyof Functions, string>;

const eagerAttributePrototypes = {
  type: 'void TFE_OpSetAttrType(void *op, str name, int value)',
  types: 'void TFE_OpSetAttrTypeList(void *op, str name, int *values, int count)',
  int: 'void TFE_OpSetAttrInt(void *op, str name, int64_t value)',
  float: 'void TFE_OpSetAttrFloat(void *op, str name, float value)',
  bool: 'void TFE_OpSetAttrBool(void *op, str name, uint8_t value)',
  string: 'void TFE_OpSetAttrString(void *op, str name, str value, size_t bytes)',
  ints: 'void TFE_OpSetAttrIntList(void *op, str name, int64_t *values, int count)',
  floats: 'void TFE_OpSetAttrFloatList(void *op, str name, float *values, int count)',
  shape: 'void TFE_OpSetAttrShape(void *op, str name, int64_t *dims, int rank, void *status)',
} satisfies Record<keyof AttributeSetters, string>;

const graphAttributePrototypes = {
  type: 'void TF_SetAttrType(void *description, str name, int value)',
  types: 'void TF_SetAttrTypeList(void *description, str name, int *values, int count)',
  int: 'void TF_SetAttrInt(void *description, str name, int64_t value)',
  float: 'void TF_SetAttrFloat(void *description, str name, float value)',
  bool: 'void TF_SetAttrBool(void *description, str name, uint8_t value)',
  string: 'void TF_SetAttrString(void *description, str name, str value, size_t bytes)',
  ints: 'void TF_SetAttrIntList(void *description, str name, int64_t *values, int count)',
  floats: 'void TF_SetAttrFloatList(void *description, str name, float *values, int count)',
  shape: 'void TF_SetAttrShape(void *description, str name, int64_t *dims, int rank)',
} satisfies Record<keyof AttributeSetters, string>;

type Library = ReturnType<typeof koffi.load>;
type NativeFunction = (...args: unknown[]) => unknown;

function declare(library: Library, table: Readonly<Record<string, string>>): Record<string, NativeFunction> {
  return Object.fromEntries(
    Object.entries(table).map(([name, prototype]) => [name, library.func(prototype) as NativeFunction]),
  );
}

/** TF_SetAttrShape takes no status where TFE_OpSetAttrShape does; koffi counts arguments. */
function withoutStatus(setters: AttributeSetters): AttributeSetters {
  return {
    ...setters,
    shape: (op, name, dims, rank) => {
      setters.shape(op, name, dims, rank);
    },
  };
}

function libraryNames(): { readonly framework: string; readonly main: string; readonly libc: string } {
  if (process.platform === 'darwin') {
    return {
      framework: 'libtensorflow_framework.2.dylib',
      main: 'libtensorflow_cc.2.dylib',
      libc: 'libSystem.B.dylib',
    };
  }
  return { framework: 'libtensorflow_framework.so.2', main: 'libtensorflow_cc.so.2', libc: 'libc.so.6' };
}

function loadLibraries(dir: string): { readonly tensorflow: Library; readonly libc: Library } {
  const names = libraryNames();
  try {
    koffi.load(`${dir}/${names.framework}`, { global: true });
    return { tensorflow: koffi.load(`${dir}/${names.main}`, { global: true }), libc: koffi.load(names.libc) };
  } catch (error) {
    throw new GraftError(
      'backendUnavailable',
      engineBackendWords.tensorflowNotLoaded({ dir, why: error instanceof Error ? error.message : String(error) }),
      { file: dir, remedy: engineBackendWords.reinstallTensorflow() },
      error,
    );
  }
}

/** TF_Code values that have a meaning of their own for a person. */
const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;

function failure(code: number, message: string): GraftError {
  if (code === RESOURCE_EXHAUSTED) {
    const remedy = engineBackendWords.lowerBatch();
    return new GraftError('outOfMemory', engineBackendWords.outOfMemory({ message }), { remedy });
  }
  if (code === UNAVAILABLE) return new GraftError('deviceLost', engineBackendWords.deviceLost({ message }));
  return new GraftError('internal', engineBackendWords.tensorflowSays({ message }), { tensorflowCode: code });
}

export interface Capi extends Functions {
  readonly status: Pointer;
  readonly version: string;
  readonly eagerAttr: AttributeSetters;
  readonly graphAttr: AttributeSetters;
  /** Throws what the last call left in `status`. */
  check(): void;
  /** Copies to `offset` bytes behind a pointer. */
  copyIn(to: Pointer, offset: number, from: ArrayBufferView): void;
  copyOut(to: Uint8Array, from: Pointer, bytes: number): void;
  /** See trimMemory.ts. */
  trimMemory(): void;
}

/** Loads the library (about 0.3 s) and declares the functions Graft uses. Throws GraftError('backendUnavailable'). */
export function loadCapi(dir: string): Capi {
  const { tensorflow, libc } = loadLibraries(dir);
  const functions = declare(tensorflow, prototypes) as unknown as Functions;
  const status = tensorflow.func('void *TF_NewStatus()')() as Pointer;
  const copyTo = libc.func('void *memcpy(uintptr_t to, void *from, size_t bytes)') as NativeFunction;
  return {
    ...functions,
    status,
    version: functions.getVersion(),
    eagerAttr: declare(tensorflow, eagerAttributePrototypes) as unknown as AttributeSetters,
    graphAttr: withoutStatus(declare(tensorflow, graphAttributePrototypes) as unknown as AttributeSetters),
    check: () => {
      const code = functions.getCode(status);
      if (code !== 0) throw failure(code, functions.getMessage(status));
    },
    trimMemory: createTrim(libc, realpathSync(dir)),
    copyIn: (to, offset, from) => {
      copyTo(koffi.address(to) + BigInt(offset), from, from.byteLength);
    },
    copyOut: libc.func('void *memcpy(_Out_ uint8_t *to, void *from, size_t bytes)') as Capi['copyOut'],
  };
}
