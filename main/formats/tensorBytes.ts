/** Finding a tensor by name and reading its bytes: the same for every format that lists its tensors in a header. */
import { GraftError } from '../contract/errors.ts';
import type { ByteRanges } from './fileRange.ts';
import { Scratch } from './scratch.ts';
import { safetensorsWords } from '../contract/words/safetensors.ts';

interface Placed {
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface TensorBytes<Info extends Placed> {
  /** Throws GraftError('notFound') naming file and tensor. */
  readonly getInfo: (name: string) => Info;
  readonly readBytes: (name: string) => Uint8Array;
  /** `length` bytes from byte `begin` of the tensor, in memory that the next call uses again. */
  readonly readPart: (name: string, begin: number, length: number) => Uint8Array;
}

export function tensorBytes<Info extends Placed>(
  ranges: ByteRanges,
  tensors: ReadonlyMap<string, Info>,
): TensorBytes<Info> {
  const getInfo = (name: string): Info => {
    const info = tensors.get(name);
    if (info) return info;
    throw new GraftError('notFound', safetensorsWords.noTensor({ file: ranges.label, name }), {
      file: ranges.label,
      field: name,
    });
  };
  const readBytes = (name: string): Uint8Array => {
    const { offset, sizeBytes } = getInfo(name);
    return ranges.read(offset, sizeBytes);
  };
  const scratch = new Scratch();
  const readPart = (name: string, begin: number, length: number): Uint8Array => {
    const { offset, sizeBytes } = getInfo(name);
    if (begin + length > sizeBytes) throw new Error(`Tensor ${name} has no bytes ${begin} to ${begin + length}.`);
    const part = scratch.bytes(length);
    ranges.readInto(offset + begin, part);
    return part;
  };
  return { getInfo, readBytes, readPart };
}
