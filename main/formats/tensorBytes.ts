/** Finding a tensor by name and reading its bytes: the same for every format that lists its tensors in a header. */
import { GraftError } from '../contract/errors.ts';
import type { ByteRanges } from './fileRange.ts';

interface Placed {
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface TensorBytes<Info extends Placed> {
  /** Throws GraftError('notFound') naming file and tensor. */
  readonly getInfo: (name: string) => Info;
  readonly readBytes: (name: string) => Uint8Array;
}

export function tensorBytes<Info extends Placed>(ranges: ByteRanges, tensors: ReadonlyMap<string, Info>): TensorBytes<Info> {
  const getInfo = (name: string): Info => {
    const info = tensors.get(name);
    if (info) return info;
    throw new GraftError('notFound', `${ranges.label} holds no tensor ${name}.`, { file: ranges.label, field: name });
  };
  const readBytes = (name: string): Uint8Array => {
    const { offset, sizeBytes } = getInfo(name);
    return ranges.read(offset, sizeBytes);
  };
  return { getInfo, readBytes };
}
