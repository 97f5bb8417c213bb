/**
 * Rows of tokens as the arrays that an encoder reads: padded to one length, with mask, token types and positions.
 * Positions are counted over tokens that are not the padding token, from `firstPosition` on, as transformers does for
 * RoBERTa; padding stands at the row before the first. For BERT that is the same as 0, 1, 2, …
 */
import type { ModelShape } from '../../contract/families/family.ts';
import { tf, type Tensor } from '../tf.ts';
import type { EncoderInputs } from './encoderModel.ts';

export interface EncoderRow {
  readonly ids: ArrayLike<number>;
  /** Where the second text begins; the number of tokens where there is none. */
  readonly secondStart: number;
  /** 0 for tokens that are not looked at; default: none of them. As long as `ids`. */
  readonly mask?: ArrayLike<number> | undefined;
}

/** Row-major (rows, length); rows beyond the given ones are padding. */
export interface EncoderArrays {
  readonly rows: number;
  readonly length: number;
  readonly ids: Int32Array;
  readonly attentionMask: Float32Array;
  readonly tokenTypes: Int32Array;
  readonly positions: Int32Array;
}

type RowShape = Pick<ModelShape, 'family' | 'padTokenId' | 'encoder'>;

/** No row may be longer than `length`. */
export function encoderArrays(
  shape: RowShape,
  rows: readonly EncoderRow[],
  length: number,
  batchSize = rows.length,
): EncoderArrays {
  const size = batchSize * length;
  const ids = new Int32Array(size).fill(shape.padTokenId ?? 0);
  const attentionMask = new Float32Array(size);
  const tokenTypes = new Int32Array(size);
  rows.forEach((row, index) => {
    ids.set(row.ids, index * length);
    if (row.mask === undefined) attentionMask.fill(1, index * length, index * length + row.ids.length);
    else attentionMask.set(row.mask, index * length);
    if (hasTokenTypes(shape)) tokenTypes.fill(1, index * length + row.secondStart, index * length + row.ids.length);
  });
  return { rows: batchSize, length, ids, attentionMask, tokenTypes, positions: positionsOf(shape, ids, length) };
}

/** The caller's to dispose. */
export function encoderTensors({
  rows,
  length,
  ids,
  attentionMask,
  tokenTypes,
  positions,
}: EncoderArrays): Record<keyof EncoderInputs, Tensor> {
  const size: [number, number] = [rows, length];
  return {
    ids: tf.tensor2d(ids, size, 'int32'),
    attentionMask: tf.tensor2d(attentionMask, size),
    tokenTypes: tf.tensor2d(tokenTypes, size, 'int32'),
    positions: tf.tensor2d(positions, size, 'int32'),
  };
}

/** RoBERTa's tokenizers give type 0 to everything. */
function hasTokenTypes({ family, encoder }: RowShape): boolean {
  return family === 'bert' && (encoder?.tokenTypes ?? 0) > 1;
}

function positionsOf({ encoder, padTokenId }: RowShape, ids: Int32Array, length: number): Int32Array {
  const first = encoder?.firstPosition ?? 0;
  if (first === 0) return ids.map((_, at) => at % length);
  let next = first;
  return ids.map((id, at) => {
    if (at % length === 0) next = first;
    return id === padTokenId ? first - 1 : next++;
  });
}
