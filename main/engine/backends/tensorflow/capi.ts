/**
 * The TensorFlow C API as typed functions over koffi, loaded from a runtime folder. Nothing here keeps state but the
 * shared TF_Status; after each call that takes it, `check` turns a failure into a GraftError.
 * Pointers are opaque values of koffi. Memory is copied in and out, never viewed: Electron forbids foreign memory.
 */
import koffi from 'koffi';
import { GraftError } from '../../../contract/errors.ts';

/** A C pointer as koffi hands it out. */
export type Pointer = bigint | { readonly __pointer: true };

/** TF_Output: one output of one graph operation. */
export interface GraphOutput {
  readonly oper: Pointer;
  readonly index: number;
}

type Library = ReturnType<typeof koffi.load>;
type TypeSpec = Parameters<typeof koffi.sizeof>[0];

const outputStruct = koffi.struct('TF_Output', { oper: 'void *', index: 'int' });
const outputs = koffi.pointer(outputStruct);
const P = 'void *';

function libraryNames(): { readonly framework: string; readonly main: string; readonly libc: string } {
  if (process.platform === 'darwin')
    return { framework: 'libtensorflow_framework.2.dylib', main: 'libtensorflow_cc.2.dylib', libc: 'libSystem.B.dylib' };
  return { framework: 'libtensorflow_framework.so.2', main: 'libtensorflow_cc.so.2', libc: 'libc.so.6' };
}

function loadLibraries(dir: string): { readonly lib: Library; readonly libc: Library } {
  const names = libraryNames();
  try {
    koffi.load(`${dir}/${names.framework}`, { global: true });
    return { lib: koffi.load(`${dir}/${names.main}`, { global: true }), libc: koffi.load(names.libc) };
  } catch (error) {
    throw new GraftError(
      'backendUnavailable',
      `The TensorFlow runtime in ${dir} could not be loaded: ${error instanceof Error ? error.message : String(error)}`,
      { file: dir, remedy: 'Run `doctor`; remove and install the runtime again with `runtime install tensorflow-cpu`.' },
      error,
    );
  }
}

/** TF_Code values that have a meaning of their own for a person. */
const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;

