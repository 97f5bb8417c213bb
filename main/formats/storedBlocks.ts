/** A quantised matrix of a GGUF as the file has it: blocks, a few whole rows at a time, in Hugging Face's order. */
import type { GgufType } from './ggufQuants.ts';
import { partsOf, type Rows } from './weightPieces.ts';

export interface BlockPiece {
  /** Of its first block, row-major. */
  readonly from: number;
  /** Whole blocks, in memory that the next piece uses again. */
  readonly bytes: Uint8Array;
}

export interface StoredBlocks {
  readonly type: GgufType;
  readonly pieces: () => Iterable<BlockPiece>;
}

/** All rows in order; `read` gives the bytes of `count` elements from element `from` on. */
export function* bytesInPieces(
  rows: Rows,
  blockSize: number,
  read: (from: number, count: number) => Uint8Array,
): Generator<BlockPiece> {
  for (const { from, count } of partsOf(rows)) yield { from: from / blockSize, bytes: read(from, count) };
}
