/**
 * Tensors that exist and ops that run at once: a TFE context, its tensor handles by number, and execution.
 * Numbers are never used twice, so a stale one is an error and never another tensor.
 */
import { GraftError } from '../../contract/errors.ts';
import { DataType, setAttribute, type Attribute } from './attributes.ts';
import type { Capi, Pointer } from './capi.ts';
import { whyNoCard } from './cudaDriver.ts';
import { engineBackendWords } from '../../contract/words/engineBackends.ts';

export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

export interface TensorLayout {
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly sizeBytes: number;
}

/** Copies `values` to byte `offset` of a tensor. */
export type WriteBytes = (offset: number, values: ArrayBufferView) => void;

export interface SessionOptions {
  readonly threads: number;
  readonly device: 'cpu' | 'cuda';
}

/** ConfigProto: intra-op threads (2), inter-op threads (5), gpu_options.allow_growth (6.4); each a varint below 128. */
function configProto(threads: number): Uint8Array {
  return Uint8Array.of(0x10, Math.min(threads, 127), 0x28, Math.min(threads, 127), 0x32, 2, 0x20, 1);
}

const OUTPUT_SLOTS = 8192;

export class EagerSession {
  readonly capi: Capi;
  readonly context: Pointer;
  readonly deviceName: string;
  #handles = new Map<number, Pointer>();
  #nextId = 1;
  #outputSlots = new BigUint64Array(OUTPUT_SLOTS);
  #outputCount = new Int32Array(1);

  constructor(capi: Capi, options: SessionOptions) {
    this.capi = capi;
    const contextOptions = capi.newContextOptions();
    const config = configProto(options.threads);
    capi.contextOptionsSetConfig(contextOptions, config, config.length, capi.status);
    capi.check();
    this.context = capi.newContext(contextOptions, capi.status);
    capi.check();
    this.deviceName = this.#findDevice(options.device);
  }

  #findDevice(device: 'cpu' | 'cuda'): string {
    const { capi } = this;
    const list = capi.listDevices(this.context, capi.status);
    capi.check();
    const wanted = device === 'cuda' ? 'GPU' : 'CPU';
    for (let index = 0; index < capi.deviceCount(list); index++) {
      if (capi.deviceType(list, index, capi.status) === wanted) return capi.deviceName(list, index, capi.status);
    }
    const said = engineBackendWords.noDevice({ wanted });
    if (device === 'cpu') throw new GraftError('backendUnavailable', said, { remedy: engineBackendWords.runDoctor() });
    const { why, remedy } = whyNoCard();
    throw new GraftError('backendUnavailable', engineBackendWords.because({ said, why }), { remedy });
  }

  get liveHandles(): number {
    return this.#handles.size;
  }

  nextId(): number {
    return this.#nextId++;
  }

  has(id: number): boolean {
    return this.#handles.has(id);
  }

  handle(id: number): Pointer {
    const handle = this.#handles.get(id);
    if (handle === undefined) throw new GraftError('internal', engineBackendWords.notAlive({ id }));
    return handle;
  }

  dtype(id: number): number {
    return this.capi.handleType(this.handle(id));
  }

  shape(id: number): number[] {
    return this.#shapeOf(this.handle(id));
  }

  #shapeOf(handle: Pointer): number[] {
    const rank = this.capi.handleRank(handle, this.capi.status);
    return Array.from({ length: rank }, (_, axis) => Number(this.capi.handleDim(handle, axis, this.capi.status)));
  }

  /** Copies `values` (little-endian bytes of `dtype`) into a new tensor; returns its number. */
  createTensor(shape: readonly number[], dtype: number, values: ArrayBufferView): number {
    return this.fillTensor({ shape, dtype, sizeBytes: values.byteLength }, (write) => write(0, values));
  }

  /** A new tensor whose bytes `fill` writes in pieces, straight into TensorFlow's memory; returns its number. */
  fillTensor({ shape, dtype, sizeBytes }: TensorLayout, fill: (write: WriteBytes) => void): number {
    const { capi } = this;
    const tensor = capi.allocateTensor(dtype, BigInt64Array.from(shape, BigInt), shape.length, sizeBytes);
    try {
      const data = capi.tensorData(tensor);
      fill((offset, values) => {
        if (offset + values.byteLength > sizeBytes) throw new GraftError('internal', engineBackendWords.tooManyBytes());
        if (values.byteLength > 0) capi.copyIn(data, offset, values);
      });
      const handle = capi.newHandle(tensor, capi.status);
      capi.check();
      const id = this.nextId();
      this.#handles.set(id, handle);
      return id;
    } finally {
      capi.deleteTensor(tensor); // the handle holds the memory
    }
  }

  deleteTensor(id: number): void {
    const handle = this.#handles.get(id);
    if (handle === undefined) return;
    this.capi.deleteHandle(handle);
    this.#handles.delete(id);
  }

  /** Runs one op or function. Throws GraftError with TensorFlow's words. */
  execute(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputCount: number,
  ): TensorMetadata[] {
    const { capi } = this;
    const op = capi.newOp(this.context, name, capi.status);
    capi.check();
    try {
      capi.opSetDevice(op, this.deviceName, capi.status);
      for (const attribute of attributes) setAttribute(capi.eagerAttr, op, attribute, capi.status);
      for (const id of inputs) capi.opAddInput(op, this.handle(id), capi.status);
      capi.check();
      this.#outputCount[0] = outputCount;
      capi.execute(op, this.#outputSlots, this.#outputCount, capi.status);
      capi.check();
    } finally {
      capi.deleteOp(op);
    }
    return Array.from({ length: outputCount }, (_, index) => this.#register(this.#outputSlots[index]));
  }

  #register(handle: Pointer): TensorMetadata {
    const id = this.nextId();
    this.#handles.set(id, handle);
    return { id, shape: this.#shapeOf(handle), dtype: this.capi.handleType(handle) };
  }

  /** The values of a tensor, copied out. bfloat16 comes as Uint16Array. */
  read(id: number): Float32Array | Int32Array | BigInt64Array | Uint16Array | Uint8Array {
    const { capi } = this;
    const tensor = capi.resolveHandle(this.handle(id), capi.status);
    capi.check();
    const bytes = new Uint8Array(Number(capi.tensorByteSize(tensor)));
    if (bytes.length > 0) capi.copyOut(bytes, capi.tensorData(tensor), bytes.length);
    capi.deleteTensor(tensor);
    switch (this.dtype(id)) {
      case DataType.float:
        return new Float32Array(bytes.buffer);
      case DataType.int32:
        return new Int32Array(bytes.buffer);
      case DataType.int64:
        return new BigInt64Array(bytes.buffer);
      case DataType.bfloat16:
        return new Uint16Array(bytes.buffer);
      default:
        return bytes;
    }
  }
}