/** Loads the library (about 0.3 s) and declares the functions Graft uses. Throws GraftError('backendUnavailable'). */
export function loadCapi(dir: string) {
  const { lib, libc } = loadLibraries(dir);
  const fn = <Result, Arguments extends unknown[]>(result: string, name: string, parameters: TypeSpec[]) =>
    lib.func(name, result, parameters) as unknown as (...args: Arguments) => Result;

  const status = fn<Pointer, []>(P, 'TF_NewStatus', [])();
  const getCode = fn<number, [Pointer]>('int', 'TF_GetCode', [P]);
  const getMessage = fn<string, [Pointer]>('str', 'TF_Message', [P]);

  const check = (): void => {
    const code = getCode(status);
    if (code === 0) return;
    const message = getMessage(status);
    if (code === RESOURCE_EXHAUSTED) {
      throw new GraftError('outOfMemory', `TensorFlow ran out of memory: ${message}`, {
        remedy: 'Lower the batch size or maximum length, or turn on recompute.',
      });
    }
    if (code === UNAVAILABLE) throw new GraftError('deviceLost', `The device stopped answering: ${message}`);
    throw new GraftError('internal', `TensorFlow: ${message}`, { tensorflowCode: code });
  };

  return {
    status,
    check,
    version: fn<string, []>('str', 'TF_Version', [])(),
    copyIn: libc.func('memcpy', P, [P, P, 'size_t']) as unknown as (to: Pointer, from: ArrayBufferView, bytes: number) => void,
    copyOut: libc.func('void *memcpy(_Out_ uint8_t *dst, void *src, size_t n)') as unknown as (
      to: Uint8Array,
      from: Pointer,
      bytes: number,
    ) => void,

    allocateTensor: fn<Pointer, [number, BigInt64Array, number, number]>(P, 'TF_AllocateTensor', ['int', 'int64_t *', 'int', 'size_t']),
    tensorData: fn<Pointer, [Pointer]>(P, 'TF_TensorData', [P]),
    tensorByteSize: fn<number | bigint, [Pointer]>('size_t', 'TF_TensorByteSize', [P]),
    deleteTensor: fn<void, [Pointer]>('void', 'TF_DeleteTensor', [P]),

    newContextOptions: fn<Pointer, []>(P, 'TFE_NewContextOptions', []),
    contextOptionsSetConfig: fn<void, [Pointer, Uint8Array, number, Pointer]>('void', 'TFE_ContextOptionsSetConfig', [P, P, 'size_t', P]),
    newContext: fn<Pointer, [Pointer, Pointer]>(P, 'TFE_NewContext', [P, P]),
    listDevices: fn<Pointer, [Pointer, Pointer]>(P, 'TFE_ContextListDevices', [P, P]),
    deviceCount: fn<number, [Pointer]>('int', 'TF_DeviceListCount', [P]),
    deviceName: fn<string, [Pointer, number, Pointer]>('str', 'TF_DeviceListName', [P, 'int', P]),
    deviceType: fn<string, [Pointer, number, Pointer]>('str', 'TF_DeviceListType', [P, 'int', P]),
    addFunction: fn<void, [Pointer, Pointer, Pointer]>('void', 'TFE_ContextAddFunction', [P, P, P]),
    removeFunction: fn<void, [Pointer, string, Pointer]>('void', 'TFE_ContextRemoveFunction', [P, 'str', P]),

    newHandle: fn<Pointer, [Pointer, Pointer]>(P, 'TFE_NewTensorHandle', [P, P]),
    deleteHandle: fn<void, [Pointer]>('void', 'TFE_DeleteTensorHandle', [P]),
    handleType: fn<number, [Pointer]>('int', 'TFE_TensorHandleDataType', [P]),
    handleRank: fn<number, [Pointer, Pointer]>('int', 'TFE_TensorHandleNumDims', [P, P]),
    handleDim: fn<number | bigint, [Pointer, number, Pointer]>('int64_t', 'TFE_TensorHandleDim', [P, 'int', P]),
    resolveHandle: fn<Pointer, [Pointer, Pointer]>(P, 'TFE_TensorHandleResolve', [P, P]),
    copyToDevice: fn<Pointer, [Pointer, Pointer, string, Pointer]>(P, 'TFE_TensorHandleCopyToDevice', [P, P, 'str', P]),

    newOp: fn<Pointer, [Pointer, string, Pointer]>(P, 'TFE_NewOp', [P, 'str', P]),
    deleteOp: fn<void, [Pointer]>('void', 'TFE_DeleteOp', [P]),
    opSetDevice: fn<void, [Pointer, string, Pointer]>('void', 'TFE_OpSetDevice', [P, 'str', P]),
    opAddInput: fn<void, [Pointer, Pointer, Pointer]>('void', 'TFE_OpAddInput', [P, P, P]),
    execute: fn<void, [Pointer, BigUint64Array, Int32Array, Pointer]>('void', 'TFE_Execute', [P, 'void **', 'int *', P]),

    newGraph: fn<Pointer, []>(P, 'TF_NewGraph', []),
    deleteGraph: fn<void, [Pointer]>('void', 'TF_DeleteGraph', [P]),
    newOperation: fn<Pointer, [Pointer, string, string]>(P, 'TF_NewOperation', [P, 'str', 'str']),
    addInput: fn<void, [Pointer, GraphOutput]>('void', 'TF_AddInput', [P, outputStruct]),
    addInputList: fn<void, [Pointer, GraphOutput[], number]>('void', 'TF_AddInputList', [P, outputs, 'int']),
    addControlInput: fn<void, [Pointer, Pointer]>('void', 'TF_AddControlInput', [P, P]),
    finishOperation: fn<Pointer, [Pointer, Pointer]>(P, 'TF_FinishOperation', [P, P]),
    setAttrTensor: fn<void, [Pointer, string, Pointer, Pointer]>('void', 'TF_SetAttrTensor', [P, 'str', P, P]),
    setAttrFuncName: fn<void, [Pointer, string, string, number]>('void', 'TF_SetAttrFuncName', [P, 'str', 'str', 'size_t']),
    outputRank: fn<number, [Pointer, GraphOutput, Pointer]>('int', 'TF_GraphGetTensorNumDims', [P, outputStruct, P]),
    outputShape: fn<void, [Pointer, GraphOutput, BigInt64Array, number, Pointer]>('void', 'TF_GraphGetTensorShape', [
      P,
      outputStruct,
      '_Out_ int64_t *',
      'int',
      P,
    ]),
    setOutputShape: fn<void, [Pointer, GraphOutput, BigInt64Array, number, Pointer]>('void', 'TF_GraphSetTensorShape', [
      P,
      outputStruct,
      'int64_t *',
      'int',
      P,
    ]),
    outputType: fn<number, [GraphOutput]>('int', 'TF_OperationOutputType', [outputStruct]),
    graphToFunction: fn<
      Pointer,
      [Pointer, string, number, number, null, number, GraphOutput[], number, GraphOutput[], null, null, null, Pointer]
    >(P, 'TF_GraphToFunction', [P, 'str', 'uint8_t', 'int', P, 'int', outputs, 'int', outputs, P, P, P, P]),
    graphCopyFunction: fn<void, [Pointer, Pointer, null, Pointer]>('void', 'TF_GraphCopyFunction', [P, P, P, P]),
    functionSetAttr: fn<void, [Pointer, string, Uint8Array, number, Pointer]>('void', 'TF_FunctionSetAttrValueProto', [
      P,
      'str',
      P,
      'size_t',
      P,
    ]),
    deleteFunction: fn<void, [Pointer]>('void', 'TF_DeleteFunction', [P]),

    eagerAttr: {
      type: fn<void, [Pointer, string, number]>('void', 'TFE_OpSetAttrType', [P, 'str', 'int']),
      types: fn<void, [Pointer, string, Int32Array, number]>('void', 'TFE_OpSetAttrTypeList', [P, 'str', 'int *', 'int']),
      int: fn<void, [Pointer, string, number]>('void', 'TFE_OpSetAttrInt', [P, 'str', 'int64_t']),
      float: fn<void, [Pointer, string, number]>('void', 'TFE_OpSetAttrFloat', [P, 'str', 'float']),
      bool: fn<void, [Pointer, string, number]>('void', 'TFE_OpSetAttrBool', [P, 'str', 'uint8_t']),
      string: fn<void, [Pointer, string, string, number]>('void', 'TFE_OpSetAttrString', [P, 'str', 'str', 'size_t']),
      ints: fn<void, [Pointer, string, BigInt64Array, number]>('void', 'TFE_OpSetAttrIntList', [P, 'str', 'int64_t *', 'int']),
      floats: fn<void, [Pointer, string, Float32Array, number]>('void', 'TFE_OpSetAttrFloatList', [P, 'str', 'float *', 'int']),
      shape: fn<void, [Pointer, string, BigInt64Array, number, Pointer]>('void', 'TFE_OpSetAttrShape', [P, 'str', 'int64_t *', 'int', P]),
    },
    graphAttr: {
      type: fn<void, [Pointer, string, number]>('void', 'TF_SetAttrType', [P, 'str', 'int']),
      types: fn<void, [Pointer, string, Int32Array, number]>('void', 'TF_SetAttrTypeList', [P, 'str', 'int *', 'int']),
      int: fn<void, [Pointer, string, number]>('void', 'TF_SetAttrInt', [P, 'str', 'int64_t']),
      float: fn<void, [Pointer, string, number]>('void', 'TF_SetAttrFloat', [P, 'str', 'float']),
      bool: fn<void, [Pointer, string, number]>('void', 'TF_SetAttrBool', [P, 'str', 'uint8_t']),
      string: fn<void, [Pointer, string, string, number]>('void', 'TF_SetAttrString', [P, 'str', 'str', 'size_t']),
      ints: fn<void, [Pointer, string, BigInt64Array, number]>('void', 'TF_SetAttrIntList', [P, 'str', 'int64_t *', 'int']),
      floats: fn<void, [Pointer, string, Float32Array, number]>('void', 'TF_SetAttrFloatList', [P, 'str', 'float *', 'int']),
      shape: fn<void, [Pointer, string, BigInt64Array, number, Pointer?]>('void', 'TF_SetAttrShape', [P, 'str', 'int64_t *', 'int']),
    },
  } as const;
}

export type Capi = ReturnType<typeof loadCapi>;
