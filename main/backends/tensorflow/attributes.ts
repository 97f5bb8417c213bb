/** Op attributes in the form tfjs-node hands them over, and how they are set on an eager op or a graph node. */
import { GraftError } from '../../contract/errors.ts';
import type { AttributeSetters, Pointer } from './capi.ts';
import { engineBackendWords } from '../../contract/words/engineBackends.ts';

/** TF_DataType values that occur here. */
export const DataType = {
  ...{ float: 1, int32: 3, uint8: 4, int8: 6, string: 7, complex64: 8, int64: 9, bool: 10, bfloat16: 14, uint16: 17 },
  ...{ half: 19, resource: 20 },
} as const;

/** TF_AttrType as tfjs-node numbers it. */
export const AttrType = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const;

export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

export const typeAttr = (name: string, value: number): Attribute => ({ name, type: AttrType.type, value });
export const boolAttr = (name: string, value: boolean): Attribute => ({ name, type: AttrType.bool, value });
export const intAttr = (name: string, value: number): Attribute => ({ name, type: AttrType.int, value });

const int64s = (values: readonly number[]): BigInt64Array => BigInt64Array.from(values, BigInt);

/** Sets one attribute; `setters` are those of an eager op or of a graph node. Throws GraftError for an unknown kind. */
export function setAttribute(setters: AttributeSetters, op: Pointer, attribute: Attribute, status: Pointer): void {
  const { name, type, value } = attribute;
  switch (type) {
    case AttrType.type:
      if (Array.isArray(value)) setters.types(op, name, Int32Array.from(value as number[]), value.length);
      else setters.type(op, name, value as number);
      break;
    case AttrType.int:
      if (Array.isArray(value)) setters.ints(op, name, int64s(value as number[]), value.length);
      else setters.int(op, name, value as number);
      break;
    case AttrType.float:
      if (Array.isArray(value)) setters.floats(op, name, Float32Array.from(value as number[]), value.length);
      else setters.float(op, name, value as number);
      break;
    case AttrType.bool:
      setters.bool(op, name, value ? 1 : 0);
      break;
    case AttrType.string:
      setters.string(op, name, value as string, Buffer.byteLength(value as string));
      break;
    case AttrType.shape:
      setters.shape(op, name, int64s(value as number[]), (value as number[]).length, status);
      break;
    default:
      throw new GraftError('internal', engineBackendWords.unknownAttribute({ name, type: String(type) }));
  }
}
