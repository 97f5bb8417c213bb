/**
 * How long the trained pieces of a dataset are and where in them something is trained: enough to say what any cut does,
 * and a hundredth of the tokens themselves. Kept beside the token file as safetensors of I32 vectors. A row is one
 * piece, or several where the chat template needs them.
 */
import { openSafetensors, writeSafetensors } from '../formats/safetensors.ts';
import type { SafetensorsFile, SafetensorsOutput } from '../formats/safetensors.ts';
import type { DatasetView } from '../contract/workbench.ts';

export interface TokenLengths {
  /** Of each piece, in tokens, before any cut. */
  readonly lengths: Int32Array;
  /** The trained spans of piece r are those from `spanOffsets[r]` to `spanOffsets[r + 1]`. */
  readonly spanOffsets: Int32Array;
  /** Position in the piece of a span's first token; `spanEnds`: of the first behind it. */
  readonly spanStarts: Int32Array;
  readonly spanEnds: Int32Array;
}

/** What is left of the pieces when each is cut. */
export interface CutCounts {
  readonly pieceCount: number;
  readonly totalTokens: number;
  readonly trainedTokens: number;
  readonly truncatedRows: number;
  /** Pieces without a trained token after the cut. */
  readonly emptyRows: number;
  /** Trained tokens that stand behind the cut. */
  readonly lostTrainedTokens: number;
  /** Pieces all of whose trained tokens do. */
  readonly lostPieces: number;
  /** Tokens after the cut. */
  readonly longestRow: number;
  /** Tokens before the cut. */
  readonly wholeLength: number;
}

const names = ['lengths', 'spanOffsets', 'spanStarts', 'spanEnds'] as const;
const histogramBars = 20;

export async function writeTokenLengths(path: string, lengths: TokenLengths): Promise<void> {
  const tensors = names.map((name): [string, SafetensorsOutput] => {
    const { buffer, byteOffset, byteLength, length } = lengths[name];
    return [name, { dtype: 'I32', shape: [length], data: new Uint8Array(buffer, byteOffset, byteLength) }];
  });
  await writeSafetensors(path, new Map(tensors), { format: 'graft-token-lengths-1' });
}

/** Throws GraftError for a damaged file. */
export function readTokenLengths(path: string): TokenLengths {
  const file = openSafetensors(path);
  try {
    return {
      lengths: readVector(file, 'lengths'),
      spanOffsets: readVector(file, 'spanOffsets'),
      spanStarts: readVector(file, 'spanStarts'),
      spanEnds: readVector(file, 'spanEnds'),
    };
  } finally {
    file.close();
  }
}

function readVector(file: SafetensorsFile, name: (typeof names)[number]): Int32Array {
  const bytes = file.readBytes(name);
  return new Int32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / 4));
}

/** `maxLength`: tokens that a piece is cut to. */
export function countCut(of: TokenLengths, maxLength: number): CutCounts {
  const { lengths } = of;
  let [totalTokens, trainedTokens, truncatedRows, emptyRows, longestRow] = [0, 0, 0, 0, 0];
  let [lostTrainedTokens, lostPieces, wholeLength] = [0, 0, 0];
  for (let row = 0; row < lengths.length; row++) {
    const length = lengths[row] ?? 0;
    const kept = Math.min(length, maxLength);
    const trained = countTrained(of, row, kept);
    totalTokens += kept;
    trainedTokens += trained;
    longestRow = Math.max(longestRow, kept);
    wholeLength = Math.max(wholeLength, length);
    if (trained === 0) emptyRows++;
    if (length === kept) continue;
    const lost = countTrained(of, row, length) - trained;
    truncatedRows++;
    lostTrainedTokens += lost;
    if (lost > 0 && trained === 0) lostPieces++;
  }
  const lost = { lostTrainedTokens, lostPieces };
  return {
    pieceCount: lengths.length,
    totalTokens,
    trainedTokens,
    truncatedRows,
    emptyRows,
    longestRow,
    wholeLength,
    ...lost,
  };
}

/** Rows with a trained token after the cut. */
export function trainedRows(of: TokenLengths, maxLength: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < of.lengths.length; row++) if (countTrained(of, row, maxLength) > 0) rows.push(row);
  return rows;
}

/** Trained tokens among the first `kept` of a row. */
function countTrained({ spanOffsets, spanStarts, spanEnds }: TokenLengths, row: number, kept: number): number {
  let trained = 0;
  for (let span = spanOffsets[row] ?? 0; span < (spanOffsets[row + 1] ?? 0); span++) {
    trained += Math.max(0, Math.min(spanEnds[span] ?? 0, kept) - (spanStarts[span] ?? 0));
  }
  return trained;
}

/** Lengths in tokens before the cut; bars of equal width, from inclusive, to exclusive. */
export function describeLengths(lengths: Int32Array): DatasetView['lengths'] {
  const sorted = Int32Array.from(lengths).sort();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const [min, max] = [at(0), at(1)];
  const width = Math.max(1, Math.ceil((max - min + 1) / histogramBars));
  const counts = new Array<number>(sorted.length === 0 ? 0 : Math.ceil((max - min + 1) / width)).fill(0);
  for (const length of sorted) {
    const bar = Math.floor((length - min) / width);
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  const histogram = counts.map((count, bar) => ({ from: min + bar * width, to: min + (bar + 1) * width, count }));
  return { min, median: at(0.5), p95: at(0.95), max, histogram };
}
